"""The battery of a crowd: 16 writers, 4 readers, one that indexes and one that verifies, all at once on one archive.

Positions are gapless, each acknowledged event is there once, and nobody is told that anything is locked, though nobody
waits longer than a user who sets nothing: the times that a writer waited for its acknowledgement are reported.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.archive import Archive
from archive.verification import verify
from tests.torture.acknowledged import misfound
from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

WRITERS, READERS = 16, 4
OTHERS = ("reader",) * READERS + ("indexer", "verifier")
MEMBER = Path(__file__).with_name("member.py")
_TIMEOUT = 3600.0


def crowd(count: int, seed: int, folder: Path) -> Result:
    """Let 16 processes append `count` articles in all, while others read; half the articles are sent by two of them."""
    archive = folder / "archive"
    with Archive.create(archive):
        pass
    done = folder / "done"
    each = count // WRITERS
    # A writer's second half is the first half of the next one: both add it, and one of them must find it there.
    starts = [seed * 1_000_000 + number * (each // 2) for number in range(WRITERS)]
    writers = [_started("writer", archive, done, start, each) for start in starts]
    others = [_started(part, archive, done, seed, 0) for part in OTHERS]
    told = [_told(process) for process in writers]
    done.touch()
    told += [_told(process) for process in others]
    failures = [one["error"] for one in told if "error" in one]
    said = [line for one in told for line in one.get("lines", ())]
    failures += _wrong(archive, said, starts, each)
    waited = sorted(second for one in told for second in one.get("seconds", ()))
    observed: dict[str, int | float | str] = {
        "acknowledged": len(said),
        "looks by others": sum(one.get("looks", 0) for one in told),
    }
    if waited:
        quantile = {"p50": 0.5, "p99": 0.99, "most": 1.0}
        for name, part in quantile.items():
            observed[f"{name} of waiting, ms"] = round(1000 * waited[min(int(part * len(waited)), len(waited) - 1)], 1)
    return Result(runs=each * WRITERS, failures=tuple(failures), observed=observed)


def _started(part: str, archive: Path, done: Path, start: int, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.torture.member", part, str(archive), str(done), str(start), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _told(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    output, errors = process.communicate(timeout=_TIMEOUT)
    if process.returncode or errors:
        return {"error": f"exit code {process.returncode}: {errors.decode(errors='replace')[-2000:]}"}
    told: dict[str, Any] = json.loads(output)
    return told


def _wrong(folder: Path, said: Iterable[tuple[int, str, str]], starts: list[int], each: int) -> list[str]:
    """Return what is wrong with the archive; `said` are position, status and digest of each acknowledgement."""
    wrong: list[str] = []
    added: dict[int, str] = {}
    for position, status, digest in said:
        if status == "added" and position in added:
            wrong.append(f"position {position} was acknowledged to two writers")
        if status == "added":
            added[position] = digest
    articles = len({start + number for start in starts for number in range(each)})
    if len(added) != articles:
        wrong.append(f"{len(added)} articles were acknowledged as added, and there are {articles}")
    with Archive.open(folder) as archive:
        wrong += [str(problem) for problem in verify(archive)]
        size = archive.size()
        if [recorded.position for recorded in archive.events()] != list(range(size)):
            wrong.append("the positions are not gapless")
        wrong += [
            f"position {position} does not hold what was acknowledged"
            for position, digest in added.items()
            if archive.version(position).article.digest != digest
        ]
        there = sorted(article.position for article in archive.articles())
        if there != sorted(added):
            wrong.append(f"the log has {len(there)} articles, {len(added)} were acknowledged as added")
        if (problem := misfound(archive)) is not None:
            wrong.append(problem)
    return wrong


BATTERY = Battery(
    name="crowd",
    proves="16 writers, 4 readers, an indexer and a verifier at once: gapless, each event once, none locked out",
    short=1600,
    long=50_000,
    run=crowd,
)
