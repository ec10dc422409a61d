"""`morgue untag`: take tags off articles."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.changing import Article, Json, NoIndex, change

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def untag(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifier: Article,
    tags: Annotated[list[str], typer.Argument(metavar="TAG…", help="The tags; in quotes where one has spaces.")],
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, if that is worth keeping.")] = None,
    no_index: NoIndex = False,
    json: Json = False,
) -> int:
    """Take tags off an article, those that it came with, too.

    That it had them stays on record: `morgue show --history`. With - for the ID, the articles are read from standard
    input, one a line. Prints a line for each article as `add` does: position, `untagged` or `unchanged`, digest and
    title.
    """
    from archive.changing import tagging

    statement = tagging(tags, reason=reason, remove=True)
    words = (reason, *tags)
    return change(context, [identifier], statement, command="untag", words=words, no_index=no_index, json=json)
