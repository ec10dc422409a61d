"""`morgue init`: create an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import created
from cli.terminal import clean

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def init(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="The folder: one that is missing, or empty.", show_default=False),
    ] = None,
) -> None:
    """Create an archive in a folder that is missing or empty.

    Without a path it is the one of --archive, or your default archive. An archive that is there already stays as it is.
    A key to sign checkpoints with is made and kept in a folder of its own, away from the archive: see `morgue key`.
    """
    folder = path or context.obj.path()
    existed = (folder / "events.db").exists()
    with created(context.obj, folder) as archive:
        done = "is there already" if existed else "created"
        typer.echo(f"archive {clean(str(folder))} {done}: {archive.id}")
