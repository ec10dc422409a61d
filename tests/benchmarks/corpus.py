"""What is measured with: real texts where they are at hand, continued by generated ones, and an archive of them."""

from __future__ import annotations

import json
import tarfile
import time
from functools import cache
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archive.adding import Outcome
from archive.intake import gather
from tests.benchmarks.generator import articles, lines, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from tests.benchmarks.generator import Source

SHARED = Path(__file__).parents[3] / "shared" / "data" / "bench_senate.tar.xz"
"""25,287 press releases of US senators, 2004 to 2008, beside the checkout; not part of it."""
_MEMBER = "bench_senate/docs.jsonl"
_A_FILE = 10_000
"""Records that lie in a file before they are added: the disk holds no second corpus."""


def real() -> Iterator[dict[str, object]]:
    """Yield the press releases, as far as they are at hand."""
    if not SHARED.exists():
        return
    with tarfile.open(SHARED) as archive:
        for line in archive.extractfile(_MEMBER) or ():
            yield json.loads(line)


@cache
def source() -> Source:
    """Return the source of generated articles: the words of the press releases, else invented ones."""
    return source_of(str(record["body"]) for record in real())


def records() -> Iterator[dict[str, object]]:
    """Yield the press releases, then generated articles without end."""
    return chain(real(), _continuation())


def generated(seed: int = 1) -> Iterator[dict[str, object]]:
    """Yield generated articles without end, others than those of `records` unless `seed` is 0."""
    return articles(source(), seed)


def described() -> str:
    """Return what the texts are, for a reader of the figures."""
    return "US Senate press releases" if SHARED.exists() else "texts of invented words"


def add(archive: Archive, found: Iterator[dict[str, object]], count: int) -> float:
    """Add so many records to an archive, from files of JSON Lines, and return the seconds that this took.

    Making the records and their files is not counted. Raises RuntimeError where one was not added.
    """
    seconds, left = 0.0, count
    while left:
        here = min(left, _A_FILE)
        with TemporaryDirectory(prefix="morgue-bench-") as folder:
            file = Path(folder) / "articles.jsonl"
            with file.open("w", encoding="utf-8") as opened:
                opened.writelines(lines(islice(found, here)))
            begun = time.perf_counter()
            outcomes = list(archive.add_many(gather([str(file)])))
            seconds += time.perf_counter() - begun
        added = sum(isinstance(outcome, Outcome) and outcome.status == "added" for outcome in outcomes)
        if added != here:
            raise RuntimeError(f"of {here} articles {added} were added: the figures would be wrong")
        left -= here
    return seconds


def _continuation() -> Iterator[dict[str, object]]:
    yield from articles(source(), 0)
