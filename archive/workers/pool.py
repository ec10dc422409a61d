"""The pool: records go to worker processes, what is made of them comes back, and a process that dies costs one record.

One loop, in the caller's thread, writes to the workers and reads from them whatever is ready. Workers start when there
is something for them to do, as many as that takes, and are used until the pool is closed.
"""

from __future__ import annotations

import os
import select
from collections import deque
from functools import cache
from typing import TYPE_CHECKING

import attrs

from archive.importers import importer_for
from archive.importers.protocol import Problem
from archive.workers import limits, messages
from archive.workers.framing import BadFrameError
from archive.workers.process import Process, WorkerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from archive.given import Terms
    from archive.importers.protocol import Record
    from archive.submitting import Source
    from archive.workers.framing import Message
    from archive.workers.messages import Item

PROCESSES = 8
"""Readers at the most, unless the caller says otherwise: each may take up to the limit of memory."""

_ORDERS_AT_ONCE = 2
"""Orders that one worker is given: while it answers the first, the second is there already."""

_INTERVAL_MS = 1000


@attrs.define(eq=False)
class Task:
    """Some neighbouring records of one source, and what is made of each: None while it is not known."""

    records: Sequence[Record]
    source: Source
    made: list[list[Item] | None] = attrs.field(init=False)
    left: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.made = [None] * len(self.records)
        self.left = len(self.records)

    @property
    def size(self) -> int:
        """The bytes of its records, with what their container says of all of them: each has its own copy of that."""
        return sum(record.size for record in self.records)

    def finish(self, start: int, made: Sequence[list[Item]]) -> None:
        """Take what was made of the records from `start` on."""
        self.made[start : start + len(made)] = made
        self.left -= len(made)


@attrs.frozen(eq=False)
class _Order:
    """The records `[start, end)` of a task, as one message."""

    task: Task
    start: int
    end: int

    def records(self) -> Sequence[Record]:
        return self.task.records[self.start : self.end]

    def one_by_one(self) -> list[_Order]:
        return [_Order(self.task, number, number + 1) for number in range(self.start, self.end)]


@attrs.define(eq=False)
class _Reader:
    """A process that reads records: the orders that it has not answered yet, and for how many seconds it is silent.

    It is `exposed` once it is given a record of a format that is isolated.
    """

    process: Process
    orders: deque[_Order] = attrs.field(factory=deque)
    silent: float = 0.0
    exposed: bool = False


