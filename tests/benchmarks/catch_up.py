"""Catching up: what it costs to find an article that has just been added, and to take in many."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

from archive.intake import Given, submit_text
from index.index import Index
from index.search import Request
from tests.benchmarks.corpus import add
from tests.benchmarks.generator import invented
from tests.benchmarks.ours import Morgue
from tests.benchmarks.peers import Fts5, Kind
from tests.benchmarks.queries import latency

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.archive import Archive
    from tests.benchmarks.results import Batch, Latency

REPETITIONS = 30
BATCHES = {1: 10, 100: 5, 10_000: 1}
"""How often a batch of so many articles is measured; the median counts."""
_MARK = 10**12
"""Ranks of invented words from here on mark the articles: no text has them."""


def after_one_add(archive: Archive, found: Iterator[dict[str, object]], repetitions: int) -> list[float]:
    """Add an article and search for a word that only it has, some times; return the seconds of each.

    From the call that adds, which syncs the log, to the hit. The index is caught up in between by the search itself.
    Raises RuntimeError where a search does not find the article.
    """
    index, times = Index(archive), []
    index.fresh()
    for record in islice(found, repetitions):
        word = _word_of(archive.size())
        submission = submit_text(f"{record['body']} {word}", given=Given(fields={"title": str(record["title"])}))
        begun = time.perf_counter()
        archive.add(submission)
        results = index.search(Request(query=word, count=False))
        times.append(time.perf_counter() - begun)
        if len(results.page) != 1:
            raise RuntimeError(f"{len(results.page)} articles were found where one was added")
    return times


def compare_adds(archive: Archive, folder: Path, found: Iterator[dict[str, object]]) -> list[Latency]:
    """Return the latencies of ours and of FTS5 after one add.

    FTS5 gets the text as a string and commits it, with its journal as it comes; what ours does besides is to record
    the article in the log. Their turns alternate.
    """
    fts5 = Fts5(archive, folder)
    fts5.open()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(REPETITIONS):
        start = archive.size()
        ours += after_one_add(archive, found, 1)
        [article] = archive.articles(start)
        word = _word_of(start)
        begun = time.perf_counter()
        fts5.add([article])
        hits = fts5.search(Kind.ALL, [word])
        theirs.append(time.perf_counter() - begun)
        if hits != 1:
            raise RuntimeError(f"FTS5 found {hits} articles where one was added")
    fts5.close()
    return [latency(Morgue.name, ours), latency(Fts5.name, theirs)]


def compare_batches(archive: Archive, folder: Path, found: Iterator[dict[str, object]]) -> list[Batch]:
    """Return how many articles a second both take in, in batches: the index only, read from the log by both."""
    fts5 = Fts5(archive, folder)
    fts5.open()
    index = Index(archive)
    batches: list[Batch] = []
    for articles, repetitions in BATCHES.items():
        ours, theirs = [], []
        for _ in range(repetitions):
            start = archive.size()
            add(archive, found, articles)
            begun = time.perf_counter()
            index.catch_up()
            ours.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            fts5.add(archive.articles(start))
            theirs.append(time.perf_counter() - begun)
        for name, times in ((Morgue.name, ours), (Fts5.name, theirs)):
            batches.append({"articles": articles, "engine": name, "rate": articles / latency(name, times)["p50"]})
    fts5.close()
    return batches


def _word_of(position: int) -> str:
    return invented(_MARK + position)
