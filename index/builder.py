"""Building: bring a generation up to the log, or make one from the whole log.

The log is cut into ranges, each range becomes segments, and neighbouring segments are merged until there are few.
Ranges and merges are tasks for an executor of `concurrent.futures`: processes on this machine where there is enough to
do, a cluster's executor in their place later; a task takes paths and numbers and leaves files.
"""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.ids import new_id
from archive.version import TOOL
from index.errors import reading_files
from index.generations import State
from index.projection import documents
from index.schema_hash import schema_hash
from index.segment.collector import Collector
from index.segment.layout import SUFFIX
from index.segment.merge import merge_segments
from index.segment.policy import groups_to_merge
from index.segment.reader import Segment
from index.segment.writer import write_segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.generations import Generation, Generations

TOKENS_A_SEGMENT = 4_000_000
"""Tokens collected before a segment is written: some 250 MiB in each process."""

MERGED_AT_MOST = 32_768
"""Documents in a segment that a catch-up still makes by merging: an add stays quick, a rebuild merges without limit."""

EVENTS_A_TASK = 8_192
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
        if onto is not None and onto.state.size == size:
            return onto
        start = onto.state.size if onto is not None else 0
        folder = generations.next_folder()
        names = list(onto.state.segments) if onto is not None else []
        if onto is not None:
            generations.share(onto.folder, folder, names)
        with _executor(size - start) as executor:
            for done, built in _build_ranges(archive, folder, start, size, executor, progress):
                names += built
                progress(done - start, size - start)
            names = _merge(folder, names, executor, largest=MERGED_AT_MOST if onto is not None else float("inf"))
        progress(size - start, size - start)
        with reading_files():
            counts = [_count(folder / name) for name in names]
        state = State(
            archive=archive.id,
            size=size,
            root=archive.root(size).hex(),
            schema=schema_hash(),
            code=TOOL,
            documents=sum(counts),
            segments=tuple(names),
        )
        return generations.publish(folder, state)


def build_range(
    archive: Archive, folder: Path, start: int, end: int, step: Callable[[int], None] = lambda _position: None
) -> list[str]:
    """Write the segments of the events at `[start, end)` to a folder; return their names, in order.

    `step` is told each position. Memory is bounded by TOKENS_A_SEGMENT.
    """
    names: list[str] = []
    collector = Collector()
    for document in documents(archive, start, end):
        collector.add(document)
        step(document.position)
        if collector.tokens >= TOKENS_A_SEGMENT:
            names.append(_write(collector, folder))
            collector = Collector()
    if len(collector):
        names.append(_write(collector, folder))
    return names


def _build_ranges(  # noqa: PLR0917 - one step of `build`
    archive: Archive,
    folder: Path,
    start: int,
    end: int,
    executor: Executor | None,
    progress: Callable[[int, int], None],
) -> Iterator[tuple[int, list[str]]]:
    """Yield where each range of events ends, and the names of its segments, in order."""
    if executor is None:
        yield (
            end,
            build_range(archive, folder, start, end, lambda position: progress(position + 1 - start, end - start)),
        )
        return
    tasks = [
        (last, executor.submit(_build_task, str(archive.path), str(folder), first, last))
        for first, last in ((first, min(first + EVENTS_A_TASK, end)) for first in range(start, end, EVENTS_A_TASK))
    ]
    yield from ((last, task.result()) for last, task in tasks)


def _build_task(archive: str, folder: str, start: int, end: int) -> list[str]:
    with Archive.open(Path(archive)) as opened:
        return build_range(opened, Path(folder), start, end)


def _merge(folder: Path, names: list[str], executor: Executor | None, *, largest: float) -> list[str]:
    """Merge neighbours until there are few segments; return the names of those that are left, in order."""
    with reading_files():
        groups = groups_to_merge([_count(folder / name) for name in names], largest=largest)
    merged: list[str | Future[str]] = []
    for first, last in groups:
        group = names[first:last]
        if len(group) == 1:
            merged.append(group[0])
        elif executor is None:
            merged.append(_merge_task(str(folder), group))
        else:
            merged.append(executor.submit(_merge_task, str(folder), group))
    return [item if isinstance(item, str) else item.result() for item in merged]


def _merge_task(folder: str, names: list[str]) -> str:
    path = _new_path(Path(folder))
    with reading_files():
        segments = [Segment(Path(folder) / name) for name in names]
    merge_segments(segments, path)
    for segment in segments:
        segment.close()
        # Of this generation's folder only: an older generation has a link of its own.
        segment.path.unlink()
    return path.name


def _write(collector: Collector, folder: Path) -> str:
    path = _new_path(folder)
    write_segment(collector, path)
    return path.name


def _new_path(folder: Path) -> Path:
    return folder / (new_id() + SUFFIX)


def _count(path: Path) -> int:
    segment = Segment(path)
    segment.close()
    return segment.documents


@contextmanager
def _executor(events: int) -> Iterator[Executor | None]:
    """Yield processes where there is enough to do for them, else None: then all is done here."""
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if events < EVENTS_FOR_PROCESSES or workers < 2:
        yield None
        return
    from multiprocessing import get_context

    # Spawned, not forked: a forked one would keep the locks of a parent that was killed.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool
