"""Order: what is read here and what workers read comes out in the order in which it went in, in bounded memory."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import attrs

from archive.submission import Failure, Submission
from archive.walking import Meter
from archive.workers.pool import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.importers.protocol import Record
    from archive.submission import Item
    from archive.submitting import Source
    from archive.workers.pool import Pool

IN_FLIGHT = 32 << 20
"""Bytes of records that are with workers, or have come back and wait for one ahead of them. A larger one goes alone."""

ENTRIES = 10_000
"""What waits behind a record that takes its time, at the most: of what is only counted there may be any number."""

TOGETHER_RECORDS = 64
TOGETHER_BYTES = 128 << 10
"""What goes to a worker as one order: starting an order costs about as much as reading a short record."""


@attrs.frozen
class Unread:
    """A record that a worker is to read; `alone` where its format's limits hold for each record."""

    record: Record
    source: Source
    alone: bool


def in_order(inputs: Iterable[Item | Unread], pool: Pool, meter: Meter | None = None) -> Iterator[Item]:
    """Yield what is read already and what the pool makes of the rest, in the order of the inputs.

    `meter` is told how much of what it counts has come out.
    """
    queue = _Queue(pool, meter or Meter())
    for item in inputs:
        queue.put(item)
        yield from queue.take()
    yield from queue.take(everything=True)


class _Queue:
    """What has gone in and not come out: its bytes are counted, and neighbouring records are put together."""

    def __init__(self, pool: Pool, meter: Meter) -> None:
        self._pool = pool
        self._meter = meter
        # Each with how much had been read when it went in.
        self._entries: deque[tuple[Task | Item, int]] = deque()
        self._gathered: list[Unread] = []
        self._gathered_bytes = 0
        self._in_flight = 0
        self._sent = False

    def put(self, item: Item | Unread) -> None:
        if not isinstance(item, Unread):
            self._send()
            self._entries.append((item, self._meter.read()))
            return
        if self._gathered and (item.alone or self._gathered[0].source != item.source):
            self._send()
        self._gathered.append(item)
        self._gathered_bytes += item.record.size
        full = len(self._gathered) >= TOGETHER_RECORDS or self._gathered_bytes >= TOGETHER_BYTES
        if item.alone or full:
            self._send()

    def take(self, *, everything: bool = False) -> Iterator[Item]:
        """Yield from the front what is there; wait where there is too much, or for everything."""
        if everything:
            self._send()
        if self._sent or everything:
            self._pool.pump()
            self._sent = False
        while self._entries:
            entry, reached = self._entries[0]
            if isinstance(entry, Task):
                while entry.left and (everything or self._in_flight > IN_FLIGHT or len(self._entries) > ENTRIES):
                    self._pool.pump(wait=True)
                if entry.left:
                    return
                self._in_flight -= entry.size
                self._entries.popleft()
                self._meter.give_back(reached)
                for made in entry.made:
                    yield from (item for item in made or () if isinstance(item, Submission | Failure))
            else:
                self._entries.popleft()
                self._meter.give_back(reached)
                yield entry

    def _send(self) -> None:
        if not self._gathered:
            return
        records = [item.record for item in self._gathered]
        task = Task(records, self._gathered[0].source)
        self._gathered, self._gathered_bytes = [], 0
        self._in_flight += task.size
        self._entries.append((task, self._meter.read()))
        self._pool.submit(task)
        self._sent = True
