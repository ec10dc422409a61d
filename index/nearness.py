"""How close two words stand, with numpy for all documents at a time; it gives what `index.proximity` measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index import schema_fields
from index.lists import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading import View

_FAR = 1 << 30
"""More tokens than any field has. Places of two documents, or of two fields, are farther from each other than this."""


def closeness_of_two(view: View, documents: Sequence[int], terms: Sequence[str]) -> dict[int, float]:
    """Return how close two terms stand in each of some documents; what has no field with both of them has none."""
    keys = [(field, (term.encode(),)) for term in terms for field in schema_fields.SCORED]
    lists = columns_of(view).lists(keys)
    here = np.array(documents, np.int64)
    here.sort()
    at, has = lists.find([lists.rows[key] for key in keys], here)
    row, column = has.nonzero()
    if not len(row):
        return {}
    counts, places = lists.places(at[row, column])
    # Document, field and position in one number.
    fields = len(schema_fields.SCORED)
    places += ((here << 32).take(column) + (row % fields << 31)).repeat(counts)
    of_first = (row < fields).repeat(counts)
    one, other = places[of_first], places[~of_first]
    if not len(one) or not len(other):
        return {}
    other.sort()
    behind = other.searchsorted(one)
    apart = np.minimum(abs(one - other.take(behind - 1, mode="clip")), abs(one - other.take(behind, mode="clip")))
    least = np.full(len(here), _FAR)
    np.minimum.at(least, here.searchsorted(one >> 32), apart)
    return {
        document: 1 / distance
        for document, distance in zip(here.tolist(), least.tolist(), strict=True)
        if distance < _FAR
    }
