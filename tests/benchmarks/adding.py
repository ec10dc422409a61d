"""Adding: one file of JSON Lines into the log, next to SQLite that only keeps the same bytes as durably.

The peer decodes, decides, compresses and hashes nothing: it is what writing the file into a database costs at least.
"""

from __future__ import annotations

import os
import sqlite3
import time
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.intake import gather
from archive.schema import PAGE_SIZE
from tests.benchmarks.corpus import described, records
from tests.benchmarks.generator import lines
from tests.benchmarks.results import conditions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.results import Adding, Rate

PEER = "SQLite, one table"
ONE, TWO = "morgue, one process", "morgue, `--jobs 2`"
ROUNDS = 5
"""How often each adds all, in turn; the quickest counts."""

_BATCH = 1_000


def measure_adding(articles: int, rounds: int = ROUNDS) -> Adding:
    """Return how long each takes to keep so many articles. Raises RuntimeError where one does not keep them all."""
    ways: dict[str, Callable[[Path, Path], int]] = {
        PEER: _insert,
        ONE: partial(_add, jobs=1),
        TWO: partial(_add, jobs=2),
    }
    best: dict[str, Rate] = {}
    with TemporaryDirectory(prefix="morgue-bench-") as folder:
        file = Path(folder) / "articles.jsonl"
        with file.open("w", encoding="utf-8") as opened:
            opened.writelines(lines(islice(records(), articles)))
        for _ in range(rounds):
            for name, way in ways.items():
                with TemporaryDirectory(prefix="morgue-bench-") as into:
                    seconds, cpu, kept = _timed(partial(way, file, Path(into)))
                if kept != articles:
                    raise RuntimeError(f"{name} kept {kept} of {articles} articles: the figures would be wrong")
                if name not in best or seconds < best[name]["seconds"]:
                    best[name] = {"name": name, "seconds": seconds, "cpu": cpu}
        size = file.stat().st_size
    return {
        "conditions": conditions(described()),
        "articles": articles,
        "bytes": size,
        "rounds": rounds,
        "rates": list(best.values()),
    }


def _timed(way: Callable[[], int]) -> tuple[float, float, int]:
    """Return the seconds and the processor time, of child processes too, that a way takes, and what it returns."""
    worked, begun = _worked(), time.perf_counter()
    kept = way()
    return time.perf_counter() - begun, _worked() - worked, kept


def _worked() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _add(file: Path, folder: Path, *, jobs: int) -> int:
    with Archive.create(folder / "archive") as archive:
        results = archive.add_many(gather([str(file)], jobs=jobs), steady=True)
        return sum(getattr(result, "status", None) == "added" for result in results)


def _insert(file: Path, folder: Path) -> int:
    """Insert each line as a row: the same page size, durability and size of transactions as ours."""
    connection = sqlite3.connect(folder / "peer.db", isolation_level=None)
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE record (position INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    with file.open("rb") as stream:
        position = 0
        while batch := list(islice(stream, _BATCH)):
            connection.execute("BEGIN IMMEDIATE")
            rows = [(position + number, line) for number, line in enumerate(batch)]
            connection.executemany("INSERT INTO record (position, data) VALUES (?, ?)", rows)
            connection.execute("COMMIT")
            position += len(batch)
    kept: int = connection.execute("SELECT count(*) FROM record").fetchone()[0]
    connection.close()
    return kept
