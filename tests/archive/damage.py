"""An archive to be damaged, and what verification says of it then."""

from __future__ import annotations

from shutil import copy
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.errors import DamagedError
from archive.verification import Problem, verify
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = 262
"""One full node of the tree, and some events beside it."""


def make_sound(folder: Path) -> None:
    """Make an archive with every kind of row."""
    with Archive.create(folder) as archive:
        add_all(archive, [submission("x" * ((1 << 20) + 5), title="Two chunks"), submission("One.", key="17")])
        add_all(archive, [submission("Two.", key="17", captured="2021-04-13"), *numbered(EVENTS - 6)])
        assert archive.size() == EVENTS


def copied(folder: Path, to: Path) -> Path:
    """Copy an archive that nobody has open; an older copy is overwritten."""
    to.mkdir(exist_ok=True)
    for old in to.glob("events.db*"):
        old.unlink()
    copy(folder / "events.db", to / "events.db")
    return to


def problems(folder: Path) -> list[Problem]:
    """Return what verification finds, also where the archive does not even open."""
    try:
        with Archive.open(folder) as archive:
            return list(verify(archive))
    except DamagedError as error:
        return [Problem(error.position, error.what)]
