"""Measures how well pages are read and writes docs/import-quality.md: `make quality`, or `python -m tests.quality`.

The figures are written beside it, as docs/import-quality.json. `--into` writes both to another folder. `--misses` also
prints what morgue made of each page that it did not get right, of the half that is developed with.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections import Counter
from pathlib import Path

from tests.quality import corpora
from tests.quality.measure import measure
from tests.quality.page import figures, page
from tests.quality.tools import TOOLS

DOCS = Path(__file__).parents[2] / "docs"


def main(arguments: list[str] | None = None) -> None:
    """Measure all tools on all pages and write the page."""
    parser = argparse.ArgumentParser("python -m tests.quality", description=__doc__)
    parser.add_argument("--into", type=Path, default=DOCS, metavar="FOLDER", help="where to write, instead of docs")
    parser.add_argument("--misses", action="store_true", help="print what was not read right")
    said = parser.parse_args(arguments)
    try:
        pages = corpora.load()
    except FileNotFoundError as error:
        sys.exit(f"{error.filename}: the pages to measure on are not there")
    # The tools tell of every page what they dislike in it.
    logging.disable(logging.CRITICAL)
    measured = measure(pages, TOOLS)
    said.into.mkdir(parents=True, exist_ok=True)
    written = page(measured, Counter(held.corpus for held in pages))
    (said.into / "import-quality.md").write_text(written, "utf-8")
    (said.into / "import-quality.json").write_text(json.dumps(figures(measured), indent=1) + "\n", "utf-8")
    print(written)
    for score in measured.scores if said.misses else ():
        if score.tool == "morgue" and score.half == "developed" and score.score < 0.7:
            print(f"{score.field:7}{score.corpus}/{score.page}: {score.found!r}, not {score.gold!r}")


if __name__ == "__main__":
    main()
