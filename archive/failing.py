"""Failing reads: what is wrong with a database that SQLite cannot read, beyond what SQLite says.

SQLite makes "database disk image is malformed" of the EIO of a read, as of bytes that are not what they should be. The
one is for `verify` and a backup, the other for whoever looks after the disk, and may be over at the next try. So where
SQLite says so, the files are read once more.
"""

from __future__ import annotations

import os
import sqlite3
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PIECE = 1 << 20
_PATIENCE = 10.0
"""Seconds that a second look may take; what it has not found by then is taken for damage."""
_HEADER = 100
_MAGIC = b"SQLite format 3\x00"
_STEPS = 100_000
"""Instructions of SQLite's between two looks at the clock."""

_open: list[int] = []
"""Descriptors that are never closed: closing one would drop the locks that SQLite holds on the file. The process is
about to end with an error."""

_damaged: set[tuple[int, int, int]] = set()
"""Files at which was looked already, in a state of theirs: the error of each page would cost another look."""

_failures = 0


def failures() -> int:
    """Return how often it was found in this process that a read had failed."""
    return _failures


def reason(database: Path, connect: Callable[[], sqlite3.Connection]) -> str | None:
    """Return why a database cannot be read at the moment, None where its bytes are not what they should be.

    `connect` opens it anew. Costs a read of all of it, 10 seconds at most, once.
    """
    global _failures  # noqa: PLW0603 - of the process, as the error is
    state = _state(database)
    if state in _damaged:
        return None
    deadline = time.monotonic() + _PATIENCE
    if (error := _read_all(database, deadline)) is not None:
        said = f"the disk cannot be read: {error.strerror}"
    elif _is_sound(connect, deadline):
        said = "a read of the disk failed, and went well when it was tried again"
    else:
        if state is not None:
            _damaged.add(state)
        return None
    _failures += 1
    return said


def _state(database: Path) -> tuple[int, int, int] | None:
    try:
        found = database.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns


def cut_off(database: Path) -> str | None:
    """Return how much of a database is missing at its end, by its header; None where nothing is, or nobody can tell."""
    try:
        descriptor = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
        _open.append(descriptor)
        header, there = os.pread(descriptor, _HEADER, 0), os.fstat(descriptor).st_size
    except OSError:
        return None
    if not header or not _MAGIC.startswith(header[: len(_MAGIC)]):
        return None
    # The SQLite database file format, section 1.3: the size of a page, and how many there are.
    size, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    whole = (65_536 if size == 1 else size) * pages
    if len(header) < _HEADER or there < whole:
        return f"{database.name} is cut off, {there:,} of {max(whole, _HEADER):,} bytes are there"
    return None


def _read_all(database: Path, deadline: float) -> OSError | None:
    """Read database and WAL; return the error that the system reports, if any."""
    for name in (database.name, database.name + "-wal"):
        try:
            descriptor = os.open(database.with_name(name), os.O_RDONLY | os.O_CLOEXEC)
            _open.append(descriptor)
            place = 0
            while time.monotonic() < deadline and (piece := os.pread(descriptor, _PIECE, place)):
                place += len(piece)
        except FileNotFoundError:
            continue
        except OSError as error:
            return error
    return None


def _is_sound(connect: Callable[[], sqlite3.Connection], deadline: float) -> bool:
    """Tell whether SQLite finds nothing wrong, looking once more."""
    try:
        connection = connect()
        try:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            return [row[0] for row in connection.execute("PRAGMA integrity_check(1)")] == ["ok"]
        finally:
            connection.close()
    except sqlite3.Error:
        return False
