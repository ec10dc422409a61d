"""`morgue note`: note something on an article."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.changing import STDIN, Article, Json, NoIndex, change

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def note(
    context: typer.Context,
    identifier: Article,
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="What to note; - reads it from standard input.")],
    no_index: NoIndex = False,
    json: Json = False,
) -> int:
    """Note something on an article: what you know of it that it does not say.

    Notes are shown with the article and are not searched; `has:note` finds the articles that have one. A note is never
    changed: write another one. Prints a line as `add` does: position, `annotated` or `unchanged`, digest and title.
    """
    from archive.changing import note

    if identifier == text == STDIN:
        raise typer.BadParameter("standard input is either the articles or the note", param_hint="'TEXT|-'")
    statement = note(sys.stdin.read() if text == STDIN else text)
    words = () if text == STDIN else (text,)
    return change(context, [identifier], statement, command="note", words=words, no_index=no_index, json=json)
