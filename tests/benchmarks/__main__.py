"""Runs the benchmarks and writes docs/performance.md: `make bench`, or `python -m tests.benchmarks [ARTICLES…]`.

Times are of one run on one machine; what counts are the ratios.
"""

from __future__ import annotations

import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archive.archive import Archive
from archive.intake import gather
from index.analysis import forms
from tests.benchmarks.corpus import SHARED, records
from tests.benchmarks.peers import ANY, DATED, PHRASE, WORDS, Fts5, Morgue, Peer, StockWhoosh, Tantivy

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
QUERIES = 100
SLOW_PEERS_UP_TO = 30_000
"""Stock Whoosh takes minutes beyond."""


def main() -> None:
    """Measure at each size and write the page."""
    sizes = [int(word) for word in sys.argv[1:]] or [25_287]
    corpus = "US Senate press releases" if SHARED.exists() else "generated texts"
    lines = [
        "# Performance",
        "",
        f"Written by `make bench` with Python {platform.python_version()} on {os.cpu_count()} cores: {corpus},",
        "continued by generated ones where there are not enough. All engines read their texts from one `events.db`, in",
        "one run. Times drift with the machine: the ratios are what counts.",
    ]
    for size in sizes:
        lines += ["", f"## {size:,} articles", "", *_measure(size)]
    PAGE.write_text("\n".join(lines) + "\n")
    print(PAGE.read_text())


def _measure(size: int) -> list[str]:
    with TemporaryDirectory(prefix="morgue-bench-") as temporary:
        folder = Path(temporary)
        source = folder / "articles.jsonl"
        with source.open("w") as file:
            file.writelines(json.dumps(record) + "\n" for record in records(size))
        with Archive.create(folder / "archive") as archive:
            begun = time.perf_counter()
            added = sum(1 for _ in archive.add_many(gather([str(source)])))
            lines = [f"Adding to the log: {added / (time.perf_counter() - begun):,.0f} articles/s.", ""]
            source.unlink()
            peers: list[Peer] = [Morgue(), Fts5(), Tantivy(1), Tantivy(2)]
            if size <= SLOW_PEERS_UP_TO:
                peers.append(StockWhoosh())
            rates: dict[str, float] = {}
            sizes: dict[str, int] = {}
            for peer in peers:
                before = _bytes(folder)
                begun = time.perf_counter()
                peer.build(archive, folder)
                rates[peer.name] = size / (time.perf_counter() - begun)
                sizes[peer.name] = _bytes(folder) - before
                peer.open(folder)
            rows = [
                [
                    name,
                    f"{rate:,.0f}",
                    _ratio(rates["morgue"], rate),
                    f"{sizes[name] / 1e6:,.1f}",
                    _ratio(sizes["morgue"], sizes[name]),
                ]
                for name, rate in rates.items()
            ]
            lines += _table(["rebuild", "articles/s", "morgue is", "index, MB", "morgue's is"], rows)
            lines += ["", *_queries(archive, peers), "", *_processes(folder), "", *_parts(folder)]
        return lines


def _queries(archive: Archive, peers: list[Peer]) -> list[str]:
    rows = []
    for label, (kind, queries) in _query_sets(archive).items():
        measured = [peer for peer in peers if not (kind == DATED and isinstance(peer, StockWhoosh))]
        times = {peer.name: sorted(_search(peer, kind, words) for words in queries) for peer in measured}
        ours = statistics.median(times["morgue"])
        quantiles = [_quantiles(times.get(peer.name)) for peer in peers]
        ratios = [_ratio(ours, statistics.median(times[peer.name])) for peer in peers[1:3]]
        rows.append([label, *quantiles, *ratios])
    return _table(["query, ms p50 / p95", *(peer.name for peer in peers), "against FTS5", "against tantivy"], rows)


def _search(peer: Peer, kind: str, words: list[str]) -> float:
    begun = time.perf_counter()
    peer.search(kind, words)
    return time.perf_counter() - begun


