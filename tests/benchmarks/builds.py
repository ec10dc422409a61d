"""Builds: each in a process of its own, so that no engine pays for the memory or the heap of another.

`python -m tests.benchmarks.builds ENGINE ARCHIVE FOLDER` is that process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, TypedDict, cast

from archive.archive import Archive
from tests.benchmarks.memory import peak_until_exit
from tests.benchmarks.ours import Morgue
from tests.benchmarks.peers import TANTIVY, Fts5, StockWhoosh, Tantivy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.peers import Peer
    from tests.benchmarks.results import Build

ROOT = Path(__file__).parents[2]


class _Run(TypedDict):
    """What one process says of its build: wall clock, the processor time of it and of its children, bytes."""

    seconds: float
    cpu: float
    bytes: int


def engines(archive: Archive, folder: Path) -> list[Peer]:
    """Return all engines over an archive, ours first and the slowest last."""
    return [
        Morgue(archive, folder),
        Fts5(archive, folder),
        *(Tantivy(archive, folder, threads) for threads in TANTIVY),
        StockWhoosh(archive, folder),
    ]


def measure_builds(names: Sequence[str], archive: Path, folder: Path, runs: int) -> list[Build]:
    """Build the index of each engine that is named so many times, in turn, then once more for the peak of memory.

    Sampling memory takes time, hence a run of its own. Stock Whoosh is built once, sampled: one process on a machine of
    several processors does not feel it, and a second run would not change what the figures say.
    """
    found: dict[str, list[_Run]] = {name: [] for name in names}
    peaks: dict[str, int | None] = {}
    for number in range(runs + 1):
        sampled = number == runs
        for name in names:
            slow = name == StockWhoosh.name
            if slow and not sampled:
                continue
            run, peak = build_apart(name, archive, folder, sampled=sampled)
            if sampled:
                peaks[name] = peak
            if slow or not sampled:
                found[name].append(run)
    return [best_of(name, some, peaks[name]) for name, some in found.items()]


def best_of(name: str, runs: list[_Run], peak: int | None) -> Build:
    """Return the quickest run, and the processor time of the run that took the least of it."""
    return {
        "engine": name,
        "runs": len(runs),
        "seconds": min(run["seconds"] for run in runs),
        "cpu": min(run["cpu"] for run in runs),
        "bytes": runs[-1]["bytes"],
        "peak": peak,
    }


def build_apart(name: str, archive: Path, folder: Path, *, sampled: bool) -> tuple[_Run, int | None]:
    """Build one engine's index in a process of its own; return what it says and, where sampled, its tree's peak.

    Raises RuntimeError where it fails.
    """
    # What the engine before has left unwritten is not this one's to wait for.
    os.sync()
    command = [sys.executable, "-m", "tests.benchmarks.builds", name, str(archive), str(folder)]
    with NamedTemporaryFile("w+") as output:
        with subprocess.Popen(command, cwd=ROOT, stdout=output, text=True) as process:
            peak = peak_until_exit(process) if sampled else None
        if process.returncode:
            raise RuntimeError(f"the build of {name} ended with {process.returncode}")
        output.seek(0)
        return cast("_Run", json.load(output)), peak


def main(name: str, archive: Path, folder: Path) -> None:
    """Build one engine's index and print what it took."""
    with Archive.open(archive) as opened:
        [peer] = [peer for peer in engines(opened, folder) if peer.name == name]
        begun = time.perf_counter()
        before = _processor_time()
        peer.build()
        seconds, cpu = time.perf_counter() - begun, _processor_time() - before
        run: _Run = {"seconds": seconds, "cpu": cpu, "bytes": peer.size()}
    print(json.dumps(run))


def _processor_time() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
