"""The tasks of a build: a range of events becomes segments, some segments become one. Paths and numbers in, files out.

A task can run here or in a process of its own (`index.processes`), `python -m index.tasks …`. What a dead build's child
still writes lies in a folder that nothing names, and is swept away.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.ids import new_id
from index.batches import batches
from index.errors import reading_files
from index.processes import TaskFailedError, running
from index.projection import projected
from index.segment.collector import Collector
from index.segment.layout import SUFFIX
from index.segment.merge import merge_segments
from index.segment.reader import Segment
from index.segment.writer import write_segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from index.batches import Batch

TOKENS_A_SEGMENT = 9_000_000
"""Tokens that a process that builds alone collects before it writes a segment: 240 MiB, 70 of which it takes anyway."""

_DONE = "@"
"""Begins a line that says how many events are done, of a task in a process of its own."""


def build_range(  # noqa: PLR0917 - a range, where it goes, and what bounds it
    archive: Archive,
    folder: Path,
    start: int,
    end: int,
    tokens: int,
    step: Callable[[int], None] = lambda _position: None,
    *,
    ahead: bool = False,
) -> list[str]:
    """Write the segments of the events at `[start, end)` to a folder; return their names, in order.

    The standings of the range are in the last one, which has no documents where no version is in the range.
    `step` is told now and then up to which position all is done. Memory is bounded by `tokens`, after which a segment
    is written. With `ahead` another process reads the log: raises TaskFailedError where that fails.
    """
    names: list[str] = []
    collector = Collector()
    try:
        with (
            _read_ahead(archive, start, end) if ahead else nullcontext(batches(projected(archive, start, end))) as found
        ):
            for batch in found:
                collector.extend(batch)
                if not batch.positions:
                    continue
                step(collector.positions[-1])
                if collector.weight >= tokens:
                    names.append(_write(collector, folder))
                    collector = Collector()
    except TaskFailedError:
        # All of it will be done again.
        for name in names:
            (folder / name).unlink()
        raise
    if len(collector) or len(collector.standings):
        names.append(_write(collector, folder))
    return names


def merge(folder: Path, names: list[str]) -> str:
    """Make one segment of neighbours, which stay; return its name."""
    path = _new_path(folder)
    with reading_files():
        segments = [Segment(folder / name) for name in names]
    merge_segments(segments, path)
    for segment in segments:
        segment.close()
    return path.name


def elsewhere(*arguments: str, report: Callable[[int], None] = lambda _done: None) -> list[str]:
    """Run a task in a process of its own; return the names it prints. Raises TaskFailedError with what it said.

    `report` is called, in this thread, with how many events of a range are done.
    """
    names: list[str] = []
    with running("index.tasks", *arguments) as lines:
        for line in lines:
            word = line.decode("ascii").strip()
            if word.startswith(_DONE):
                report(int(word.removeprefix(_DONE)))
            else:
                names.append(word)
    return names


def main(arguments: list[str]) -> None:
    """Run the task that a command line names and print the names of its segments, a line each."""
    match arguments:
        case ["build", archive, folder, start, end, tokens]:
            parent = os.getppid()

            def step(position: int) -> None:
                # Nobody waits for the segments of a build that was killed.
                if os.getppid() != parent:
                    os._exit(1)
                print(f"{_DONE}{position - int(start)}", flush=True)

            with Archive.open(Path(archive)) as opened:
                names = build_range(opened, Path(folder), int(start), int(end), int(tokens), step, ahead=True)
        case ["merge", folder, *merged]:
            names = [merge(Path(folder), merged)]
        case _:
            raise SystemExit("usage: python -m index.tasks build ARCHIVE FOLDER START END TOKENS | merge FOLDER NAME…")
    sys.stdout.write("".join(f"{name}\n" for name in names))


def _read_here(archive: Archive, start: int, end: int) -> Iterator[Batch]:
    return batches(projected(archive, start, end))


def _read_ahead(archive: Archive, start: int, end: int) -> AbstractContextManager[Iterator[Batch]]:
    # Imported here: of many builds one article is all.
    from index.reading_ahead import read_ahead

    return read_ahead(archive.path, start, end)


def _write(collector: Collector, folder: Path) -> str:
    path = _new_path(folder)
    write_segment(collector, path)
    return path.name


def _new_path(folder: Path) -> Path:
    return folder / (new_id() + SUFFIX)


if __name__ == "__main__":
    main(sys.argv[1:])
