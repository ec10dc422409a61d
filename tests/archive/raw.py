"""events.db as somebody without morgue opens it: a plain connection, with or without the triggers."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def connected(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open an archive's database for a `with` block; every statement commits by itself."""
    connection = sqlite3.connect(folder / "events.db", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def unguarded(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open it with triggers and constraints out of force; afterwards the schema is what it was."""
    with connected(folder) as connection:
        # As in `archive.database`: what is changed here need not be text any more.
        connection.text_factory = bytes
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name.decode()}")
        try:
            yield connection
        finally:
            for _, sql in triggers:
                connection.execute(sql.decode())
