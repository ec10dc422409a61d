"""Purging: payload parts are overwritten in place, and what they were is driven out of the write-ahead log.

Overwriting is a transaction like any other, so after its commit the old bytes are still in the database file or in the
WAL, until a checkpoint has written all of the WAL back and cut it to nothing. A reader of an older state keeps it from
that. The file `purge` in the archive's folder is there from before the commit until the checkpoint has succeeded;
whoever writes next tries again. docs/adr/0021-erasure.md.
"""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from archive import lookup
from archive.syncing import sync

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

MARKER = "purge"
"""The name of the empty file that says that a purge is pending."""

_POSITIONS_AT_ONCE = 512
_BUSY_TIMEOUT = 30_000
"""Milliseconds that a writing connection waits for SQLite's own locks (`archive.database`)."""

_OVERWRITE = (
    "UPDATE payload SET salt = CAST(zeroblob(length(salt)) AS BLOB), data = CAST(zeroblob(length(data)) AS BLOB),"
    " checksum = CAST(zeroblob(length(checksum)) AS BLOB) WHERE position = ? AND part = ? AND chunk = ?"
)


def overwrite(connection: sqlite3.Connection, parts: Mapping[int, Collection[str]], subject: str) -> None:
    """Overwrite parts of events, by position, with zeros; drop the keys that these events are found by.

    What is found by the id of their subject, an article, is found by it still.
    """
    # What a statement would undo is kept in memory: a temporary file would be one more copy.
    connection.execute("PRAGMA temp_store = MEMORY")
    for position, names in parts.items():
        for name in sorted(names):
            sql = "SELECT chunk FROM payload WHERE position = ? AND part = ?"
            for (chunk,) in connection.execute(sql, (position, name)).fetchall():
                connection.execute(_OVERWRITE, (position, name, chunk))
    positions = sorted(parts)
    for start in range(0, len(positions), _POSITIONS_AT_ONCE):
        some = positions[start : start + _POSITIONS_AT_ONCE]
        sql = f"DELETE FROM lookup WHERE position IN ({','.join('?' * len(some))}) AND key NOT IN (?, ?)"  # noqa: S608 - of question marks only
        connection.execute(sql, (*some, lookup.article_key(subject), lookup.ERASURES))


def is_pending(folder: Path) -> bool:
    """Tell whether something was overwritten whose old bytes may still be in the files of the log."""
    return os.path.exists(folder / MARKER)  # noqa: PTH110 - every append asks; Path.exists takes twice as long


def mark(folder: Path) -> None:
    """Note durably that a purge will be needed. A crash behind it, before the commit, costs one needless checkpoint."""
    descriptor = os.open(folder / MARKER, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync(folder)


def purge(connection: sqlite3.Connection, folder: Path, *, wait: float) -> bool:
    """Write the WAL back, cut it to nothing and remove the mark; tell whether that was possible.

    Waits up to `wait` seconds for readers of older states. The caller holds the archive's lock, and no transaction.
    """
    connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
    try:
        [(busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error:
        # A full disk, say. What was to be written is in the WAL, where the next one finds it.
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
    if busy:
        return False
    # A crash before this leaves the mark, and the next writer does it once more.
    try:
        (folder / MARKER).unlink(missing_ok=True)
        sync(folder)
    except OSError:
        return False
    return True
