# ruff: noqa: N999 - the command is called as it is, and Python has that word for itself
"""`morgue import`: take an export in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import catch_up, key_maker, opened
from cli.facts import counted
from cli.jsontext import dumps
from cli.moving import tell_merge
from cli.progress import progress_bar
from cli.runs import agent
from cli.terminal import clean

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(name="import")
def import_(
    context: typer.Context,
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help="A file or a folder that `morgue export` wrote.")],
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Take in an export of an archive, as `events` or as a `folder`.

    Where there is no archive yet, it becomes the same archive: the same events at the same positions, the same root and
    the same id. Where there is one, the export is merged into it: see `morgue merge`. An export of some articles only
    goes into a new archive, if there is none.

    All of it is checked first; if anything is not what was recorded, nothing is taken in, and the exit code is 5.
    """
    from archive import database
    from archive.moving.importing import import_some, import_whole
    from archive.moving.merging import merge
    from archive.moving.sources import source_at

    settings = context.obj
    path = settings.path()
    with source_at(export, lock_timeout=settings.lock_timeout) as source, progress_bar("importing") as bar:
        if (path / database.FILE).exists():
            with opened(context) as archive:
                outcome = merge(
                    archive,
                    source,
                    command="import",
                    arguments=settings.arguments,
                    agent=agent(),
                    progress=bar.step,
                )
                if outcome.position is not None:
                    catch_up(archive)
        elif source.header.tree is None:
            outcome = import_some(
                path,
                source,
                make_key=key_maker(),
                command="import",
                arguments=settings.arguments,
                agent=agent(),
                progress=bar.step,
            )
        else:
            tree = import_whole(path, source, bar.step)
            told = {"archive": source.header.archive, "path": str(path), "root": tree.root.hex(), "size": tree.size}
            if json:
                typer.echo(dumps(told))
            else:
                typer.echo(f"imported {counted(tree.size, 'event')} to {clean(str(path))}, root {tree.root.hex()}")
            return
    tell_merge(outcome, as_json=json)
