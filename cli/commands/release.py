"""`morgue release`: let searches find a withheld article again."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.changing import Articles, Json, NoIndex, change

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def release(
    context: typer.Context,
    identifiers: Articles,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is released.")],
    no_index: NoIndex = False,
    json: Json = False,
) -> int:
    """Release an article that was withheld: searches find it again.

    Prints a line for each article as `add` does: position, `released` or `unchanged`, digest and title.
    """
    from archive.changing import withholding

    statement = withholding(reason=reason, release=True)
    return change(context, identifiers, statement, command="release", words=(reason,), no_index=no_index, json=json)