def _query_sets(archive: Archive) -> dict[str, tuple[str, list[list[str]]]]:
    """Return queries of each class, drawn from the texts themselves."""
    draw = random.Random(7)
    texts = [article.text for article, _ in zip(archive.articles(100), range(1500), strict=False)]
    found: dict[str, int] = {}
    for text in texts:
        for word in {form.lower() for form in forms(text)}:
            found[word] = found.get(word, 0) + 1
    plain = {word: count for word, count in found.items() if word.isalpha() and word.isascii() and len(word) > 2}
    middling = [word for word, count in plain.items() if 8 <= count <= 150]
    common = [word for word, count in plain.items() if count > 400]

    def phrase() -> list[str]:
        while True:
            words = forms(draw.choice(texts))
            at = draw.randrange(max(1, len(words) - 1))
            pair = words[at : at + 2]
            if len(pair) == 2 and all(word.isalpha() and word.isascii() for word in pair):
                return [word.lower() for word in pair]

    def times(make: Callable[[], list[str]]) -> list[list[str]]:
        return [make() for _ in range(QUERIES)]

    return {
        "one word": (WORDS, times(lambda: [draw.choice(middling)])),
        "AND": (WORDS, times(lambda: draw.sample(middling, 2))),
        "OR": (ANY, times(lambda: draw.sample(middling, 2))),
        "phrase": (PHRASE, times(phrase)),
        "AND of common words": (WORDS, times(lambda: draw.sample(common, 2))),
        "OR of common words": (ANY, times(lambda: draw.sample(common, 2))),
        "one word within a year": (DATED, times(lambda: [draw.choice(middling)])),
    }


_PEER = "a Python script that queries FTS5"
_FTS5_SCRIPT = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
query = " ".join('"%s"' % word for word in sys.argv[2:])
sql = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10"
for (number,) in connection.execute(sql, (query,)):
    print(number)
"""


def _processes(folder: Path) -> list[str]:
    """Measure whole processes, in turn, so that the machine's drift hits all alike."""
    morgue = str(Path(sys.executable).with_name("morgue"))
    commands = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "a Python script that queries FTS5": [
            sys.executable,
            "-c",
            _FTS5_SCRIPT,
            str(folder / "fts5.db"),
            "oil",
            "prices",
        ],
        "`morgue --version`": [morgue, "--version"],
        "`morgue search oil prices`": [morgue, "--archive", str(folder / "archive"), "search", "oil", "prices"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(21):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, capture_output=True, check=False)
            times[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(some) for name, some in times.items()}
    rows = [[name, f"{median * 1e3:.0f}", _ratio(median, medians[_PEER])] for name, median in medians.items()]
    return _table(["whole process", "ms, median", "against the FTS5 script"], rows)


_PARTS_SCRIPT = """
import time
begun = time.perf_counter()
parts = []
def part(name):
    parts.append(f"{name}\\t{time.perf_counter() - begun}")
import sys
from pathlib import Path
import typer
part("importing typer")
import cli.app, cli.commands.search, cli.hits
part("importing our command line")
from archive.archive import Archive
part("importing our archive")
import index.index, index.reading, index.search
part("importing our index")
archive = Archive.open(Path(sys.argv[1]))
generation = index.index.Index(archive).fresh()
view = index.reading.View(generation, archive.size() - 1)
part("opening archive and index")
results = index.search.search(archive, view, index.search.Request(query="oil prices", count=False))
part("searching")
for hit in results:
    hit.as_dict()
part("reading ten hits and their passages")
print("\\n".join(parts))
"""


def _parts(folder: Path) -> list[str]:
    """Measure where the time of one search goes, phase by phase, in processes of their own."""
    found: dict[str, list[float]] = {}
    for _ in range(11):
        command = [sys.executable, "-c", _PARTS_SCRIPT, str(folder / "archive")]
        before = 0.0
        for line in subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines():
            name, _, at = line.partition("\t")
            found.setdefault(name, []).append(float(at) - before)
            before = float(at)
    rows = [[name, f"{statistics.median(times) * 1e3:.1f}"] for name, times in found.items()]
    return _table(["of a search, behind the interpreter's own start", "ms, median"], rows)


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and "events.db" not in file.name)


def _quantiles(times: list[float] | None) -> str:
    if not times:
        return "–"
    return f"{statistics.median(times) * 1e3:.2f} / {times[int(len(times) * 0.95)] * 1e3:.1f}"


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f} ×"


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
