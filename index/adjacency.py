"""One phrase, of words at least one of which is not in very many documents: with numpy, from the file to the hits.

What `index.conjunction` does for words, this does for a phrase: its postings are one array, a row for each word in each
field. The documents that have all words in a field are few, so where these stand is looked at in all of them. Hits and
scores are those of the plan to the last bit: a test compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.conjunction import Rows, least, summed
from index.lists import PlaceRuns, columns_of, distinct
from index.schema_fields import SCORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.lists import Mask, Numbers
    from index.reading import View

_FIELDS = len(SCORED)

_MOST = 1024
"""Documents, at the most, in which all places of the words are looked at; of more, the best are looked at first."""

_BITS = 32
"""A position is below 2^31."""


def best(view: View, terms: Sequence[str], wanted: int) -> tuple[list[tuple[int, float]], int] | None:
    """Return (document, score) of the best hits, best first, equal ones in the order of the log; and how many match.

    None where too many documents may match, or where a word comes twice.
    """
    if len({*terms}) < len(terms):
        return None
    columns = columns_of(view)
    rows = Rows(columns, terms)
    fewest = [min(counts) for counts in zip(*rows.by_word(), strict=True)]
    if sum(fewest) > _MOST:
        return None
    runs = PlaceRuns(rows.pieces, rows.frequencies) if any(fewest) else None
    there = [
        _documents(rows, runs, field) if runs is not None and fewest[field] else rows.documents[:0]
        for field in range(_FIELDS)
    ]
    found = distinct(np.concatenate(there))
    if columns.current is not None:
        found = found[columns.current[found]]
    if not len(found):
        return [], 0
    scores = rows.scores(columns, found, *_find(rows, found))
    # Word by word, then field by field, as everywhere: a sum must not depend on how it was made.
    fields = [summed(scores[field::_FIELDS]) * _has(there[field], found) for field in range(_FIELDS)]
    sums = summed(fields)
    chosen = least(sums, wanted)
    return list(zip(found[chosen].tolist(), (-sums[chosen]).tolist(), strict=True)), len(found)


def _find(rows: Rows, found: Numbers) -> tuple[Numbers, Mask]:
    """Return what `Rows.find` does; quicker for few documents and long rows."""
    at, has = [], []
    for begin, end in rows.spans():
        documents = rows.documents[begin:end]
        here = documents.searchsorted(found)
        has.append(documents.take(here, mode="clip") == found if begin < end else np.zeros(len(found), bool))
        here += begin
        at.append(here)
    return np.array(at), np.array(has)


def _documents(rows: Rows, runs: PlaceRuns, field: int) -> Numbers:
    """Return the documents that have the words side by side in a field."""
    spans = rows.spans()[field::_FIELDS]
    each = [rows.documents[begin:end] for begin, end in spans]
    found, *others = sorted(each, key=len)
    for other in others:
        found = found[other.take(other.searchsorted(found), mode="clip") == found]
    starts = found[:0]
    for distance, ((begin, _), documents) in enumerate(zip(spans, each, strict=True)):
        at = documents.searchsorted(found)
        at += begin
        counts, _, places = runs.places(at)
        places += (found << _BITS).repeat(counts)
        places -= distance
        starts = starts[_has(places, starts)] if distance else places
    return starts >> _BITS


def _has(numbers: Numbers, sought: Numbers) -> Mask:
    """Return which of some numbers stand among others, which ascend."""
    if not len(numbers):
        return np.zeros(len(sought), bool)
    there: Mask = numbers.take(numbers.searchsorted(sought), mode="clip") == sought
    return there
