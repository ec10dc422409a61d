"""What cannot be read: a disk that fails is told from damage, and a file that was cut off says so."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from archive import database, failing
from archive.archive import Archive
from archive.errors import DamagedError, UnopenableError, UnreadableError
from archive.moving.lines import LinesSource, lines
from archive.moving.salvaging import SalvageSource
from tests.archive.damage import copied, problems
from tests.archive.making import add_all, numbered

if TYPE_CHECKING:
    from pathlib import Path


def malformed() -> sqlite3.DatabaseError:
    """Return what SQLite makes of damage and of an EIO alike."""
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorname = "SQLITE_CORRUPT"
    return error


def test_a_read_that_fails_once_is_no_damage(sound: Path, tmp_path: Path) -> None:
    folder, before = copied(sound, tmp_path / "copy"), failing.failures()
    with pytest.raises(UnreadableError, match="try again"), database.translated(folder):
        raise malformed()
    assert failing.failures() == before + 1


def test_a_disk_that_cannot_be_read_is_no_damage(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    folder = copied(sound, tmp_path / "copy")
    monkeypatch.setattr(os, "pread", refused)
    with pytest.raises(UnreadableError, match="the disk cannot be read"), database.translated(folder):
        raise malformed()


def test_what_stays_malformed_is_damage(sound: Path, tmp_path: Path) -> None:
    folder, before = copied(sound, tmp_path / "copy"), failing.failures()
    with (folder / "events.db").open("r+b") as file:
        file.seek(16384 * 3)
        file.write(os.urandom(16384))
    with pytest.raises(DamagedError) as raised, database.translated(folder):
        raise malformed()
    assert type(raised.value) is DamagedError
    assert failing.failures() == before


def test_an_index_that_misses_a_row_is_damage(sound: Path, tmp_path: Path) -> None:
    folder, before = copied(sound, tmp_path / "copy"), failing.failures()
    connection = sqlite3.connect(folder / "events.db")
    [(page,)] = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_event_1'"
    ).fetchall()
    connection.close()
    with (folder / "events.db").open("r+b") as file:
        # The last byte of the page is the end of an id, in a row of the index.
        file.seek(16384 * page - 1)
        last = file.read(1)
        file.seek(16384 * page - 1)
        file.write(bytes([last[0] ^ 1]))
    assert problems(folder)
    assert failing.failures() == before


@pytest.mark.parametrize("size", [99, 100, 5_000, 16384 * 4, 16384 * 4 + 1])
def test_a_file_that_was_cut_off_says_so(sound: Path, tmp_path: Path, size: int) -> None:
    folder = copied(sound, tmp_path / "copy")
    os.truncate(folder / "events.db", size)
    with pytest.raises(UnopenableError, match=f"cut off, {size:,} of .*morgue restore .*--salvage"):
        Archive.open(folder)
    # Nothing is made in its place.
    with pytest.raises(UnopenableError):
        Archive.create(folder)
    assert (folder / "events.db").stat().st_size == size


def test_a_byte_is_no_new_archive(sound: Path, tmp_path: Path) -> None:
    folder = copied(sound, tmp_path / "copy")
    os.truncate(folder / "events.db", 1)
    for attempt in (Archive.open, Archive.create):
        with pytest.raises(UnopenableError, match="is cut off"):
            attempt(folder)


@pytest.mark.parametrize("witness", ["index/CURRENT", "verified.json"])
def test_an_empty_file_is_no_new_archive_where_there_was_a_log(sound: Path, tmp_path: Path, witness: str) -> None:
    folder = copied(sound, tmp_path / "copy")
    os.truncate(folder / "events.db", 0)
    (folder / witness).parent.mkdir(exist_ok=True)
    (folder / witness).touch()
    for attempt in (Archive.open, Archive.create):
        with pytest.raises(UnopenableError, match="there was a log"):
            attempt(folder)


def test_what_is_ahead_of_the_cut_is_saved(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with Archive.create(folder) as archive:
        add_all(archive, numbered(400))
    os.truncate(folder / "events.db", (folder / "events.db").stat().st_size - 16384)
    lost: list[tuple[int | None, str]] = []
    source = SalvageSource(folder, lambda *what: lost.append(what), lock_timeout=1)
    with source.opened():
        saved = b"".join(lines(source))
    assert json.loads(saved.splitlines()[-1])["events"] > 200
    (tmp_path / "saved").write_bytes(saved)
    read = LinesSource(tmp_path / "saved")
    with read.opened():
        assert len(list(read.events())) == json.loads(saved.splitlines()[-1])["events"]


def test_nothing_is_saved_of_what_does_not_say_what_it_is(sound: Path, tmp_path: Path) -> None:
    folder = copied(sound, tmp_path / "copy")
    os.truncate(folder / "events.db", 50)
    source = SalvageSource(folder, lambda *_: None, lock_timeout=1)
    with pytest.raises(DamagedError, match=r"nothing of .* can be saved: events\.db is cut off"), source.opened():
        pass


def test_what_is_lost_is_named_once(sound: Path, tmp_path: Path) -> None:
    folder = copied(sound, tmp_path / "copy")
    connection = sqlite3.connect(folder / "events.db")
    connection.execute("DROP TRIGGER payload_is_only_erased")
    connection.execute("UPDATE payload SET data = x'00' WHERE position = 1 AND part = 'article'")
    connection.commit()
    connection.close()
    lost: list[tuple[int | None, str]] = []
    source = SalvageSource(folder, lambda *what: lost.append(what), lock_timeout=1)
    with source.opened():
        list(source.events())
    assert [(position, what.startswith("part 'article'")) for position, what in lost] == [(1, True)]
