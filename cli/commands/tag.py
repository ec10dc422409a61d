"""`morgue tag`: tag articles."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.changing import Article, Json, NoIndex, change

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def tag(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifier: Article,
    tags: Annotated[list[str], typer.Argument(metavar="TAG…", help="The tags; in quotes where one has spaces.")],
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, if that is worth keeping.")] = None,
    no_index: NoIndex = False,
    json: Json = False,
) -> int:
    """Tag an article: `tag:` finds it from now on, beside the tags that it came with.

    Case makes no difference. With - for the ID, the articles are read from standard input, one a line, as `morgue
    search --format ids` and `morgue add` print them. Prints a line for each article as `add` does: position, `tagged`
    or `unchanged`, digest and title.
    """
    from archive.changing import tagging

    statement = tagging(tags, reason=reason)
    words = (reason, *tags)
    return change(context, [identifier], statement, command="tag", words=words, no_index=no_index, json=json)
