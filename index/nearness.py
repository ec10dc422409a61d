"""How close words stand, their places read with numpy for all documents at a time; as `index.proximity` measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.lists import columns_of
from index.proximity import nearness
from index.schema_fields import SCORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.lists import Floats, Mask, Numbers, PlaceRuns
    from index.reading import View

_BITS = 32
"""A position is below 2^31: places in two spots are farther from each other than those in one."""


def closeness_of_all(view: View, documents: Sequence[int], terms: Sequence[str]) -> dict[int, float]:
    """Return how close terms stand in each of some documents, which ascend; as `index.proximity.closeness`."""
    keys = [(field, (term.encode(),)) for term in terms for field in SCORED]
    lists = columns_of(view).lists(keys)
    at, has = lists.find([lists.rows[key] for key in keys], np.array(documents, np.int64))
    at, has = at.reshape(len(terms), -1), has.reshape(len(terms), -1)
    closeness = in_spots(lists.place_runs(), at, has).reshape(len(SCORED), -1).max(axis=0)
    return {document: near for document, near in zip(documents, closeness.tolist(), strict=True) if near}


def in_spots(runs: PlaceRuns, at: Numbers, has: Mask) -> Floats:
    """Return the closeness of terms in some spots, 0 in those that have fewer than two of them.

    A spot is a field of a document. It has a column in `at` and `has`, which have a row for each term: the number of
    the term's posting there, and whether there is one.
    """
    measure = _measure_two if len(at) == 2 else _measure
    return measure(runs, at, has)


def _measure(runs: PlaceRuns, at: Numbers, has: Mask) -> Floats:
    """Return what `in_spots` does for any number of terms."""
    closeness = np.zeros(at.shape[1])
    several = has.sum(axis=0)
    [spots] = (several > 1).nonzero()
    # Spot by spot, and of each the terms in their order.
    _, ends, row = runs.places(at.T[spots][has.T[spots]])
    until, every = ends.tolist(), row.tolist()
    places = [every[begin:end] for begin, end in zip([0, *until], until, strict=False)]
    begin = 0
    for spot, count in zip(spots.tolist(), several[spots].tolist(), strict=True):
        closeness[spot] = nearness(places[begin : begin + count], len(at))
        begin += count
    return closeness


def _measure_two(runs: PlaceRuns, at: Numbers, has: Mask) -> Floats:
    """Return what `in_spots` does for two terms, as most queries have: of all spots at once."""
    closeness = np.zeros(at.shape[1])
    [spots] = (has[0] & has[1]).nonzero()
    count = len(spots)
    if not count:
        return closeness
    counts, ends, places = runs.places(at.take(spots, axis=1).ravel())
    # Spot and place in one number. The places of the second term stand behind all of the first one's.
    places += np.arange(0, 2 * count << _BITS, 1 << _BITS).repeat(counts)
    end = ends[count - 1]
    one, other = places[:end], places[end:]
    other -= count << _BITS
    behind = other.searchsorted(one)
    ahead = one - other.take(behind - 1, mode="clip")
    apart = other.take(behind, mode="clip")
    apart -= one
    # Where there is none on one side, that is below 0: without a sign, farther than all.
    apart = np.minimum(ahead.view(np.uint64), apart.view(np.uint64))
    closeness[spots] = 1 / np.minimum.reduceat(apart, ends[:count] - counts[:count])
    return closeness
