"""`morgue verify`: check every stored byte."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import opened
from cli.facts import counted
from cli.jsontext import dumps
from cli.main import DAMAGED
from cli.progress import progress_bar
from cli.terminal import clean, note

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def verify(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line, one for each problem.")] = False,
) -> int:
    """Check every stored byte against the hashes that were recorded with it.

    Finds any change of an event, a payload, the order, the tree, the lookup table or the schema, and names the
    position; nothing is repaired. If the index has seen a longer log, or another one, that is told too. It cannot tell
    that an owner has rewritten everything consistently. Damage of the index is told on standard error: it is no damage
    of the archive.
    """
    with opened(context) as archive:
        from archive.verification import verify as check

        found = 0
        with progress_bar("verifying") as bar:
            for problem in check(archive, bar.step):
                found += 1
                if json:
                    typer.echo(dumps({"position": problem.position, "problem": problem.message}))
                else:
                    typer.echo(clean(str(problem)))
        from index.index import Index

        # SQLite drops the end of a damaged WAL without a word; the index remembers how far the log had come.
        index = Index(archive)
        testimony = index.witness()
        if testimony is not None:
            found += 1
            typer.echo(dumps({"position": None, "problem": testimony}) if json else testimony)
        damage = index.check()
        if damage is not None:
            # No damage of the archive: what is built from the log is built anew.
            note(damage)
        if found:
            return DAMAGED
        if not json:
            typer.echo(f"ok: {counted(archive.size(), 'event')}, root {archive.root().hex()}")
        return 0
