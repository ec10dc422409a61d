"""Creating: what a new archive consists of before anything is added, written in one transaction.

Imported only where an archive may have to be created: who opens one needs nothing of this.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archive import schema
from archive.ids import new_id
from archive.new_events import NewEvent
from archive.store import Appender

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
    for statement in schema.STATEMENTS:
        connection.execute(statement)
    connection.execute("INSERT INTO head (one, size, frontier) VALUES (1, 0, x'')")
    connection.executemany(
        "INSERT INTO meta (name, value) VALUES (?, ?)",
        [("archive", archive_id.encode("ascii")), ("secret", os.urandom(32))],
    )
    appender = Appender(connection, archive_id, 0, ())
    appender.append(NewEvent(type="morgue.archive.created.v1", subject=archive_id, correlation=new_id(), parts=parts))
    appender.seal()
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.FORMAT}")
    connection.execute("COMMIT")


def sync_folder(folder: Path) -> None:
    """Make the names of the files in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
