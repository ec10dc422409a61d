"""`morgue doctor`: look at an archive and at what it is used with."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.facts import counted
from cli.jsontext import dumps
from cli.layout import wrapped
from cli.main import DAMAGED, FAILED
from cli.terminal import MARKED, coloured, styled, width

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.context import Settings
    from cli.doctor.finding import Finding

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_LABEL_WIDTH, _LEVEL_WIDTH = 13, 9
_INDENT = " " * (_LABEL_WIDTH + _LEVEL_WIDTH)


@app.command()
def doctor(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> int:
    """Look at the archive, its place and the software, and say what to do.

    Each line is ok, a note, a warning or a problem. Works where the archive is missing or damaged, too. Nothing is
    changed, and the log is not read through: that is what `morgue verify` does. The exit code is 0 where there is no
    problem, 5 where data is damaged, 7 else.
    """
    code = 0
    for finding in _findings(context.obj):
        typer.echo(dumps(finding.as_dict()) if json else "\n".join(_lines(finding)))
        if finding.level == "problem":
            code = DAMAGED if finding.damaged or code == DAMAGED else FAILED
    return code


def _findings(settings: Settings) -> Iterator[Finding]:
    from cli.doctor import locks, place, software
    from index.index import FOLDER as INDEX

    folder = settings.path()
    yield from software.examine()
    yield from place.examine(folder, _needed(folder))
    yield locks.holder(folder / "lock", "lock", "writing")
    yield locks.holder(folder / INDEX / "lock", "index lock", "building the index")
    yield from _of_archive(folder, settings)


def _of_archive(folder: Path, settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say of what is in the archive, as far as it can be read."""
    from archive.archive import Archive
    from archive.errors import (
        ArchiveError,
        BusyError,
        DamagedError,
        NoSuchArchiveError,
        UnopenableError,
        UnreadableError,
    )
    from cli.doctor import contents
    from cli.doctor.finding import Finding

    try:
        with Archive.open(folder, lock_timeout=settings.lock_timeout) as archive:
            yield Finding("archive", "ok", f"{folder}, {counted(archive.size(), 'event')}")
            yield from contents.examine(archive)
    except NoSuchArchiveError as error:
        if folder.is_file():
            yield Finding("archive", "problem", str(error), "name the folder that the archive is in")
        elif settings.archive is None:
            yield Finding("archive", "note", f"there is none at {folder} yet; the first `morgue add` makes it")
        else:
            yield Finding(
                "archive", "problem", f"there is none at {folder}", f"run: morgue init {shlex.quote(str(folder))}"
            )
    except UnreadableError as error:
        yield Finding(
            "archive", "problem", f"it cannot be read: {error.what}", "look after the disk; copy what matters"
        )
    except UnopenableError as error:
        save = "take a backup: morgue restore BACKUP PATH; or save what can be read: morgue export --salvage -o FILE"
        yield Finding("archive", "problem", f"it is damaged: {error.what}", save, damaged=True)
    except DamagedError as error:
        yield Finding(
            "archive", "problem", str(error), "run: morgue verify, and keep a copy of it as it is", damaged=True
        )
    except BusyError as error:
        yield Finding("archive", "note", str(error))
    except (ArchiveError, OSError) as error:
        yield Finding("archive", "problem", str(error))


def _needed(folder: Path) -> int:
    """Return the bytes that a rebuild of the index may take: no more than the log itself, twice, for merging."""
    try:
        return 2 * sum(file.stat().st_size for file in folder.glob("events.db*"))
    except OSError:
        return 0


def _lines(finding: Finding) -> list[str]:
    """Return a finding in lines that fit the terminal: what was looked at, how it is, and below it what to do."""
    columns = max(width(), 2 * len(_INDENT))
    lines = wrapped(finding.says, width=columns, indent=_INDENT)
    if finding.advice is not None:
        lines += wrapped(f"→ {finding.advice}", width=columns, indent=_INDENT)
    level = finding.level.ljust(_LEVEL_WIDTH)
    marked = styled(level, MARKED, on=coloured(sys.stdout) and finding.level in {"warning", "problem"})
    return [finding.check.ljust(_LABEL_WIDTH) + marked + lines[0][len(_INDENT) :], *lines[1:]]
