"""`morgue backup`: copy the archive while it is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import opened
from cli.facts import counted
from cli.jsontext import dumps
from cli.progress import progress_bar
from cli.terminal import clean

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to: a folder that is missing, or empty.")],
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Copy the archive as it is at this moment, while others go on adding, and verify the copy.

    The backup is an archive itself, without an index: `morgue --archive FOLDER verify` checks it, and `morgue restore`
    makes an archive of it again. It is there when it is complete and verified, or not at all; nothing is overwritten.
    Prints its events and their root: noted elsewhere, they tell later that the backup is what it was.
    """
    with opened(context) as archive:
        from archive.moving.backups import back_up

        with progress_bar("copying") as copying, progress_bar("verifying") as verifying:
            bars = {"copying": copying, "verifying": verifying}
            tree = back_up(archive.store, path, lambda what, done, total: bars[what].step(done, total))
        if json:
            told = {"archive": archive.id, "path": str(path), "root": tree.root.hex(), "size": tree.size}
            typer.echo(dumps(told))
        else:
            typer.echo(f"backup {clean(str(path))}: {counted(tree.size, 'event')}, root {tree.root.hex()}")
