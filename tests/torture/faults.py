"""The battery of failing calls: EIO, a full disk and short writes at the n-th call of a command line.

Whatever fails, and whether once or from then on: what was acknowledged is stored, the command ends with exit code 7
and a sentence, or with 0 and all done, and the archive opens again and goes on. A read that fails is told from damage,
although SQLite makes the same of both (`archive.failing`).
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.proofs.key_history import rotate
from index.index import Index
from tests.torture import shim, work
from tests.torture.acknowledged import CREATED, WORD, Line, lost
from tests.torture.registry import Battery, Result
from tests.torture.teller import Teller, Told

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = 23
"""In the archive beforehand, and in the file that is added."""

COPIES = "copies"
"""The folder below which calls fail: not those on what is added."""

FAILED = 7
KINDS = {"EIO": shim.EIO, "ENOSPC": shim.ENOSPC, "short write": shim.SHORT_WRITE, "EIO of a read": shim.READ_EIO}
COMMANDS = {
    "init": ["init"],
    "add": ["add", "{more}", "--json"],
    "index": ["index", "--rebuild"],
    "search": ["search", WORD, "--format", "ids"],
    "verify": ["verify"],
    "tag": ["tag", "1", "lamp"],
    "export": ["export", "-o", "{out}"],
    "backup": ["backup", "{out}"],
    "prove": ["prove", "1", "-o", "{out}"],
}
_WEIGHTS = (1, 5, 2, 1, 1, 1, 1, 1, 1)
_WRITES = ("EIO", "ENOSPC", "short write")


def fail(count: int, seed: int, folder: Path) -> Result:
    """Run command lines on copies of an archive, each with one fault."""
    lines = _prepare(folder)
    chance = random.Random(seed)
    failures: list[str] = []
    ended: Counter[str] = Counter()
    with Teller(folder / COPIES) as teller:
        calls: dict[tuple[str, str], int] = {}
        for number in range(count):
            command = chance.choices(list(COMMANDS), _WEIGHTS)[0]
            reads = command in {"search", "verify"} or (command != "init" and chance.random() < 0.2)
            kind = "EIO of a read" if reads else chance.choice(_WRITES)
            if (command, kind) not in calls:
                whole = _run(teller, folder, command, shim.Fault(0, KINDS[kind], lasting=False))
                if whole.code:
                    return Result(runs=number, failures=(f"{command} without a fault: {whole}",))
                calls[command, kind] = whole.calls
            fault = shim.Fault(chance.randint(1, calls[command, kind]), KINDS[kind], chance.random() < 0.5)
            told = _run(teller, folder, command, fault)
            ended[f"exit code {told.code}"] += 1
            if (problem := _problem(folder / COPIES / "copy", command, told, lines)) is not None:
                lasting = "from then on" if fault.lasting else "once"
                failures.append(
                    f"seed {seed}, run {number}: {command}, {kind} at call {fault.nth} of {calls[command, kind]}"
                    f" {lasting}, exit code {told.code}: {problem}\n{told.errors}"
                )
    if ended[f"exit code {FAILED}"] < count // 4:
        failures.append(f"too few commands failed for this to show anything: {dict(ended)}")
    return Result(runs=count, failures=tuple(failures), observed={**ended})


def _prepare(folder: Path) -> list[Line]:
    """Make the archive that is copied, with an index, and a file to add; return what the archive holds."""
    (folder / COPIES).mkdir()
    lines: list[Line] = []
    work.add(folder / "base", random.Random(1), lines.append, ARTICLES)
    with Archive.open(folder / "base") as archive:
        rotate(archive)
        Index(archive).catch_up()
    with (folder / "more.jsonl").open("w", encoding="utf-8") as file:
        for number in range(ARTICLES):
            file.write(json.dumps({"title": f"Ferry {number}", "text": f"The {WORD} saw ferry {number}. " * 40}) + "\n")
    return lines


def _run(teller: Teller, folder: Path, command: str, fault: shim.Fault) -> Told:
    copy = folder / COPIES / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    out = folder / COPIES / "out"
    if out.is_dir():
        shutil.rmtree(out)
    out.unlink(missing_ok=True)
    if command != "init":
        shutil.copytree(folder / "base", copy)
    words = [word.format(more=folder / "more.jsonl", out=out) for word in COMMANDS[command]]
    return teller.run(["--archive", str(copy), *words], fault)


def _problem(archive: Path, command: str, told: Told, lines: list[Line]) -> str | None:
    if told.code not in {0, FAILED}:
        return "another exit code than 0 and 7"
    if told.code == FAILED and (not told.errors.startswith("morgue: ") or "unexpected" in told.errors):
        return "no sentence that tells what failed"
    if command == "init":
        if told.code:
            with Archive.create(archive):
                pass
        return lost(archive, [CREATED])
    added = [json.loads(line) for line in told.output.splitlines()] if command == "add" else []
    said = [Line(each["position"], each["digest"]) for each in added]
    if not told.code and (missing := _missing(archive, command, told, said)) is not None:
        return missing
    return lost(archive, [*lines, *said])


def _missing(archive: Path, command: str, told: Told, said: list[Line]) -> str | None:
    """Return what a command lacks that told of no failure."""
    if command == "add" and len(said) != ARTICLES:
        return f"only {len(said)} of {ARTICLES} are acknowledged"
    if command == "search" and len(told.output.split()) != 10:
        return f"the search found {told.output.split()}"
    if "{out}" in COMMANDS[command] and not archive.with_name("out").exists():
        return "what was to be written is not there"
    return None


BATTERY = Battery(
    name="faults",
    proves="where calls fail nothing is acknowledged falsely, the exit code is 7, and the archive opens again",
    short=100,
    long=500,
    run=fail,
    missing=shim.missing,
)
