"""The results of the parts, kept as JSON between runs, so that a part can be measured again alone.

Times are in seconds, sizes and memory in bytes.
"""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from archive.version import TOOL

if TYPE_CHECKING:
    from pathlib import Path


class Conditions(TypedDict):
    """With what, on what and when a part was measured."""

    day: str
    tool: str
    python: str
    cores: int
    corpus: str


class Build(TypedDict):
    """A build of one engine's index, the best of `runs`; `cpu` is that of all processes, `peak` that of another run."""

    engine: str
    runs: int
    seconds: float
    cpu: float
    bytes: int
    peak: int | None


class Latency(TypedDict):
    """How long an engine took, over queries or repetitions."""

    engine: str
    p50: float
    p95: float


class Batch(TypedDict):
    """How many articles a second an engine takes in when so many are new."""

    articles: int
    engine: str
    rate: float


class Comparison(TypedDict):
    """All engines on the same articles; `append` is articles a second into the log, `queries` by class."""

    conditions: Conditions
    articles: int
    append: float
    builds: list[Build]
    queries: dict[str, list[Latency]]
    hits: dict[str, dict[str, float]]
    catch_up: list[Latency]
    batches: list[Batch]


class Timing(TypedDict):
    """What took how long, the median."""

    name: str
    seconds: float | None


class Processes(TypedDict):
    """Whole processes, and the phases of one search. A time is None where the program is not installed."""

    conditions: Conditions
    articles: int
    whole: list[Timing]
    phases: list[Timing]


class Step(TypedDict):
    """One size that the archive grew to; `queries` are p50 by class, `process` is a whole `morgue search`."""

    articles: int
    append: float
    runs: int
    seconds: float
    cpu: float
    peak: int | None
    bytes: int
    segments: int
    queries: dict[str, float]
    catch_up: float
    process: float


class Growth(TypedDict):
    """One archive at growing sizes."""

    conditions: Conditions
    steps: list[Step]


class Rate(TypedDict):
    """The quickest of some rounds; `cpu` is that of all processes, in the same round."""

    name: str
    seconds: float
    cpu: float


class Adding(TypedDict):
    """How quickly a file of so many articles and `bytes` is kept, by us and by a plain table."""

    conditions: Conditions
    articles: int
    bytes: int
    rounds: int
    rates: list[Rate]


class Verified(TypedDict):
    """One archive: its articles, the bytes of its payloads uncompressed and of its file, and processor times."""

    name: str
    articles: int
    payload: int
    file: int
    verify: float
    sha256sum: float


class Verifying(TypedDict):
    """How quickly archives are verified, next to hashing their files."""

    conditions: Conditions
    rounds: int
    archives: list[Verified]


class Slow(TypedDict):
    """A query that took long, as it would stand on a command line."""

    query: str
    seconds: float


class Asked(TypedDict):
    """How long some queries took, those that were `refused` among them; the slowest ones by name, the slowest first."""

    label: str
    queries: int
    refused: int
    p50: float
    p95: float
    p99: float
    slowest: list[Slow]


class Language(TypedDict):
    """Thousands of queries of all kinds, asked in one archive."""

    conditions: Conditions
    articles: int
    asked: list[Asked]


class Results(TypedDict):
    """All parts: comparisons and processes by the number of articles."""

    compare: dict[str, Comparison]
    processes: dict[str, Processes]
    growth: Growth | None
    adding: NotRequired[Adding]
    verifying: NotRequired[Verifying]
    language: NotRequired[Language]


def conditions(corpus: str) -> Conditions:
    """Return the conditions of a part that is measured now."""
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "tool": TOOL,
        "python": platform.python_version(),
        "cores": os.cpu_count() or 1,
        "corpus": corpus,
    }


def load(path: Path) -> Results:
    """Return the results of earlier runs; those of none where there is no file."""
    if not path.exists():
        return {"compare": {}, "processes": {}, "growth": None}
    return cast("Results", json.loads(path.read_text("utf-8")))


def save(path: Path, results: Results) -> None:
    """Write all results."""
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
