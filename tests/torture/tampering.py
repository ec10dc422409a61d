"""The battery of truncations and of tampering, against a checkpoint: the size and the root of the log, noted elsewhere.

Truncations are of the database and of its WAL, at any byte. Tampering is a forger's (`forging`), who writes the whole
log anew, consistently: mostly `verify` alone can find nothing, which is counted to show that the forgeries are good.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.errors import ArchiveError
from archive.verification import Verification
from tests.torture import forging, work
from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.acknowledged import Line

Checkpoint = tuple[int, bytes]


def tamper(count: int, seed: int, folder: Path) -> Result:
    """Cut files short and forge logs; with the checkpoint each must be found."""
    chance = random.Random(seed)
    archive, checkpoint = _prepare(folder)
    entries = forging.read_log(archive)
    again = folder / "again"
    forging.write_log(again, entries, archive)
    failures: list[str] = []
    if _found(again, checkpoint) or _found(again, None):
        failures.append("a log that was written anew unchanged does not verify: the forger's work is bad")
    seen: Counter[str] = Counter()
    for number in range(count):
        copy = folder / "copy"
        way = chance.choice(["cut the database", "cut the WAL", *(forgery.__name__ for forgery in forging.FORGERIES)])
        if way.startswith("cut the"):
            shutil.copytree(archive, copy)
            path = copy / ("events.db" if way == "cut the database" else "events.db-wal")
            data = path.read_bytes()
            path.write_bytes(data[: chance.randrange(len(data))])
        else:
            changed = list(entries)
            next(forgery for forgery in forging.FORGERIES if forgery.__name__ == way)(changed, chance)
            forging.write_log(copy, changed, archive)
        # Whoever opens an archive with a WAL changes its files: the checkpoint is asked first.
        if not _found(copy, checkpoint):
            failures.append(f"seed {seed}, run {number}: {way.replace('_', ' ')}: not found")
        seen[way.replace("_", " ")] += 1
        seen["not found without a checkpoint"] += not _found(copy, None)
        shutil.rmtree(copy)
    if seen["not found without a checkpoint"] < count // 4:
        failures.append("verify alone finds nearly all: the forgeries are too bad to show anything")
    return Result(runs=count, failures=tuple(failures), observed=dict(seen))


def _prepare(folder: Path) -> tuple[Path, Checkpoint]:
    """Make an archive with commits in its WAL, and return it with its checkpoint."""
    opened, archive = folder / "opened", folder / "archive"
    chance, lines = random.Random(1), list["Line"]()
    work.add(opened, chance, lines.append, 20)
    work.amend(opened, chance, lines.append, 2)
    with Archive.open(opened) as writer:
        for _ in range(3):
            list(writer.add_many(work.articles(chance, 3)))
        subprocess.run(["cp", "-r", str(opened), str(archive)], check=True)
        return archive, (writer.size(), writer.root())


def _found(folder: Path, checkpoint: Checkpoint | None) -> bool:
    """Tell whether verification finds anything, with a checkpoint or without one."""
    try:
        with Archive.open(folder) as archive:
            return bool(list(Verification(archive, checkpoint=checkpoint).problems()))
    except ArchiveError:
        return True


BATTERY = Battery(
    name="tampering",
    proves="against a checkpoint no truncation goes unnoticed, and no log that was written anew",
    short=100,
    long=1000,
    run=tamper,
)
