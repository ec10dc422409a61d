"""Runs the benchmarks and writes docs/performance.md: `make bench`, or `python -m tests.benchmarks [ARTICLES…]`.

Without anything said, all parts at all sizes, which takes some two hours and 6 GB of disk. With sizes: the comparison
and the processes at these, adding at the first where it is asked for. `--only` measures one part, and `--growth` is
`--only growth`. What is not measured anew stays as it was: results are kept in docs/performance.json. `--into` writes
both files to another folder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks import growth
from tests.benchmarks.adding import measure_adding
from tests.benchmarks.compare import measure_sizes
from tests.benchmarks.language import measure_language
from tests.benchmarks.page import page
from tests.benchmarks.results import load, save
from tests.benchmarks.targets import CONTINUED, REAL
from tests.benchmarks.verifying import measure_verifying

DOCS = Path(__file__).parents[2] / "docs"
PARTS = ("compare", "processes", "growth", "adding", "verify", "language")


def main(arguments: list[str] | None = None) -> None:
    """Measure what the command line says and write the page."""
    said = _parser().parse_args(arguments)
    only = "growth" if said.growth else said.only
    parts = {only} if only else {*PARTS} if not said.articles else {"compare", "processes"}
    said.into.mkdir(parents=True, exist_ok=True)
    kept = said.into / "performance.json"
    if parts & {"compare", "processes"}:
        for compared, processes in measure_sizes(said.articles or [REAL, CONTINUED], parts):
            results = load(kept)
            if compared is not None:
                results["compare"][str(compared["articles"])] = compared
            if processes is not None:
                results["processes"][str(processes["articles"])] = processes
            save(kept, results)
    if "adding" in parts:
        save(kept, {**load(kept), "adding": measure_adding((said.articles or [REAL])[0])})
    if "verify" in parts:
        save(kept, {**load(kept), "verifying": measure_verifying((said.articles or [REAL])[0])})
    if "language" in parts:
        save(kept, {**load(kept), "language": measure_language((said.articles or [REAL])[0])})
    if "growth" in parts:
        for grown in growth.measure_growth(said.articles or growth.SIZES):
            save(kept, {**load(kept), "growth": grown})
    written = page(load(kept))
    (said.into / "performance.md").write_text(written, "utf-8")
    print(written)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("articles", nargs="*", type=int, metavar="ARTICLES", help="sizes to measure at")
    parser.add_argument("--only", choices=PARTS, help="measure one part")
    parser.add_argument("--growth", action="store_true", help="--only growth")
    parser.add_argument("--into", type=Path, default=DOCS, metavar="FOLDER", help="where to write, instead of docs")
    return parser


if __name__ == "__main__":
    main()
