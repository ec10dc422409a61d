"""The battery of flipped bits: one bit of any file of an archive, and no answer may be another one unnoticed.

A flip in the log is found by `verify`, or all that can be read is what it was: SQLite's pages have unused bytes. A
flip in a WAL makes SQLite drop its end, and the index remembers the longer log. After a flip in the index a search
answers as before, says that it builds the index anew, or ends with an error. Seldom it answers otherwise, as it does
not compare the checksums of whole sections; then `verify` must name the damage. That is counted apart. A flip in the
note of how far the archive was verified makes the next incremental look find something, or go by no note, or changes
what nothing hangs on. One archive has a purge to be tried again: that must not make a difference.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

from archive import purging
from archive.archive import Archive
from archive.errors import ArchiveError
from archive.verification import Verification, verify
from archive.verification.verified import FILE, recall, remember
from index.errors import SearchError
from index.index import Index
from index.search import Request
from tests.torture import work
from tests.torture.acknowledged import WORD
from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.acknowledged import Line

DATABASE, WAL = "events.db", "events.db-wal"
QUERIES = (WORD, "Quellin AND ships", '"took in"', f"{WORD} -ships", "title:ships", "sh*", "read OR again")
_WEIGHTS = {DATABASE: 10, WAL: 3, FILE: 2}
"""How often a file is chosen, next to 1 for each file of the index."""


def flip(count: int, seed: int, folder: Path) -> Result:
    """Flip bits of copies of an archive that was closed, and of one that was left open, with commits in its WAL."""
    chance = random.Random(seed)
    states = _prepare(folder)
    known = {state.name: _known(state, folder / "known") for state in states}
    failures: list[str] = []
    found: Counter[str] = Counter()
    for number in range(count):
        state = chance.choice(states)
        contents, answers = known[state.name]
        copy = folder / "copy"
        shutil.copytree(state, copy)
        files = sorted(path for path in copy.rglob("*") if path.is_file() and path.stat().st_size)
        path = chance.choices(files, [_WEIGHTS.get(file.name, 1) for file in files])[0]
        data = bytearray(path.read_bytes())
        bit = chance.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        if path.name == FILE:
            outcome = _of_note(copy, contents)
        elif path.name in {DATABASE, WAL}:
            outcome = _of_log(copy, contents)
        else:
            outcome = _of_index(copy, contents, answers)
        found[f"{'index' if path.parent != copy else path.name}: {outcome}"] += 1
        if outcome.startswith("silent"):
            place = f"bit {bit % 8} of byte {bit // 8} of {path.relative_to(copy)}"
            failures.append(f"seed {seed}, flip {number}, archive {state.name}: {place}: {outcome}")
        shutil.rmtree(copy)
    return Result(runs=count, failures=tuple(failures), observed=dict(sorted(found.items())))


def _prepare(folder: Path) -> list[Path]:
    closed, opened = folder / "closed", folder / "open"
    chance, lines = random.Random(1), list["Line"]()
    work.add(closed, chance, lines.append, 40)
    work.amend(closed, chance, lines.append, 4)
    with Archive.open(closed) as archive:
        Index(archive).rebuild()
    work.add(closed, chance, lines.append, 8)
    with Archive.open(closed) as archive:
        Index(archive).catch_up()
        verification = Verification(archive)
        assert list(verification.problems()) == []
        assert verification.verified is not None
        remember(closed, verification.verified)
    shutil.copytree(closed, folder / "grows")
    with Archive.open(folder / "grows") as archive:
        for _ in range(3):
            list(archive.add_many(work.articles(chance, 3)))
        Index(archive).catch_up()
        # By another process: what opens the files of a database in this one drops the locks that it holds.
        subprocess.run(["cp", "-r", str(folder / "grows"), str(opened)], check=True)
    shutil.rmtree(folder / "grows")
    (opened / "events.db-shm").unlink()
    purging.mark(opened)
    return [closed, opened]


def _known(state: Path, copy: Path) -> tuple[list[object], list[object]]:
    # Of a copy: whoever opens an archive and closes it again empties its WAL.
    shutil.copytree(state, copy)
    known = _contents(copy), _answers(copy, [])
    shutil.rmtree(copy)
    return known


def _of_log(folder: Path, contents: object) -> str:
    """Return what becomes of a flip in the log: found, or nothing that anybody reads."""
    try:
        with Archive.open(folder) as archive:
            if problems := list(verify(archive)):
                return "found by verify" if any(one.position is not None for one in problems) else "found, in the file"
            if Index(archive).witness() is not None:
                return "found by the index, which has seen more"
    except ArchiveError:
        return "found as it is opened"
    return "nobody reads that byte" if _contents(folder) == contents else "silent: verify finds nothing"


def _of_note(folder: Path, contents: object) -> str:
    """Return what becomes of a flip in the note of how far the archive was verified."""
    with Archive.open(folder) as archive:
        since = recall(folder, archive.id)
        if since is None:
            outcome = "not gone by"
        elif list(Verification(archive, since=since).problems()):
            outcome = "found by verify --incremental"
        elif archive.root(since.size).hex() == since.root:
            outcome = "says as much as before"
        else:
            outcome = "silent: it is taken for another state"
    return outcome if _contents(folder) == contents else "silent: the log has changed"


def _of_index(folder: Path, contents: object, answers: object) -> str:
    """Return what becomes of a flip in the index, or in the lock."""
    notes: list[str] = []
    try:
        again = _answers(folder, notes)
    except (ArchiveError, SearchError):
        return "an error"
    if _contents(folder) != contents:
        return "silent: the log has changed"
    if again == answers:
        return "searched as before" if not notes else "built anew"
    with Archive.open(folder) as archive:
        return "answers otherwise, named by verify" if Index(archive).check() else "silent: answers otherwise"


def _contents(folder: Path) -> list[object]:
    """Return all rows of all tables, as SQLite gives them."""
    connection = sqlite3.connect(folder / DATABASE)
    connection.text_factory = bytes
    try:
        tables = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        names = [name.decode() for name, sql in tables if (sql or b"").startswith(b"CREATE TABLE")]
        rows = [connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names]  # noqa: S608
    except sqlite3.Error as error:
        return [str(error)]
    finally:
        connection.close()
    return [tables, *rows]


def _answers(folder: Path, notes: list[str]) -> list[object]:
    with Archive.open(folder) as archive:
        index = Index(archive, note=notes.append)
        return [index.search(Request(query=query, limit=None)).page for query in QUERIES]


BATTERY = Battery(
    name="flips",
    proves="no flipped bit of any file is silent: it is found, or changes nothing that is read",
    short=500,
    long=5000,
    run=flip,
)
