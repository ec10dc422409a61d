"""How it is told what came of taking events in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cli.facts import counted
from cli.jsontext import dumps
from cli.terminal import note

if TYPE_CHECKING:
    from archive.moving.merging import MergeOutcome


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
        note(f"{counted(outcome.suppressed, 'event')} came in erased: what they hold was erased here before")
    if outcome.refused:
        note(
            f"{counted(outcome.refused, 'erasure')} of that archive name what others recorded, and were not applied;"
            " to apply them: --accept-erasures"
        )
