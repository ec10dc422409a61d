"""`morgue withhold`: keep an article out of searches."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.changing import Articles, Json, NoIndex, change

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def withhold(
    context: typer.Context,
    identifiers: Articles,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is withheld.")],
    no_index: NoIndex = False,
    json: Json = False,
) -> int:
    """Withhold an article: from now on no search finds it, until it is released.

    It stays in the archive: `morgue show ID` shows it, with a mark, and `is:withheld` finds those that are withheld. A
    search `--at` an earlier position finds it still. Nothing is removed. Prints a line for each
    article as `add` does: position, `withheld` or `unchanged`, digest and title.
    """
    from archive.changing import withholding

    statement = withholding(reason=reason)
    return change(context, identifiers, statement, command="withhold", words=(reason,), no_index=no_index, json=json)
