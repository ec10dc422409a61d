"""The page of the results, docs/search-quality.md, and its figures as JSON."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import version
from typing import TYPE_CHECKING

from tests.quality.page import cell
from tests.search_quality.measure import MORGUE, WHOOSH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.search_quality.measure import Measured, Quality

MEASURES = {"MAP": "map", "nDCG@10": "ndcg", "P@10": "precision"}

_HEAD = """\
# How well search ranks

Written by `make search-quality` from test collections: documents, queries, and the documents that people judged
relevant to each. All engines index the same documents and answer the same queries in one run, each as its words, of
which any may do: `morgue search --any`. Figures are from 0 to 1, more is better. The best of each column is bold.

"""

_RULES = """\
## The collections

- **Cranfield**: abstracts on aerodynamics, with titles that their texts repeat; questions in whole sentences.
  Judgements are graded: code 1, the best, gains 4, code 4 gains 1. Code -1 marks a document as relevant without saying
  how much: 1.
- **NPL**: short abstracts on electronics, without titles; topics in a dozen words.
- **ECB+**: press reports, by the event that they tell of, two similar events in each topic. It has no queries of its
  own: the first line of a report asks for the other reports of its event. The report itself is passed over.

They are not part of this repository. Documents without any text are left out.

## The rules

- **MAP** is the mean of average precision, over rankings of 1,000 documents. **nDCG@10** is over the gains, discounted
  by log2(rank + 1), against the best possible ranking. **P@10** is the share of relevant documents among ten. Queries
  without relevant documents are left out. Documents of equal score stand as the engine puts them.
- morgue reads the documents as JSON Lines, as `morgue add` does, and searches title and text, as ever.
- Stock Whoosh has its StemmingAnalyzer with its stop words, BM25F and `OR`; without its optimizer, which loses hits.
- FTS5 has the tokenizer `porter unicode61`, tantivy `en_stem`, each with its BM25 and no stop words, as they come.
- Where documents have titles, the others are measured on title and text, equally weighted, and on the text alone.

## The parameters

*k1* is 1.2 and *b* 0.75, as in most engines, and neither was chosen for these collections. What a word adds in a title
counts 1.5 times. MAP where one of them is changed, as a share of MAP as it is:

"""


def page(measured: Sequence[Measured]) -> str:
    """Return the page."""
    parts = [_HEAD]
    for one in measured:
        parts.append(f"## {one.collection}\n\n{one.documents:,} documents, {one.queries} queries.\n\n")
        parts += [_table(one), "\n", _against_whoosh(one), "\n"]
    return "".join((*parts, _RULES, _sensitivity(measured), "\n", _versions()))


def figures(measured: Sequence[Measured]) -> dict[str, object]:
    """Return all figures of the page as JSON takes it."""
    return {
        "versions": _named_versions(),
        "collections": {
            one.collection: {
                "documents": one.documents,
                "queries": one.queries,
                "engines": {name: _means(found) for name, found in one.engines.items()},
                "sensitivity": {label: round(value, 4) for label, value in one.sensitivity.items()},
            }
            for one in measured
        },
    }


def _means(found: Quality) -> dict[str, float]:
    return {label: round(float(getattr(found, name)), 4) for label, name in MEASURES.items()}


def _table(one: Measured) -> str:
    best = {name: max(round(value, 3) for value in _values(one, name)) for name in MEASURES.values()}
    rows = [f"| | {' | '.join(MEASURES)} |", f"| --- |{' ---: |' * len(MEASURES)}"]
    for engine, found in one.engines.items():
        cells = [cell(getattr(found, name), best[name]) for name in MEASURES.values()]
        rows.append(f"| {engine} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _values(one: Measured, name: str) -> Iterable[float]:
    return (getattr(found, name) for found in one.engines.values())


def _against_whoosh(one: Measured) -> str:
    """Return a sentence on the best that stock Whoosh comes to."""
    ours = one.engines[MORGUE]
    theirs = max((found for name, found in one.engines.items() if name.startswith(WHOOSH)), key=lambda found: found.map)
    better = sum(mine > other for mine, other in zip(ours.each, theirs.each, strict=True))
    worse = sum(mine < other for mine, other in zip(ours.each, theirs.each, strict=True))
    return (
        f"MAP against the better of stock Whoosh: {ours.map / theirs.map - 1:+.1%}; "
        f"better on {better} queries, worse on {worse}.\n"
    )


def _sensitivity(measured: Sequence[Measured]) -> str:
    rows = [f"| | {' | '.join(one.collection for one in measured)} |", f"| --- |{' ---: |' * len(measured)}"]
    for label in measured[0].sensitivity:
        shares = [one.sensitivity[label] / one.engines[MORGUE].map for one in measured]
        rows.append(f"| {label} | {' | '.join(f'{share:.3f}' for share in shares)} |")
    return "\n".join(rows) + "\n"


def _named_versions() -> dict[str, str]:
    return {
        "morgue": version("morgue"),
        "whoosh3": version("whoosh3"),
        "SQLite": sqlite3.sqlite_version,
        "tantivy": version("tantivy"),
        "Python": platform.python_version(),
    }


def _versions() -> str:
    return f"Measured with {', '.join(f'{name} {number}' for name, number in _named_versions().items())}.\n"