class Pool:
    """Up to `jobs` reading processes, and one that splits. Close it, or use it in a `with` block: none outlives it."""

    def __init__(
        self, jobs: int, terms: Terms, *, seconds: float = limits.SECONDS, memory: int = limits.MEMORY
    ) -> None:
        self._jobs = jobs
        self._terms = terms
        self._seconds = seconds
        self._memory = memory
        self._readers: list[_Reader] = []
        self._pending: deque[_Order] = deque()
        self._splitter: Process | None = None
        self.answers: deque[Message] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        for reader in self._readers:
            reader.process.kill()
        self._readers.clear()
        self.end_splitter()

    # Reading

    def submit(self, task: Task) -> None:
        """Have the records of a task read, behind those that wait."""
        self._pending.append(_Order(task, 0, len(task.records)))
        self._feed()

    def pump(self, *, wait: bool = False, heed_splitter: bool = False) -> None:
        """Write to the workers and read from them what is ready; with `wait`, until something is.

        Answers of the splitter are left in its pipe unless it is heeded: so it waits where its caller has enough.
        Raises WorkerError where no process can be started.
        """
        self._feed()
        events = select.poll()
        by_end: dict[int, _Reader | None] = {}
        splitter = self._splitter
        if splitter is not None:
            self._register(events, splitter, readable=heed_splitter)
            by_end[splitter.reading_end] = None
        for reader in self._readers:
            self._register(events, reader.process, readable=True)
            by_end[reader.process.reading_end] = reader
        ready = events.poll(_INTERVAL_MS if wait else 0)
        for end, event in ready:
            if end not in by_end:
                continue  # A pipe for writing: below.
            if event & ~select.POLLOUT:
                self._listen(by_end[end])
        for process in (splitter, *(reader.process for reader in self._readers)):
            if process is not None and not process.ended:
                process.write()
        if not ready and wait:
            self._lose_patience()
        self._readers = [reader for reader in self._readers if not reader.process.ended]
        self._feed()

    @staticmethod
    def _register(events: select.poll, process: Process, *, readable: bool) -> None:
        if readable:
            events.register(process.reading_end, select.POLLIN)
        if process.writing_end is not None:
            events.register(process.writing_end, select.POLLOUT)

    def _feed(self) -> None:
        """Hand waiting orders to the workers that have the least to do; start one where all have something."""
        while self._pending:
            reader = min(self._readers, key=lambda one: len(one.orders), default=None)
            if (reader is None or reader.orders) and len(self._readers) < self._jobs:
                reader = _Reader(self._start())
                self._readers.append(reader)
            if reader is None or len(reader.orders) >= _ORDERS_AT_ONCE:
                return
            order = self._pending.popleft()
            reader.orders.append(order)
            reader.exposed = reader.exposed or any(_is_isolated(record.format) for record in order.records())
            reader.process.send(messages.read_message(order.records(), order.task.source))

    def _start(self) -> Process:
        process = Process(seconds=self._seconds, memory=self._memory)
        process.send(messages.terms_message(self._terms))
        return process

    def _listen(self, reader: _Reader | None) -> None:
        """Take what a reader, or the splitter, has answered."""
        process = self._splitter if reader is None else reader.process
        if process is None:
            return
        for message in process.read():
            if messages.READY in message.document:
                process.started = True
            elif reader is None:
                self.answers.append(message)
            else:
                reader.silent = 0.0
                self._take(reader, message)
        if process.ended and not process.started:
            raise WorkerError(f"a process to read with did not start: {process.why() or 'it ended'}")
        if reader is not None and process.ended:
            self._bury(reader)

    def _take(self, reader: _Reader, message: Message) -> None:
        if not reader.orders:
            reader.process.distrusted = True
            reader.process.kill()
            return
        order = reader.orders[0]
        try:
            made = messages.items_from(message, order.records(), trusted=not reader.exposed)
        except BadFrameError:
            reader.process.distrusted = True
            reader.process.kill()
            return
        reader.orders.popleft()
        order.task.finish(order.start, made)

    def _bury(self, reader: _Reader) -> None:
        """Give back what a dead worker had not answered; of one record alone, its end is the answer."""
        why = reader.process.why()
        reader.process.kill()
        left = list(reader.orders)
        reader.orders.clear()
        again: list[_Order] = []
        if left and why is not None and left[0].end - left[0].start == 1:
            order = left.pop(0)
            failure = order.task.source.failure(Problem(message=why), order.records()[0])
            order.task.finish(order.start, [[failure]])
        # Which of several records it was is found out one by one.
        for order in left:
            again += order.one_by_one()
        self._pending.extendleft(reversed(again))

    def _lose_patience(self) -> None:
        """End a reader that is silent for much longer than its own clock should let it be, as one that was stopped."""
        longest = 3 * (self._seconds + limits.SECONDS_MORE)
        for reader in self._readers:
            if reader.orders:
                reader.silent += _INTERVAL_MS / 1000
            if reader.silent > longest:
                reader.process.hung = True
                reader.process.kill()
                self._bury(reader)

    # Splitting

    def order_splitter(self, format_name: str, descriptor: int, *, seekable: bool, offset: int) -> Process:
        """Have the splitting process, started where there is none, split an open file; its answers go to `answers`."""
        if self._splitter is None:
            self._splitter = self._start()
        self.answers.clear()
        self._splitter.hand_over(descriptor)
        self._splitter.send(messages.split_message(format_name, seekable=seekable, offset=offset))
        return self._splitter

    def end_splitter(self) -> None:
        """End the splitting process; the next order starts another."""
        if self._splitter is not None:
            self._splitter.kill()
            self._splitter = None
        self.answers.clear()


@cache
def _is_isolated(format_name: str) -> bool:
    return importer_for(format_name).isolated


def processors() -> int:
    """Return how many readers there are unless the caller says: one a processor that this process may use, up to 8."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, PROCESSES)
