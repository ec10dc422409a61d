"""`morgue init`: create an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    """
    from archive.archive import Archive

    folder = path or context.obj.path()
    existed = (folder / "events.db").exists()
    with Archive.create(folder, lock_timeout=context.obj.lock_timeout) as archive:
        done = "is there already" if existed else "created"
        typer.echo(f"archive {clean(str(folder))} {done}: {archive.id}")
