"""`morgue restore`: make an archive of a backup."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from cli.context import key_maker
from cli.facts import counted
from cli.jsontext import dumps
from cli.progress import progress_bar
from cli.runs import agent
from cli.terminal import clean, note

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def restore(
    context: typer.Context,
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="The folder that `morgue backup` wrote.")],
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="Where to: a folder that is missing, or empty.", show_default=False),
    ] = None,
    as_new: Annotated[bool, typer.Option("--as-new", help="Make a new archive of it, with an id of its own.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Make an archive of a backup, and check all of it on the way. Nothing is overwritten.

    Without a path it is made where the archive of --archive, or your default one, would be. With a path, what was
    erased in the archive of --archive, if that is there, is left out from the beginning.

    It goes on under the same id where nothing can contradict it. If checkpoints of the archive were signed that know
    more than the backup, or its private key is not here, it becomes a new archive, and the backup is merged into it.
    """
    from archive import database
    from archive.moving.restoring import Maker
    from archive.moving.restoring import restore as make
    from archive.moving.sources import source_at
    from archive.store import EventStore

    settings = context.obj
    known = settings.path()
    target = path if path is not None else known
    with ExitStack() as stack:
        present = None
        if path is not None and (known / database.FILE).exists():
            present = stack.enter_context(EventStore(known, lock_timeout=settings.lock_timeout))
        source = stack.enter_context(source_at(backup, lock_timeout=settings.lock_timeout))
        bar = stack.enter_context(progress_bar("restoring"))
        maker = Maker(make_key=key_maker(), arguments=settings.arguments, agent=agent())
        restored = make(target, source, present, maker, as_new=as_new, progress=bar.step)
    if restored.why_new is not None:
        note(f"restored as a new archive, {restored.archive}: {restored.why_new}")
    elif present is not None and present.archive_id == restored.archive:
        note(
            f"{known} is the same archive: where both go on, they are two histories under one id; give one of them up,"
            " or restore with --as-new"
        )
    if restored.erased:
        note(f"{counted(restored.erased, 'event')} were erased since the backup, and are left out")
    told = {
        "archive": restored.archive,
        "path": str(target),
        "root": restored.tree.root.hex(),
        "size": restored.tree.size,
        "new": restored.why_new is not None,
        "erased": restored.erased,
    }
    if json:
        typer.echo(dumps(told))
    else:
        events = counted(restored.tree.size, "event")
        typer.echo(f"restored {clean(str(target))}: {events}, root {restored.tree.root.hex()}")
