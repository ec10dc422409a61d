"""Creating: what a new archive consists of before anything is added, written in one transaction.

Imported only where an archive may have to be created: who opens one needs nothing of this.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from archive import database, lock, schema
from archive.appending import Appender
from archive.errors import NotAnArchiveError
from archive.ids import new_id
from archive.new_events import NewEvent
from archive.syncing import sync

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from pathlib import Path


def create_store(folder: Path, genesis: Callable[[str], Mapping[str, bytes]], lock_timeout: float) -> None:
    """Create an archive in a folder, unless there is one; durable when it returns.

    Raises NotAnArchiveError where the folder holds other things, DamagedError, BusyError, StorageError.
    """
    with database.translated(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = {entry.name for entry in folder.iterdir()} - {database.LOCK, database.LOCK + lock.NEXT, "index"}
        if (folder / database.FILE).exists():
            database.require_new(folder)
        else:
            if others:
                raise NotAnArchiveError(
                    f"{folder} is not empty; name a folder that does not exist yet, or an empty one"
                )
            # An empty folder may have been made for all to read; what goes into it now is not for all.
            with suppress(PermissionError):
                folder.chmod(0o700)
        with lock.held(folder / database.LOCK, timeout=lock_timeout):
            connection = database.connect_writer(folder, create=True)
            try:
                # A crash before the commit leaves a file without tables: it is started anew.
                if database.is_empty(connection):
                    create_tables(connection, genesis)
            finally:
                connection.close()
        # Nobody hears of an archive that a power cut could still make unfindable.
        sync_names(folder)


def create_tables(connection: sqlite3.Connection, genesis: Callable[[str], Mapping[str, bytes]]) -> None:
    """Write the tables of a new archive, and its first event, in one transaction.

    `genesis` returns the parts of that event, given the archive's id.
    """
    archive_id = new_id()
    # A crash behind this leaves a key that no archive has.
    parts = genesis(archive_id)
    connection.execute("BEGIN IMMEDIATE")
    create_empty(connection, archive_id)
    appender = Appender(connection, archive_id, 0, ())
    appender.append(NewEvent(type="morgue.archive.created.v1", subject=archive_id, correlation=new_id(), parts=parts))
    appender.seal()
    connection.execute("COMMIT")


def create_empty(connection: sqlite3.Connection, archive_id: str) -> None:
    """Write the tables of an archive with an id, without an event: for a log that is taken over from elsewhere."""
    for statement in schema.STATEMENTS:
        connection.execute(statement)
    connection.execute("INSERT INTO head (one, size, frontier) VALUES (1, 0, x'')")
    connection.executemany(
        "INSERT INTO meta (name, value) VALUES (?, ?)",
        [("archive", archive_id.encode("ascii")), ("secret", os.urandom(32))],
    )
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.FORMAT}")


def sync_names(folder: Path) -> None:
    """Make durable the names of the files in a folder, its own, and those of the folders above that lead to it.

    Any of those may have been made just now, here or by a process that was killed before it came to this. It ends at
    the file system's own root, and where a folder may not be read: whoever made that one has to see to it.
    """
    sync(folder)
    for above in folder.resolve().parents:
        if not os.access(above, os.R_OK):
            return
        sync(above)
        if above.is_mount():
            return
