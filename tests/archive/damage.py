"""An archive to be damaged, and what verification says of it then."""

from __future__ import annotations

from shutil import copy
from typing import TYPE_CHECKING

import attrs

from archive import lookup
from archive.archive import Archive
from archive.errors import DamagedError
from archive.new_events import article_amended
from archive.verification import Problem, verify
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from pathlib import Path

    from archive.article import Version

EVENTS = 262
"""One full node of the tree, and some events beside it."""


def make_sound(folder: Path) -> None:
    """Make an archive with every kind of row."""
    with Archive.create(folder) as archive:
        add_all(archive, [submission("x" * ((1 << 20) + 5), title="Two chunks"), submission("One.", key="17")])
        add_all(archive, [submission("Two.", key="17", captured="2021-04-13"), *numbered(EVENTS - 7)])
        amend(archive, archive.version(5), "Ships.")
        assert archive.size() == EVENTS


def amend(archive: Archive, version: Version, text: str) -> int:
    """Record a reading of a version's bytes that sees another text in them; return its position."""
    article = attrs.evolve(version.article, text_is_original=False)
    event = article_amended(
        article_id=version.article_id, article=article, text=text, run_id=version.run, amends=version.event_id
    )
    with archive.store.appending() as appender:
        keys = lookup.keys_of(archive.store.secret, version.article_id, article, text)
        position, _ = appender.append(event, keys)
    return position


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
