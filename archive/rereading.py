"""Reading kept records again, in order: here, or in worker processes where their format demands it.

As at their first reading: a record that a worker of an older version survived may be too much for today's.
"""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from archive import importers
from archive.given import UNSTATED
from archive.submission import Failure, Submission
from archive.submitting import Source, read_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.importers.protocol import Record
    from archive.submission import Item
    from archive.workers.pool import Pool, Task

_T = TypeVar("_T")

_WAITING = 64
"""Records that workers read, or that wait for one ahead of them, at the most."""

_WAITING_BYTES = 32 << 20

_SOURCE = Source("", "")


def read_records(records: Iterable[tuple[_T, Record | None]]) -> Iterator[tuple[_T, list[Item] | None]]:
    """Yield what today's importers make of records, to which nothing is stated; None where there is no record.

    What a record is of is passed through. Raises WorkerError where no process starts.
    """
    with ExitStack() as stack:
        yield from _Rereading(stack).read(records)


def read_here(record: Record) -> list[Item]:
    """Return what today's importer makes of a record, in this process."""
    try:
        return list(read_record(record, _SOURCE, UNSTATED))
    except Exception as error:  # noqa: BLE001 - a parser that fails costs this record, whatever it fails with
        return [Failure(path="", message=f"cannot be read: {type(error).__name__}: {str(error)[:200]}")]


class _Rereading:
    """What has gone to workers and not come back, in order; the workers start when there is something for them."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._pool: Pool | None = None
        self._waiting_bytes = 0

    def read(self, records: Iterable[tuple[_T, Record | None]]) -> Iterator[tuple[_T, list[Item] | None]]:
        queue: deque[tuple[_T, Task | list[Item] | None]] = deque()
        for what, record in records:
            if record is not None and importers.importer_for(record.format).isolated:
                queue.append((what, self._submit(record)))
            else:
                queue.append((what, None if record is None else read_here(record)))
            yield from self._take(queue, at_most=_WAITING)
        yield from self._take(queue, at_most=0)

    def _submit(self, record: Record) -> Task:
        from archive.workers.pool import Pool, Task, processors

        if self._pool is None:
            self._pool = self._stack.enter_context(Pool(processors(), UNSTATED))
        task = Task([record], _SOURCE)
        self._waiting_bytes += task.size
        self._pool.submit(task)
        return task

    def _take(
        self, queue: deque[tuple[_T, Task | list[Item] | None]], *, at_most: int
    ) -> Iterator[tuple[_T, list[Item] | None]]:
        """Yield from the front what is there, and wait until no more than some are left."""
        while queue:
            what, made = queue[0]
            if made is None or isinstance(made, list):
                yield what, made
                queue.popleft()
                continue
            while made.left and self._pool is not None and self._is_full(len(queue), at_most):
                self._pool.pump(wait=True)
            if made.left:
                return
            self._waiting_bytes -= made.size
            queue.popleft()
            yield what, [item for item in made.made[0] or () if isinstance(item, Submission | Failure)]

    def _is_full(self, waiting: int, at_most: int) -> bool:
        return waiting > at_most or self._waiting_bytes > _WAITING_BYTES


class Rereader:
    """Reads kept records again, one at a time. It holds the process that reads isolated formats: close it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._pool: Pool | None = None

    def read(self, record: Record) -> list[Item]:
        """Return what today's importer makes of a record. Raises WorkerError where no process starts."""
        if not importers.importer_for(record.format).isolated:
            return read_here(record)
        from archive.workers.pool import Pool, Task

        if self._pool is None:
            self._pool = self._stack.enter_context(Pool(1, UNSTATED))
        task = Task([record], _SOURCE)
        self._pool.submit(task)
        while task.left:
            self._pool.pump(wait=True)
        return [item for item in task.made[0] or () if isinstance(item, Submission | Failure)]

    def close(self) -> None:
        """End the process, if there is one."""
        self._stack.close()
        self._pool = None
