"""Connections to events.db: how it is opened for writing, for reading, and where its folder cannot be written.

Nothing but SQLite opens events.db, -wal or -shm in a process that uses them: closing such a file drops the locks that
SQLite itself holds on it (POSIX advisory locks belong to the process, not to the descriptor), and commits are lost.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archive import lock, schema
from archive.errors import BusyError, DamagedError, NotAnArchiveError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "events.db"
LOCK = "lock"

_CORRUPT = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"}
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn SQLite's errors into the archive's own: damage, a busy database, or a file system that refuses."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        primary = "_".join(name.split("_")[:2])
        if primary in _BUSY:
            raise BusyError(folder, 0) from error
        if primary in _CORRUPT or isinstance(error, sqlite3.IntegrityError):
            raise DamagedError(None, f"SQLite says: {error}") from error
        raise StorageError(f"{folder / FILE}: {error}; nothing was acknowledged that is not stored") from error
    except OSError as error:
        raise StorageError(f"{error.filename or folder}: {error.strerror}") from error


def connect_writer(folder: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open events.db for writing. The caller holds the archive's lock, now and at every write and at the close."""
    mode = "rwc" if create else "rw"
    connection = _connect(folder / FILE, f"mode={mode}", timeout=30)
    if create:
        connection.execute(f"PRAGMA page_size = {schema.PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")
    # FULL: the WAL is synced before a commit returns. A commit that was acknowledged survives a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync = ON")
    # What is deleted or overwritten leaves no copy in free pages.
    connection.execute("PRAGMA secure_delete = ON")
    # The lookup table's keys are random: its pages stay in memory over a batch.
    connection.execute("PRAGMA cache_size = -65536")
    return connection


@contextmanager
def reading(folder: Path, lock_timeout: float) -> Iterator[sqlite3.Connection]:
    """Open events.db for reading, for the length of a `with` block.

    A folder that can be written is read while others write. One that cannot (another user's, a read-only file system)
    has no place for SQLite's shared memory: it is read in place under the shared lock, so that nobody checkpoints
    under the reader, or from a copy where commits wait in the WAL. Raises BusyError, StorageError.
    """
    if os.access(folder, os.W_OK):
        connection = _connect(folder / FILE, "mode=ro", timeout=lock_timeout)
        try:
            yield connection
        finally:
            connection.close()
        return
    with _shared(folder, lock_timeout):
        wal = folder / (FILE + "-wal")
        if wal.exists() and wal.stat().st_size:
            with _copied(folder) as copy:
                connection = _connect(copy, "mode=ro", timeout=lock_timeout)
                try:
                    yield connection
                finally:
                    connection.close()
        else:
            connection = _connect(folder / FILE, "immutable=1", timeout=lock_timeout)
            try:
                yield connection
            finally:
                connection.close()


def check_format(connection: sqlite3.Connection, folder: Path) -> None:
    """Raise NotAnArchiveError unless the database is an archive of a format that this version reads."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != schema.APPLICATION_ID:
        begun = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        why = "its creation was interrupted" if begun else f"its {FILE} belongs to another program"
        raise NotAnArchiveError(f"{folder} is no archive: {why}; create one with: morgue init {folder}")
    if version > schema.FORMAT:
        raise NotAnArchiveError(
            f"{folder} has format {version}, and this morgue reads up to {schema.FORMAT}; upgrade morgue to read it"
        )


def _connect(path: Path, parameters: str, *, timeout: float) -> sqlite3.Connection:
    from urllib.parse import quote

    connection = sqlite3.connect(
        f"file:{quote(str(path))}?{parameters}", uri=True, timeout=timeout, isolation_level=None, cached_statements=64
    )
    # Nothing in a damaged or hostile file may call functions or map memory.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA mmap_size = 0")
    return connection


@contextmanager
def _shared(folder: Path, lock_timeout: float) -> Iterator[None]:
    path = folder / LOCK
    if not os.access(path, os.R_OK):
        # Without a lock file nobody has written yet; one that cannot be read leaves no better way.
        yield
        return
    with lock.held(path, timeout=lock_timeout, shared=True):
        yield


@contextmanager
def _copied(folder: Path) -> Iterator[Path]:
    """Copy the database and its WAL to a folder of our own, by another process: see the module's docstring."""
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix="morgue-") as temporary:
        for name in (FILE, FILE + "-wal"):
            subprocess.run(["cp", "--", str(folder / name), temporary], check=True)
        yield Path(temporary) / FILE
