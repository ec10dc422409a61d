"""Connections to events.db: how it is opened for writing, for reading, and where its folder cannot be written.

Nothing but SQLite opens events.db, -wal or -shm in a process that uses them: closing such a file drops the locks that
SQLite itself holds on it (POSIX advisory locks belong to the process, not to the descriptor), and commits are lost.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive import lock, private_files, schema
from archive.errors import BusyError, DamagedError, NotAnArchiveError, StorageError, UnopenableError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "events.db"
LOCK = "lock"

_PLAIN = frozenset(b"/-._~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_CORRUPT = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT", "SQLITE_ERROR"}
"""SQLITE_ERROR is bad SQL; ours is fixed and good, so that a table or a column of the format is missing."""
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}

_HEADER = 100
"""Bytes at the beginning of an SQLite database that say what it is."""

_COPY = "morgue-"
"""What the names of temporary folders begin with that hold a copy of a database."""


@contextmanager
def translated(folder: Path, *, writing: bool = False) -> Iterator[None]:
    """Turn SQLite's errors into the archive's own: damage, a busy database, or a file system that refuses."""
    assured = "; nothing was acknowledged that is not stored" if writing else ""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        primary = "_".join(name.split("_")[:2])
        if primary in _BUSY:
            raise BusyError(folder, 0) from error
        if name == "SQLITE_READONLY_ROLLBACK":
            # A rollback journal is there only while a new file is being put into WAL mode.
            raise NotAnArchiveError(_interrupted(folder)) from error
        if name == "SQLITE_CORRUPT":
            require_readable(folder)
        if primary in _CORRUPT or isinstance(error, sqlite3.IntegrityError):
            raise DamagedError(None, f"SQLite says: {error}") from error
        raise StorageError(f"{folder / FILE}: {error}{assured}") from error
    except BrokenPipeError:
        # Of whoever reads along, not of the archive.
        raise
    except OSError as error:
        raise StorageError(f"{error.filename or folder}: {error.strerror}") from error


def connect_writer(folder: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open events.db for writing, by one thread after the other.

    The caller holds the archive's lock, now and at every write and at the close.
    """
    mode = "rwc" if create else "rw"
    if create:
        # Made here, as SQLite goes by the umask; -wal and -shm then take their mode from it. An empty file is a new
        # database, and nothing has one open that was not there.
        with suppress(FileExistsError):
            private_files.create(folder / FILE).close()
    connection = _connect(folder / FILE, f"mode={mode}", timeout=30, own_thread=False)
    try:
        _prepare(connection, create=create)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_copy(folder: Path) -> sqlite3.Connection:
    """Open a new events.db for a copy to be written into, page by page; a crash leaves a file that is worth nothing."""
    os.close(os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = _connect(folder / FILE, "mode=rw", timeout=0)
    connection.execute("PRAGMA journal_mode = OFF")
    return connection


def _prepare(connection: sqlite3.Connection, *, create: bool) -> None:
    # A database that has tables already is not ours to convert: it is opened as what it is, and checked then.
    if create and is_empty(connection):
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


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether a database has no tables: a crash before the commit that creates an archive leaves one such."""
    return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


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
        if is_empty(connection):
            require_new(folder)
            raise NotAnArchiveError(_interrupted(folder))
        raise NotAnArchiveError(f"{folder} is no archive: its {FILE} belongs to another program; name another folder")
    if version > schema.FORMAT:
        raise NotAnArchiveError(
            f"{folder} has format {version}, and this morgue reads up to {schema.FORMAT}; upgrade morgue to read it"
        )
    if version < 1:
        raise DamagedError(None, f"its user_version is {version}, which no format has")


def _connect(path: Path, parameters: str, *, timeout: float, own_thread: bool = True) -> sqlite3.Connection:
    # In bytes and absolute: a path need not be Unicode text, and `file://` begins with the name of a host.
    name = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in os.fsencode(path.absolute()))
    uri = f"file://{name}?{parameters}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=timeout, isolation_level=None, cached_statements=64, check_same_thread=own_thread
    )
    # Damaged text is still read, so that verification can say where it is.
    connection.text_factory = _text
    # Nothing in a damaged or hostile file may call functions or map memory.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA mmap_size = 0")
    return connection


def require_new(folder: Path) -> None:
    """Raise UnopenableError where a file that SQLite takes for an empty database is what is left of an archive."""
    size = (folder / FILE).stat().st_size
    if 0 < size < _HEADER:
        # What is written first is longer.
        raise UnopenableError(folder, f"{FILE} is cut off")
    for name in ("index/CURRENT", "verified.json"):
        if not size and (folder / name).exists():
            raise UnopenableError(folder, f"{FILE} is empty, and {name} beside it shows that there was a log")


@contextmanager
def reading_damaged(folder: Path, lock_timeout: float) -> Iterator[sqlite3.Connection]:
    """Open events.db for reading, also where its end is missing: SQLite refuses such a file unless told otherwise."""
    with reading(folder, lock_timeout) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        yield connection


def require_readable(folder: Path) -> None:
    """Raise UnreadableError where it is not the bytes of a database that are wrong, but a read of them failed."""
    if (why := _failing(folder / FILE)) is not None:
        raise UnreadableError(folder / FILE, why)


def _failing(path: Path) -> str | None:
    """Return why a database cannot be read, None where it is damaged."""
    from archive import failing

    return failing.reason(path, lambda: _connect(path, "mode=ro", timeout=0))


def _interrupted(folder: Path) -> str:
    return f"{folder} is no archive yet: its creation was interrupted; run again: morgue init {folder}"


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "backslashreplace")


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

    with tempfile.TemporaryDirectory(prefix=_COPY) as temporary:
        for name in (FILE, FILE + "-wal"):
            copied = subprocess.run(["cp", "--", str(folder / name), temporary], capture_output=True, check=False)
            if copied.returncode:
                why = copied.stderr.decode(errors="replace").strip()
                raise StorageError(f"{folder} cannot be written, and commits wait in its WAL; no copy to read: {why}")
        yield Path(temporary) / FILE


def remove_copies(archive_id: str) -> None:
    """Remove copies of an archive's database that readers left behind which were killed. Those in use end with them."""
    import shutil
    import tempfile

    for folder in Path(tempfile.gettempdir()).glob(_COPY + "*"):
        try:
            connection = sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)
        except sqlite3.Error:
            continue
        try:
            found = connection.execute("SELECT value FROM meta WHERE name = 'archive'").fetchone()
        except sqlite3.Error:
            continue
        finally:
            connection.close()
        if found is not None and found[0] == archive_id.encode("ascii"):
            shutil.rmtree(folder, ignore_errors=True)
