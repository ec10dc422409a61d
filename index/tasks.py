"""The tasks of a build: a range of events becomes segments, some segments become one. Paths and numbers in, files out.

A task can run here or in a process of its own, `python -m index.tasks …`: a plain child, because those of
`multiprocessing` would import the script of whoever calls us anew, and because a forked one would keep the locks of a
parent that was killed. What a dead build's child still writes lies in a folder that nothing names, and is swept away.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.ids import new_id
from index.errors import reading_files
from index.projection import documents, standings
from index.segment.collector import Collector
from index.segment.layout import SUFFIX
from index.segment.merge import merge_segments
from index.segment.reader import Segment
from index.segment.writer import write_segment

if TYPE_CHECKING:
    from collections.abc import Callable

TOKENS_A_SEGMENT = 9_000_000
"""Tokens collected before a segment is written, at the most: 240 MiB a process, of which 70 are there without any."""


_DONE = "@"
_REPORTED = 256
"""Events between two reports of a task in a process of its own, lines of `@` and a number."""

_children: set[subprocess.Popen[bytes]] = set()


class TaskFailedError(Exception):
    """A task did not come to its end in the process that it was given to."""


def build_range(  # noqa: PLR0917 - a range, where it goes, and what bounds it
    archive: Archive,
    folder: Path,
    start: int,
    end: int,
    tokens: int,
    step: Callable[[int], None] = lambda _position: None,
) -> list[str]:
    """Write the segments of the events at `[start, end)` to a folder; return their names, in order.

    The standings of the range are in the last one, which has no documents where no version is in the range.
    `step` is told each position. Memory is bounded by `tokens`, after which a segment is written.
    """
    names: list[str] = []
    collector = Collector()
    for document in documents(archive, start, end):
        collector.add(document)
        step(document.position)
        if collector.weight >= tokens:
            names.append(_write(collector, folder))
            collector = Collector()
    for standing in standings(archive, start, end):
        collector.add_standing(standing)
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
    # -P: what lies in the current folder is data, never a module of ours.
    command = [sys.executable, "-P", "-m", "index.tasks", *arguments]
    names: list[str] = []
    with TemporaryFile() as errors:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as child:
            _children.add(child)
            try:
                for line in child.stdout or ():
                    word = line.decode("ascii").strip()
                    if word.startswith(_DONE):
                        report(int(word.removeprefix(_DONE)))
                    else:
                        names.append(word)
            finally:
                _children.discard(child)
        if child.returncode:
            errors.seek(0)
            raise TaskFailedError(errors.read().decode(errors="replace"))
    return names


def stop() -> None:
    """End the processes of all tasks: whoever waits for one meets TaskFailedError."""
    for child in list(_children):
        child.kill()


def main(arguments: list[str]) -> None:
    """Run the task that a command line names and print the names of its segments, a line each."""
    match arguments:
        case ["build", archive, folder, start, end, tokens]:
            parent = os.getppid()

            def step(position: int) -> None:
                # Nobody waits for the segments of a build that was killed.
                if os.getppid() != parent:
                    os._exit(1)
                if position % _REPORTED == 0:
                    print(f"{_DONE}{position - int(start)}", flush=True)

            with Archive.open(Path(archive)) as opened:
                names = build_range(opened, Path(folder), int(start), int(end), int(tokens), step)
        case ["merge", folder, *merged]:
            names = [merge(Path(folder), merged)]
        case _:
            raise SystemExit("usage: python -m index.tasks build ARCHIVE FOLDER START END TOKENS | merge FOLDER NAME…")
    sys.stdout.write("".join(f"{name}\n" for name in names))


def _write(collector: Collector, folder: Path) -> str:
    path = _new_path(folder)
    write_segment(collector, path)
    return path.name


def _new_path(folder: Path) -> Path:
    return folder / (new_id() + SUFFIX)


if __name__ == "__main__":
    main(sys.argv[1:])
