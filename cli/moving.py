"""How it is told what came of taking events in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cli.facts import counted
from cli.jsontext import dumps
from cli.terminal import note

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.moving.merging import MergeOutcome


def index_merge(archive: Archive, outcome: MergeOutcome, *, quiet: bool) -> None:
    """Bring the index along after a merge; what was erased by it leaves the index in any case, and the WAL."""
    from cli.context import catch_up

    if outcome.erased:
        from archive.erasing import PATIENCE
        from index.erasing import purge

        done = archive.store.purge(wait=PATIENCE)
        if purge(archive) or not done:
            note("purge pending: what was erased may still be in the files of the archive; run: morgue erase --finish")
    elif outcome.position is not None and not quiet:
        catch_up(archive)


def tell_merge(outcome: MergeOutcome, *, as_json: bool) -> None:
    """Print what became of a merge; what was not done is noted on standard error."""
    if as_json:
        tree = outcome.tree
        typer.echo(
            dumps(
                {
                    "archive": outcome.archive,
                    "size": None if tree is None else tree.size,
                    "root": None if tree is None else tree.root.hex(),
                    "position": outcome.position,
                    "taken": outcome.taken,
                    "known": outcome.known,
                    "articles": outcome.articles,
                    "erased": outcome.erased,
                    "suppressed": outcome.suppressed,
                    "refused_erasures": outcome.refused,
                }
            )
        )
    elif outcome.position is None:
        typer.echo(f"nothing new in archive {outcome.archive}: {counted(outcome.known, 'event')}, all here already")
    else:
        told = f"{counted(outcome.taken, 'event')} of archive {outcome.archive}, {outcome.known:,} here already"
        typer.echo(f"merged {told}; {counted(outcome.articles, 'version')} of articles")
        if outcome.erased:
            typer.echo(f"erased {counted(outcome.erased, 'event')}")
    if outcome.suppressed:
        note(f"{counted(outcome.suppressed, 'event')} came in erased, as the same was erased here before")
    if outcome.refused:
        note(
            f"not applied: {counted(outcome.refused, 'erasure')} by that archive of what others recorded; to apply:"
            " --accept-erasures"
        )
