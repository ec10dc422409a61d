"""The rows of events and payloads, in order and one at a time; where the file is torn, as many as can be read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from archive.errors import DamagedError
from archive.verification.payload import ROWS_OF_EVENTS
from archive.verification.problem import Problem
from archive.verification.tables import events_there

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.store import EventStore

    Row = tuple[Any, ...]

_HELD = 4 << 20
"""Stored bytes of payloads that are read ahead, but for those of one event."""

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
        self._rows = self._numbered(store.stream(ROWS_OF_EVENTS, start, size))
        self._ahead: deque[Row] = deque()
        self._torn = False
        self._unnumbered = False

    def ahead(self, positions: Sequence[int]) -> tuple[list[Row], int]:
        """Read the rows up to the last of some positions, and leave them to be taken; return them.

        Returned is also the number of the positions whose rows are all among them: not all, where they are large.
        """
        last = positions[-1]
        if not self._ahead or self._ahead[-1][0] <= last:
            held = sum(map(_stored, self._ahead))
            try:
                for row in self._rows:
                    self._ahead.append(row)
                    if row[0] > last:
                        break
                    held += _stored(row)
                    if held > _HELD and row[0] > positions[0]:
                        # Of the event that this row is of, others may follow: it is left for later.
                        last = positions[bisect_left(positions, row[0]) - 1]
                        break
            except DamagedError:
                self._torn = True
        return [row for row in self._ahead if row[0] <= last], bisect_right(positions, last)

    def drop(self, position: int) -> None:
        """Pass over the rows that were read ahead, up to those of a position."""
        while self._ahead and self._ahead[0][0] <= position:
            self._ahead.popleft()

    def of(self, position: int) -> list[Row]:
        """Return the rows of the event at a position, to which all ahead of it were read. Raises DamagedError."""
        found: list[Row] = []
        while (row := self._peek()) is not None and row[0] == position:
            found.append(self._ahead.popleft())
        # Where the table cannot be read in order, each event's rows are asked for: most can be had.
        return self._store.rows(ROWS_OF_EVENTS, position, position + 1) if self._torn else found

    def strays(self, position: int) -> Iterator[Problem]:
        """Yield a problem for each position ahead of one whose rows belong to no event."""
        if self._unnumbered:
            self._unnumbered = False
            yield Problem(None, "the payload table has a row whose position is no number")
        told = None
        while (row := self._peek()) is not None and row[0] < position:
            if row[0] != told:
                told = row[0]
                yield Problem(
                    told if isinstance(told, int) else None, "the payload table knows an event that the log has not"
                )
            self._ahead.popleft()

    def _numbered(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows that have a position: of a flipped bit, one may have NULL, and can be compared to no other."""
        for row in rows:
            if isinstance(row[0], int | float):
                yield row
            else:
                self._unnumbered = True

    def _peek(self) -> Row | None:
        """Return the row that is to be taken next, None behind the last one."""
        if not self._ahead:
            try:
                row = next(self._rows, None)
            except DamagedError:
                row, self._torn = None, True
            if row is None:
                return None
            self._ahead.append(row)
        return self._ahead[0]


def _stored(row: Row) -> int:
    """Return the bytes of data in a row, whatever is in their place."""
    return len(row[5]) if isinstance(row[5], bytes) else 0
