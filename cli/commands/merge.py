"""`morgue merge`: take another archive's events into this one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import catch_up, opened
from cli.moving import tell_merge
from cli.progress import progress_bar
from cli.runs import agent

if TYPE_CHECKING:
    from archive.moving.merging import MergeOutcome

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def merge(
    context: typer.Context,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The other archive's folder, or an export of it.")],
    accept_erasures: Annotated[
        bool, typer.Option("--accept-erasures", help="Also erase here what that archive erased of others.")
    ] = False,
    no_index: Annotated[bool, typer.Option("--no-index", help="Leave the index for the next search.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Take the events of another archive into this one, each as it is: with its id, its time and its source.

    Merging again takes in what is new, or nothing. All of it is checked first; where the other log holds other bytes
    under an id that is here, or does not verify, nothing is taken in, and the exit code is 5. The merge is one
    transaction: others who want to add wait for it.

    What the other archive erased of its own is erased here, too. What it erased of others stays, and is told of, unless
    with --accept-erasures.
    """
    from archive.moving.merging import merge as take_in
    from archive.moving.sources import source_at

    with opened(context) as archive:
        timeout = context.obj.lock_timeout
        with source_at(other, lock_timeout=timeout) as source, progress_bar("merging") as bar:
            outcome: MergeOutcome = take_in(
                archive,
                source,
                accept_erasures=accept_erasures,
                arguments=context.obj.arguments,
                agent=agent(),
                progress=bar.step,
            )
        if outcome.position is not None and not no_index:
            catch_up(archive)
    tell_merge(outcome, as_json=json)
