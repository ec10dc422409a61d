"""The battery of kill -9 at random moments: of whoever writes to an archive, erases of it, copies or indexes it.

Some are killed while another process adds to the same archive, which must not be harmed. What was erased stays so, and
what was about to be is there, or erased. A backup, an import or a restoration that was killed is not there, or whole.
"""

from __future__ import annotations

import random
import shutil
import time
from typing import TYPE_CHECKING

from tests.torture.acknowledged import CREATED, ERASED, ERASING, Line, lost
from tests.torture.clerk import TASKS, Child, Clerk
from tests.torture.registry import Battery, Result
from tests.torture.work import BACKUP

if TYPE_CHECKING:
    from pathlib import Path

KILLS_AN_ARCHIVE = 12
_WEIGHTS = {"add": 3}
"""How often a piece of work is chosen, next to 1 for all others."""


def kill(count: int, seed: int, folder: Path) -> Result:
    """Kill work on archives at random moments, and look at each archive after each."""
    failures: list[str] = []
    ended = {"killed": 0, "had ended already": 0, "acknowledged": 0}
    with Clerk() as clerk:
        for first in range(0, count, KILLS_AN_ARCHIVE):
            archive = _Victim(clerk, folder / str(first), f"{seed}/{first}")
            for number in range(first, min(first + KILLS_AN_ARCHIVE, count)):
                if (problem := archive.strike(number, ended)) is not None:
                    failures.append(f"seed {seed}/{first}, kill {number}: {problem}")
                    break
            shutil.rmtree(folder / str(first))
    if ended["killed"] < count // 3:
        failures.append(f"only {ended['killed']} of {count} were still at work when they were killed")
    return Result(runs=count, failures=tuple(failures), observed={**ended})


class _Victim:
    """One archive, what was acknowledged of it so far, and how long each piece of work takes if nobody kills it."""

    def __init__(self, clerk: Clerk, folder: Path, seed: str) -> None:
        self._clerk = clerk
        self._folder = folder
        self._chance = random.Random(seed)
        self._lines: list[Line] = []
        self._lasting: dict[str, float] = {}
        folder.mkdir()

    def strike(self, number: int, ended: dict[str, int]) -> str | None:
        """Kill one piece of work; return what is wrong then."""
        chance = self._chance
        names = list(TASKS) if CREATED in self._lines else ["add"]
        task = chance.choices(names, [_WEIGHTS.get(name, 1) for name in names])[0]
        if task not in self._lasting and CREATED in self._lines:
            begun = time.monotonic()
            whole = self._start(task, f"{number} whole")
            if whole.wait():
                return f"{task}: {whole.errors()}"
            self._lines += whole.acknowledged()
            self._lasting[task] = time.monotonic() - begun
        beside = self._start("add", f"{number} beside") if task == "add" and chance.random() < 0.25 else None
        victim = self._start(task, f"{number}")
        # The first one is killed while it creates the archive, or soon after.
        time.sleep(chance.uniform(0, self._lasting.get(task, 0.03)))
        victim.kill()
        code = victim.wait()
        ended["killed" if code < 0 else "had ended already"] += 1
        if code > 0:
            return f"{task} ended by itself: {victim.errors()}"
        if beside is not None and beside.wait():
            return f"whoever added beside {task} ended: {beside.errors()}"
        for child in (victim, beside):
            if child is not None:
                said = child.acknowledged()
                ended["acknowledged"] += len(said)
                self._lines += said
        if CREATED not in self._lines:
            # It is no archive yet; `init` has to make it one.
            retried = self._start("add", f"{number} again")
            if retried.wait():
                return f"add after a creation that was cut short: {retried.errors()}"
            self._lines += retried.acknowledged()
        return (
            self._torn_order()
            or self._torn_backup()
            or lost(self._folder / "archive", self._lines, goes_on=number % 4 == 0, searched=task == "index")
        )

    def _start(self, task: str, name: str) -> Child:
        return self._clerk.start(task, self._folder / "archive", f"{self._chance.random()}", self._folder / name)

    def _torn_backup(self) -> str | None:
        """Return what is wrong with a backup that is there, or with what was imported or restored."""
        for path in self._folder.glob(f"{BACKUP}*"):
            problem = lost(path, [CREATED], goes_on=False, searched=False)
            shutil.rmtree(path)
            if problem is not None:
                return f"a copy that is there is not whole: {problem}"
        return None

    def _torn_order(self) -> str | None:
        """Return which position was acknowledged for two articles."""
        digests: dict[int, str] = {}
        for line in self._lines:
            if line.digest not in {ERASING, ERASED} and digests.setdefault(line.position, line.digest) != line.digest:
                return f"position {line.position} was acknowledged for two articles"
        return None


BATTERY = Battery(
    name="kills",
    proves="what was acknowledged survives kill -9 of whoever wrote it, and of whoever writes beside",
    short=150,
    long=1000,
    run=kill,
)
