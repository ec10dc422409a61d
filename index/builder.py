"""Building: bring a generation up to the log, or make one from the whole log.

The log is cut into ranges, each range becomes segments, and neighbouring segments are merged until there are few.
Ranges and merges are tasks (`index.tasks`) for an executor of `concurrent.futures`: threads that each wait for a
process on this machine where there is enough to do, a cluster's executor in their place later. A range has a second
process that reads ahead; where there are no processors for two such pairs, the one range is built here.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archive.version import TOOL
from index import tasks
from index.erasing import erased_since
from index.errors import reading_files
from index.generations import State
from index.processes import TaskFailedError, stop
from index.schema_hash import schema_hash
from index.segment.policy import MOST, groups_to_merge
from index.segment.reader import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from archive.archive import Archive
    from index.generations import Generation, Generations

MERGED_AT_MOST = 32_768
"""Documents in a segment that a catch-up still makes by merging, or a tenth of all: most adds stay quick."""

EVENTS_A_TASK = 65_536
"""Events a process is given at the most: it takes a quarter of a second to start; what fails is built again here."""

PROCESSES = 8
"""Processes at the most. Each takes 70 MiB before it has read anything, and the archive is one file on one disk."""

TOKENS_AT_ONCE = 18_000_000
"""Tokens that all processes together collect before they write a segment each: at 20 bytes, 350 MiB."""

_INTERVAL = 0.1
"""Seconds between two looks at how far the tasks are."""

EVENTS_FOR_PROCESSES = 8_000
"""Below so many events starting processes costs more than it gains."""


def build(
    archive: Archive,
    generations: Generations,
    *,
    base: Callable[[], Generation | None],
    timeout: float,
    progress: Callable[[int, int], None],
) -> Generation:
    """Build and publish a generation that holds the log up to its end now.

    `base` returns the generation to go on from, None to build from nothing; it is asked once no other process builds,
    since one may have been here meanwhile. `progress` is called with events done and in all. Whatever goes wrong, the
    old generation goes on serving. Raises IndexBusyError, UnsearchableError, TornIndexError where the base cannot be
    read, and what `base` and reading the archive raise.
    """
    with generations.building(timeout=timeout):
        size = archive.size()
        onto = base()
        erasures = archive.store.erasures.positions()
        oldest = erasures[-1] + 1 if erasures else 0
        if onto is not None and onto.state.size == size:
            # A builder that was killed may have left what holds an article that was erased.
            generations.sweep(oldest)
            return onto
        start = onto.state.size if onto is not None else 0
        folder = generations.next_folder()
        stretches = [] if onto is None else _stretches(onto, erased_since(archive, start))
        if onto is not None:
            generations.share(onto.folder, folder, [name for one in stretches if one.stays for name in one.names])
        anew = sum(stretch.end - stretch.start for stretch in stretches if not stretch.stays)
        names: list[str] = []
        with _executor(size - start + anew) as executor:
            for stretch in stretches:
                if stretch.stays:
                    names += stretch.names
                    continue
                for built in _build_ranges(archive, folder, stretch.start, stretch.end, executor, progress):
                    names += built
            for built in _build_ranges(archive, folder, start, size, executor, progress):
                names += built
            names = _merge(folder, names, executor, added=size - start if onto is not None else None)
        progress(size - start, size - start)
        with reading_files():
            documents = _counts(folder, names).documents
        state = State(
            archive=archive.id,
            size=size,
            root=archive.root(size).hex(),
            schema=schema_hash(),
            code=TOOL,
            documents=sum(documents),
            segments=tuple(names),
        )
        return generations.publish(folder, state, oldest=oldest)


class _Stretch(NamedTuple):
    """Neighbouring segments of a generation, the range of events they were made of, and whether they can stay."""

    names: tuple[str, ...]
    start: int
    end: int
    stays: bool


def _stretches(onto: Generation, erased: set[int]) -> list[_Stretch]:
    """Return the segments of a generation, in order. Those that hold something of erased positions do not stay.

    Segments that were made of one range, whose standings are in the last of them, are one stretch.
    """
    if not erased:
        return [_Stretch(onto.state.segments, 0, onto.state.size, stays=True)]
    stretches: list[_Stretch] = []
    with reading_files():
        for name in onto.state.segments:
            segment = Segment(onto.folder / name)
            documents, standings = segment.sections["position"], segment.sections["standing_position"]
            held = [*documents[:1], *standings[:1], *documents[-1:], *standings[-1:]]
            start, end = min(held, default=0), max(held, default=-1) + 1
            stays = erased.isdisjoint(documents.tolist()) and erased.isdisjoint(
                segment.sections["standing_version"].tolist()
            )
            segment.close()
            names: tuple[str, ...] = (name,)
            while stretches and stretches[-1].end > start:
                ahead = stretches.pop()
                names, start, end = (*ahead.names, *names), min(start, ahead.start), max(end, ahead.end)
                stays = stays and ahead.stays
            stretches.append(_Stretch(names, start, end, stays))
    return stretches


def _build_ranges(  # noqa: PLR0917 - one step of `build`
    archive: Archive,
    folder: Path,
    start: int,
    end: int,
    executor: Executor | None,
    progress: Callable[[int, int], None],
) -> Iterator[list[str]]:
    """Yield the names of the segments of each range of events, in order."""
    if executor is None:
        step = partial(_report, progress, start, end)
        yield tasks.build_range(archive, folder, start, end, tasks.TOKENS_A_SEGMENT, step)
        return
    builders = _builders()
    tokens = TOKENS_AT_ONCE // builders
    if builders == 1:
        step = partial(_report, progress, start, end)
        try:
            yield tasks.build_range(archive, folder, start, end, tokens, step, ahead=True)
        except TaskFailedError:
            # Whatever was in its way is met again here, and raised as the error that it is.
            yield tasks.build_range(archive, folder, start, end, tokens, step)
        return
    from concurrent.futures import wait as wait_for

    rounds = -(-(end - start) // (builders * EVENTS_A_TASK))
    share = -(-(end - start) // (rounds * builders))
    given = []
    done: dict[int, int] = {}
    for first in range(start, end, share):
        last = min(first + share, end)
        words = ("build", str(archive.path.absolute()), str(folder.absolute()), str(first), str(last), str(tokens))
        report = partial(done.__setitem__, first)
        given.append((first, last, executor.submit(tasks.elsewhere, *words, report=report)))
    for first, last, task in given:
        while wait_for([task], _INTERVAL).not_done:
            progress(sum(done.values()), end - start)
        try:
            yield task.result()
        except TaskFailedError:
            # Whatever was in its way is met again here, and raised as the error that it is.
            yield tasks.build_range(archive, folder, first, last, tokens)


def _report(progress: Callable[[int, int], None], start: int, end: int, position: int) -> None:
    progress(position + 1 - start, end - start)


def _merge(folder: Path, names: list[str], executor: Executor | None, *, added: int | None) -> list[str]:
    """Merge neighbours until there are few segments; return the names of those that are left, in order.

    `added` are the events that an index was brought up by, None where it was built anew: then all may be merged.
    """
    with reading_files():
        _, sizes, tokens = _counts(folder, names)
    if added is None:
        divided = groups_to_merge(sizes, tokens, rebuilt=True)
    else:
        largest = max(MERGED_AT_MOST, sum(sizes) // MOST, added)
        divided = groups_to_merge(sizes, tokens, largest=largest)
    groups = [names[first:last] for first, last in divided]
    if sum(len(group) > 1 for group in groups) == 1:
        # A process of its own would take longer to start.
        executor = None
    given: list[Future[list[str]] | None] = [
        executor.submit(tasks.elsewhere, "merge", str(folder.absolute()), *group)
        if executor is not None and len(group) > 1
        else None
        for group in groups
    ]
    merged = []
    for group, task in zip(groups, given, strict=True):
        if len(group) == 1:
            merged += group
            continue
        try:
            merged += task.result() if task is not None else [tasks.merge(folder, group)]
        except TaskFailedError:
            # Whatever was in its way is met again here, and raised as the error that it is.
            merged.append(tasks.merge(folder, group))
        for name in group:
            # Of this generation's folder only: an older generation has a link of its own.
            (folder / name).unlink()
    return merged


class _Counts(NamedTuple):
    """What the segments of a generation hold, a number each. `sizes` are documents and standings together."""

    documents: list[int]
    sizes: list[int]
    tokens: list[int]


def _counts(folder: Path, names: list[str]) -> _Counts:
    counts = _Counts([], [], [])
    for name in names:
        segment = Segment(folder / name)
        counts.documents.append(segment.documents)
        counts.sizes.append(segment.documents + segment.standings)
        counts.tokens.append(sum(segment.tokens.values()))
        segment.close()
    return counts


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _workers() -> int:
    """Return how many processes work: one for each processor, up to PROCESSES."""
    return min(processors(), PROCESSES)


def _builders() -> int:
    """Return how many of the processes that work build, each with one beside it that reads ahead."""
    return max(1, _workers() // 2)


@contextmanager
def _executor(events: int) -> Iterator[Executor | None]:
    """Yield an executor where there is enough to do for several processes, else None: then all is done here."""
    if events < EVENTS_FOR_PROCESSES or _workers() < 2:
        yield None
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_workers()) as pool:
        try:
            yield pool
        except BaseException:
            # An error, or Ctrl-C: nothing is waited for that has no use any more.
            pool.shutdown(wait=False, cancel_futures=True)
            stop()
            raise
