"""The comparison with the peers, and the whole processes, at each size: one archive, all engines, one run."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archive.archive import Archive
from tests.benchmarks.builds import engines, measure_builds
from tests.benchmarks.catch_up import compare_adds, compare_batches
from tests.benchmarks.corpus import add, described, generated, records
from tests.benchmarks.ours import Morgue, MorgueLibrary
from tests.benchmarks.peers import Fts5, StockWhoosh
from tests.benchmarks.processes import measure_phases, measure_processes, pair_in, write_texts
from tests.benchmarks.queries import draw, measure
from tests.benchmarks.results import conditions
from tests.benchmarks.targets import REAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.peers import Peer
    from tests.benchmarks.results import Build, Comparison, Processes

RUNS = 2
"""Timed runs of each build."""
WHOOSH_UP_TO = 30_000
"""Articles up to which stock Whoosh is measured: it takes minutes beyond."""


def measure_sizes(sizes: Sequence[int], parts: set[str]) -> Iterator[tuple[Comparison | None, Processes | None]]:
    """Yield the results at each size: of "compare" and of "processes", as far as they are among the parts."""
    for size in sizes:
        with TemporaryDirectory(prefix="morgue-bench-") as temporary:
            folder = Path(temporary)
            with Archive.create(folder / "archive") as archive:
                append = size / add(archive, records(), size)
                print(f"{size:,} articles added", flush=True)
                builds = _builds(archive, folder, size, parts)
                print("indexes built", flush=True)
                processes = _processes(archive, folder, size) if "processes" in parts else None
                compared = None
                if "compare" in parts:
                    compared = _compare(archive, folder, size, append=append, builds=builds)
            yield compared, processes


def _builds(archive: Archive, folder: Path, size: int, parts: set[str]) -> list[Build]:
    """Build all indexes and measure that; only those that processes search where nothing is compared."""
    if "compare" not in parts:
        Morgue(archive, folder).build()
        Fts5(archive, folder).build()
        return []
    return measure_builds([peer.name for peer in _peers(archive, folder, size)], archive.path, folder, RUNS)


def _peers(archive: Archive, folder: Path, size: int) -> list[Peer]:
    return [peer for peer in engines(archive, folder) if peer.name != StockWhoosh.name or size <= WHOOSH_UP_TO]


def _compare(archive: Archive, folder: Path, size: int, *, append: float, builds: list[Build]) -> Comparison:
    classes = draw(article.text for article in archive.articles())
    queries, hits = measure([*_peers(archive, folder, size), MorgueLibrary(archive, folder)], classes)
    print("queries measured", flush=True)
    # At the end, because it makes the archive longer.
    found = generated()
    return {
        "conditions": conditions(_texts(size)),
        "articles": size,
        "append": append,
        "builds": builds,
        "queries": queries,
        "hits": hits,
        "catch_up": compare_adds(archive, folder, found),
        "batches": compare_batches(archive, folder, found),
    }


def _processes(archive: Archive, folder: Path, size: int) -> Processes:
    words = pair_in(article.text for article in archive.articles())
    texts = write_texts(archive, folder)
    return {
        "conditions": conditions(_texts(size)),
        "articles": size,
        "whole": measure_processes(archive.path, Fts5(archive, folder).file, texts, words),
        "phases": measure_phases(archive.path, words),
    }


def _texts(size: int) -> str:
    return f"{described()}, continued by generated articles" if size > REAL else described()
