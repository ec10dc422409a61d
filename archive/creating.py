"""Creating: what a new archive consists of before anything is added, written in one transaction.

Imported only where an archive may have to be created: who opens one needs nothing of this.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archive import schema
from archive.appending import Appender
from archive.ids import new_id
from archive.new_events import NewEvent
from archive.syncing import sync

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from pathlib import Path


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
