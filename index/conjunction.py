"""The everyday query, two words or more that an article must all have: with numpy, in as few calls as it can be.

`index.evaluate` plans such a query like any other, `index.arrays` evaluates the plan, and `index.proximity` looks at
where the words stand in the best hits. For lists of some hundred postings each, nearly all of the time goes into making
objects and passing them on. Here the lists themselves are what is passed on: those of all words in all fields, a row
each, are met, scored and looked at together. Hits and scores are the same to the last bit: a test compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.bm25 import factor
from index.evaluate import WEIGHTS
from index.lists import TOGETHER, columns_of, distinct
from index.nearness import in_spots
from index.proximity import WINDOW
from index.schema_fields import SCORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.lists import Floats, Lists, Numbers
    from index.reading import View

_FIELDS = len(SCORED)
_WEIGHTS = [WEIGHTS[field] for field in SCORED]

_SORTED = 256
"""Documents that are sorted by their scores sooner than the best are found among them."""


def best(view: View, terms: Sequence[str], wanted: int) -> tuple[list[tuple[int, float]], int] | None:
    """Return (document, score) of the best hits, best first, equal ones in the order of the log; and how many match.

    How close the words stand in the first hits is counted in, as `index.proximity` does it. None where so many match
    that they had better be scored a leaf at a time.
    """
    columns = columns_of(view)
    keys = [(field, (term.encode(),)) for term in terms for field in SCORED]
    lists = columns.lists(keys)
    rows = [lists.rows[key] for key in keys]
    words = [rows[at : at + _FIELDS] for at in range(0, len(rows), _FIELDS)]
    documents = _documents(lists, words)
    if columns.current is not None:
        documents = documents[columns.current[documents]]
    total = len(documents)
    if not total:
        return [], 0
    if len(rows) * total > TOGETHER:
        return None
    at, has = lists.find(rows, documents)
    # As `View.word_frequency` counts, from the lists at hand.
    counts = [max([lists.count(row) for row in word]) for word in words]
    factors = [factor(weight, view.limit, count) for count in counts for weight in _WEIGHTS]
    # By the operations of `index.leaves` in their order.
    shape = len(terms), _FIELDS, total
    parts = lists.frequencies(at).reshape(shape)
    norms = parts + columns.norms(documents)
    parts *= np.array(factors).reshape(-1, _FIELDS, 1)
    parts /= norms
    parts *= has.reshape(shape)
    # Field by field, then word by word, as everywhere: a sum must not depend on how it was made.
    scores = _sum([_sum(list(word)) for word in parts])
    chosen = _best(scores, max(wanted, WINDOW))
    first = chosen[:WINDOW]
    at, has = at[:, first].reshape(len(terms), -1), has[:, first].reshape(len(terms), -1)
    closeness = in_spots(lists, at, has).reshape(_FIELDS, -1).max(axis=0)
    best_scores = scores[chosen]
    best_scores[:WINDOW] *= 1 + closeness
    hits = list(zip((-best_scores).tolist(), documents[chosen].tolist(), strict=True))
    return [(document, -score) for score, document in (sorted(hits[:WINDOW]) + hits[WINDOW:])[:wanted]], total


def _documents(lists: Lists, words: list[list[int]]) -> Numbers:
    """Return the documents that have all words, in order, given the rows of each word."""
    rarest, *others = sorted(words, key=lists.count_together)
    found = lists.together(rarest)
    for rows in others:
        found = found[lists.has_any(rows, found)]
    # A document that has the rarest word in two fields is there twice.
    return found if lists.is_single(rarest) else distinct(found)


def _sum(parts: Sequence[Floats]) -> Floats:
    """Return the sum of some arrays, added one by one."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _best(scores: Floats, count: int) -> Numbers:
    """Return which scores are the best, best first, equal ones in their order."""
    order: Numbers
    if len(scores) <= max(_SORTED, 2 * count):
        order = (-scores).argsort(kind="stable")[:count]
    else:
        [chosen] = (scores >= np.partition(scores, -count)[-count]).nonzero()
        order = chosen[(-scores[chosen]).argsort(kind="stable")[:count]]
    return order
