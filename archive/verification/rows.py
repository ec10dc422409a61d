"""The rows of events and payloads, in order and one at a time; where the file is torn, as many as can be read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from archive.errors import DamagedError
from archive.verification.payload import ROWS_OF_EVENTS
from archive.verification.problem import Problem
from archive.verification.tables import events_there

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.store import EventStore

    Row = tuple[Any, ...]

_COLUMNS = "SELECT position, id, envelope, leaf FROM event WHERE"


def event_rows(store: EventStore, start: int, size: int) -> Iterator[Row]:
    """Yield position, id, envelope and leaf of the events at `[start, size)` that can be read, in order."""
    try:
        for row in store.stream(f"{_COLUMNS} position >= ? AND position < ? ORDER BY position", start, size):
            yield row
            start = row[0] + 1
    except DamagedError:
        # A page of the table cannot be read. What is on others is asked for one by one.
        for position in range(start, min(size, events_there(store))):
            with suppress(DamagedError):
                yield from store.rows(f"{_COLUMNS} position = ?", position)


class Payloads:
    """The rows of the payload table beside the events that they belong to: holds the place that reading has come to."""

    def __init__(self, store: EventStore, start: int, size: int) -> None:
        self._store = store
        self._rows = store.stream(ROWS_OF_EVENTS, start, size)
        self._next: Row | None = None
        self._torn = False
        self._advance()

    def of(self, position: int) -> list[Row]:
        """Return the rows of the event at a position, to which all ahead of it were read. Raises DamagedError."""
        found: list[Row] = []
        while self._next is not None and self._next[0] == position:
            found.append(self._next)
            self._advance()
        # Where the table cannot be read in order, each event's rows are asked for: most can be had.
        return self._store.rows(ROWS_OF_EVENTS, position, position + 1) if self._torn else found

    def strays(self, position: int) -> Iterator[Problem]:
        """Yield a problem for each position ahead of one whose rows belong to no event."""
        told = None
        while self._next is not None and self._next[0] < position:
            if self._next[0] != told:
                told = self._next[0]
                yield Problem(
                    told if isinstance(told, int) else None, "the payload table knows an event that the log has not"
                )
            self._advance()

    def _advance(self) -> None:
        try:
            self._next = next(self._rows, None)
        except DamagedError:
            self._next, self._torn = None, True
