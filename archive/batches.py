"""Batches: what one run appends, some at a time, each under one hold of the lock; and the run's record behind it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Generic, TypeVar

from archive.submission import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from archive.appending import Appender
    from archive.runs import RunInProgress
    from archive.store import EventStore

_T = TypeVar("_T")
_R = TypeVar("_R")

BATCH_ARTICLES = 1000
BATCH_BYTES = 32 << 20
BATCH_SECONDS = 2.0
"""A batch is one transaction: one sync of the disk, and the most that others wait for."""


class Batches(Generic[_T, _R]):
    """The batches of one run. Failures among its items are counted and passed on."""

    def __init__(
        self,
        store: EventStore,
        run: RunInProgress,
        *,
        size: Callable[[_T], int],
        append: Callable[[list[_T], Appender], list[_R]],
        steady: bool = False,
    ) -> None:
        """Take what a batch is made by: `size` is about how many bytes an item holds, `append` appends those of one.

        `steady` items come whether or not anybody hears of those ahead of them: then a batch is written while the next
        one is gathered. Others may be held back until their forerunners are told of, and so no batch waits for them.
        """
        self._store = store
        self._run = run
        self._size = size
        self._append = append
        self._steady = steady
        self._results: list[_R] = []
        self._counts: dict[str, int] = {}

    def take(self, items: Iterable[_T | Failure]) -> Generator[_R | Failure, None, None]:
        """Have items appended, and yield what became of each, once its batch is on disk.

        The run is recorded with the last batch, also where it ends early. Raises BusyError, StorageError.
        """
        batch: list[_T] = []
        begun, held = time.monotonic(), 0
        try:
            for item in items:
                if isinstance(item, Failure):
                    self._run.count_failure(item)
                    yield item
                    continue
                batch.append(item)
                held += self._size(item)
                full = len(batch) >= BATCH_ARTICLES or held >= BATCH_BYTES
                if full or time.monotonic() - begun > BATCH_SECONDS:
                    yield from self._settled()
                    behind = full and self._steady
                    self._commit(batch, behind=behind)
                    batch, held = [], 0
                    if not behind:
                        # The next item may be long in coming: nobody is to wait for it to hear that his is on disk.
                        yield from self._settled()
                    begun = time.monotonic()
            yield from self._settled()
            self._commit(batch, last=True)
            batch = []
            yield from self._settled()
        except BaseException:
            self._run.end_early(self._store)
            raise

    def _settled(self) -> list[_R]:
        """Wait until the batch that is being written, if any, is on disk; return what became of its items."""
        try:
            self._store.settle()
        except BaseException:
            self._run.counts = self._counts
            raise
        results, self._results = self._results, []
        return results

    def _commit(self, batch: list[_T], *, last: bool = False, behind: bool = False) -> None:
        """Append a batch. With `behind`, it is written while the next one is gathered."""
        run = self._run
        if not batch and not (last and run.needs_recording):
            return
        self._counts = dict(run.counts)
        try:
            # A crash inside leaves none of the batch, and none of it has been acknowledged.
            with self._store.appending(behind=behind) as appender:
                results = self._append(batch, appender)
                if last and run.needs_recording:
                    appender.append(run.event())
        except BaseException:
            run.counts = self._counts
            raise
        run.recorded = last
        self._results = results
