"""The tables apart from their events: SQLite's own check, the schema, rows that belong to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import database, schema
from archive.ids import is_id
from archive.verification.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.store import EventStore

_BEYOND = {
    "event": "SELECT position FROM event WHERE position < 0 OR position >= ?",
    "payload": "SELECT DISTINCT position FROM payload WHERE position < 0 OR position >= ?",
    "lookup": "SELECT DISTINCT position FROM lookup WHERE position < 0 OR position >= ?",
}


def check_database(store: EventStore) -> Iterator[Problem]:
    """Yield what SQLite's own check finds: pages, indexes, constraints. Costs a read of the whole file.

    Raises UnreadableError where it finds what a failing read makes it find.
    """
    found = [line for (line,) in store.rows("PRAGMA integrity_check(20)") if line != "ok"]
    if found:
        database.require_readable(store.folder)
    for line in found:
        yield Problem(None, f"SQLite's own check: {line}")


def check_schema(store: EventStore) -> Iterator[Problem]:
    """Yield what the schema has or lacks against the format's, triggers included, and whether `meta` is whole."""
    stored = {sql for (sql,) in store.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    for statement in schema.STATEMENTS:
        if statement not in stored:
            yield Problem(None, f"the schema lacks, or has changed: {statement.splitlines()[0]}")
    for statement in stored - set(schema.STATEMENTS):
        yield Problem(None, f"the schema has what the format has not: {str(statement).splitlines()[0]}")
    meta = dict(store.rows("SELECT name, value FROM meta"))
    if set(meta) != {"archive", "secret"} or not is_id(store.archive_id) or len(store.secret) != 32:
        yield Problem(None, "the meta table does not hold the archive's id and its secret")


def events_there(store: EventStore) -> int:
    """Return how far the positions of events go, for a log whose head does not say so. Raises DamagedError."""
    [(last,)] = store.rows("SELECT max(position) FROM event")
    return 0 if last is None else last + 1


def check_leftovers(store: EventStore, size: int) -> Iterator[Problem]:
    """Yield the rows that are about no event of a log of `size` events."""
    if store.rows("SELECT one FROM head") != [(1,)]:
        yield Problem(None, "the head is not in its row")
    levels = range(1, 8)
    [(count,)] = store.rows("SELECT count(*) FROM node")
    if count != sum(size >> 8 * level for level in levels):
        yield Problem(None, f"the tree has {count} nodes, which is not the number that {size} events have")
    for table, sql in _BEYOND.items():
        for (position,) in store.rows(sql, size):
            shown = position if isinstance(position, int) else None
            yield Problem(shown, f"the {table} table knows an event that the log has not")
