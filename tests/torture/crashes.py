"""The battery of crash states: what is left of an archive when the power fails at any moment.

A worker's calls are recorded by the shim. From the trace the states are made in which the disk can be at a moment
(`disk`), and each is opened as anybody would open it.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from archive.archive import Archive
from tests.torture import shim
from tests.torture.acknowledged import Line, lines_of, lost
from tests.torture.disk import Call, Disk, read_trace
from tests.torture.registry import Battery, Result
from tests.torture.scribe import ACKNOWLEDGED, ARCHIVE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATES_A_TRACE = 100
_SELF_TEST = 10
"""For so many states one is made of a log that was written with synchronous=NORMAL, to see that losses are seen."""


def crash(count: int, seed: int, folder: Path) -> Result:
    """Make crash states of archives that are written as they are, and of others that are synced less."""
    failures: list[str] = []
    calls = 0
    for number, start in enumerate(range(0, count, STATES_A_TRACE)):
        root, trace = recorded(folder / f"trace-{number}", f"{seed}/{number}", "FULL")
        calls += len(trace)
        for told, problem in states(root, trace, folder, min(STATES_A_TRACE, count - start), f"{seed}/{number}"):
            if problem is not None:
                failures.append(f"seed {seed}/{number}, {told}: {problem}")
    checked = max(20, count // _SELF_TEST)
    root, trace = recorded(folder / "normal", f"{seed}", "NORMAL")
    losses = sum(problem is not None for _, problem in states(root, trace, folder, checked, f"{seed}"))
    if not losses:
        failures.append(
            f"none of {checked} states of a log with synchronous=NORMAL lost anything: the battery is blind"
        )
    observed: dict[str, int | float | str] = {
        "calls recorded": calls,
        "losses with synchronous=NORMAL": f"{losses} of {checked}",
    }
    return Result(runs=count, failures=tuple(failures), observed=observed)


def recorded(folder: Path, seed: str, synchronous: str) -> tuple[Path, list[Call]]:
    """Have a worker work in a new folder; return the folder that it worked in, and its calls on what is below."""
    root = folder / "root"
    root.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.torture.scribe", str(root), seed, synchronous]
    subprocess.run(command, env=shim.environment(root, folder / "trace"), check=True)
    calls = list(read_trace(folder / "trace"))
    shutil.rmtree(folder)
    return root, calls


def states(root: Path, trace: list[Call], folder: Path, count: int, seed: str) -> Iterator[tuple[str, str | None]]:
    """Yield for some crash states how each was made, and what is wrong with it."""
    chance = random.Random(seed)
    acknowledgements = [
        number for number, call in enumerate(trace, 1) if call.operation == "write" and call.first.startswith(b"[")
    ]
    # Half of the crashes come right after an acknowledgement, where most can be lost.
    moments = sorted(
        chance.choice(acknowledgements) if chance.random() < 0.5 else chance.randint(1, len(trace))
        for _ in range(count)
    )
    disk, lines, done = Disk(root), list[Line](), 0
    descriptor = -1
    for number, moment in enumerate(moments):
        for call in trace[done:moment]:
            disk.apply(call)
            if call.operation == "open" and call.path.name == ACKNOWLEDGED:
                descriptor = call.descriptor
            elif call.operation == "write" and call.descriptor == descriptor:
                lines += lines_of(call.first)
        done = moment
        state = folder / "state"
        way = disk.write_crashed(state, random.Random(f"{seed}/{number}"))
        yield f"after call {moment} of {len(trace)}, {way}", _problem(state / ARCHIVE, lines)
        shutil.rmtree(state)


def _problem(archive: Path, lines: list[Line]) -> str | None:
    if not lines:
        # Nothing was acknowledged, not even the archive: whatever is there, `init` must make an archive of it.
        with Archive.create(archive):
            pass
    return lost(archive, lines)


BATTERY = Battery(
    name="crashes",
    proves="what was acknowledged survives a power cut: unsynced writes lost or torn, names lost",
    short=300,
    long=2000,
    run=crash,
    missing=shim.missing,
)
