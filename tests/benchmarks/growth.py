"""Growth: one archive of generated articles, measured at size after size."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archive.archive import Archive
from index.index import Index
from tests.benchmarks.builds import best_of, build_apart
from tests.benchmarks.catch_up import after_one_add
from tests.benchmarks.corpus import add, described, generated
from tests.benchmarks.figures import quantile
from tests.benchmarks.ours import Morgue
from tests.benchmarks.processes import measure_search
from tests.benchmarks.queries import draw, measure
from tests.benchmarks.results import conditions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.queries import QueryClass
    from tests.benchmarks.results import Growth, Step

SIZES = (1_000, 10_000, 100_000, 1_000_000)
CLASSES = ("one word", "AND", "phrase")
"""The classes of queries that are followed."""
_QUERIES = 30
_ADDS = 20
_RUNS_UP_TO = 100_000
"""Articles up to which a build is timed twice."""


def measure_growth(sizes: Sequence[int] = SIZES) -> Iterator[Growth]:
    """Grow one archive to each size and measure it there; yield what is known so far after each of them.

    A million articles take an hour, most of it to add them, and 6 GB of disk.
    """
    found = generated()
    with TemporaryDirectory(prefix="morgue-bench-") as temporary:
        folder = Path(temporary)
        path = folder / "archive"
        steps: list[Step] = []
        classes: list[QueryClass] = []
        with Archive.create(path) as archive:
            there = 0
            for size in sorted(sizes):
                append = (size - there) / add(archive, found, size - there)
                # The same queries at each size: the first articles have all of their words.
                texts = (article.text for article in archive.articles())
                classes = classes or [some for some in draw(texts, count=_QUERIES) if some.label in CLASSES]
                step = _step(archive, folder, classes, size=size, append=append, found=found)
                steps.append(step)
                print(f"grown to {size:,}: rebuilt in {step['seconds']:.1f} s", flush=True)
                there = size + _ADDS
                yield {"conditions": conditions(f"generated articles, of the words of {described()}"), "steps": steps}


def _step(
    archive: Archive,
    folder: Path,
    classes: list[QueryClass],
    *,
    size: int,
    append: float,
    found: Iterator[dict[str, object]],
) -> Step:
    runs = [build_apart(Morgue.name, archive.path, folder, sampled=False)[0] for _ in range(1 + (size <= _RUNS_UP_TO))]
    _, peak = build_apart(Morgue.name, archive.path, folder, sampled=True)
    best = best_of(Morgue.name, runs, peak)
    segments = len(Index(archive).fresh().state.segments)
    latencies, _ = measure([Morgue(archive, folder)], classes)
    process = measure_search(archive.path, classes[0].queries[0])
    return {
        "articles": size,
        "append": append,
        "runs": best["runs"],
        "seconds": best["seconds"],
        "cpu": best["cpu"],
        "peak": best["peak"],
        "bytes": best["bytes"],
        "segments": segments,
        "queries": {label: ours["p50"] for label, [ours] in latencies.items()},
        "catch_up": quantile(after_one_add(archive, found, _ADDS), 0.5),
        "process": process,
    }
