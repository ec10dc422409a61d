"""Measures how well search ranks and writes docs/search-quality.md: `make search-quality`.

The figures are written beside it, as docs/search-quality.json. `--into` writes both to another folder.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.quality.__main__ import DOCS
from tests.search_quality import collections
from tests.search_quality.measure import measure
from tests.search_quality.page import figures, page


def main(arguments: list[str] | None = None) -> None:
    """Measure all engines on all collections and write the page."""
    parser = argparse.ArgumentParser("python -m tests.search_quality", description=__doc__)
    parser.add_argument("--into", type=Path, default=DOCS, metavar="FOLDER", help="where to write, instead of docs")
    said = parser.parse_args(arguments)
    try:
        loaded = collections.load()
    except FileNotFoundError as error:
        sys.exit(f"{error.filename}: the collections to measure on are not there")
    measured = []
    for collection in loaded:
        print(f"{collection.name}: {len(collection.documents)} documents", file=sys.stderr)
        measured.append(measure(collection))
    said.into.mkdir(parents=True, exist_ok=True)
    written = page(measured)
    (said.into / "search-quality.md").write_text(written, "utf-8")
    (said.into / "search-quality.json").write_text(json.dumps(figures(measured), indent=1) + "\n", "utf-8")
    print(written)


if __name__ == "__main__":
    main()
