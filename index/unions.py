"""What any of many terms has in a part, with numpy: the documents that have one, and where in them they stand.

A prefix or a pattern may stand for a thousand terms with some hundred thousand postings. One after the other, in plain
Python, they take seconds; here they are joined and counted at a go. `index.leaves` knows when that pays, and has the
same without numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from index.lists import PlaceRuns
from index.segment.term_arrays import TermArrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from index.lists import Numbers, Piece
    from index.reading import Part
    from index.segment.reader import Term

_BITS = 32
"""A position is below 2^31."""


def frequencies_of_any(part: Part, entries: Iterable[Term]) -> dict[int, int]:
    """Return how often some terms stand in the documents of a part that have one, minus 1, in order."""
    documents, frequencies, _ = _postings(part, entries)
    # Sums of whole numbers: floats have them exactly.
    counts = np.bincount(documents, frequencies + 1.0, part.limit).astype(np.int64)
    found = counts.nonzero()[0]
    return dict(zip(found.tolist(), (counts.take(found) - 1).tolist(), strict=True))


def places_of_any(part: Part, entries: Iterable[Term], documents: Sequence[int]) -> dict[int, Sequence[int]]:
    """Return the positions of some terms, in order, in those of some documents that have one."""
    keys = _keys(part, entries, documents)
    if not len(keys):
        return {}
    each = keys >> _BITS
    begins = np.concatenate((np.zeros(1, np.int64), (each[1:] != each[:-1]).nonzero()[0] + 1))
    every = (keys & ((1 << _BITS) - 1)).tolist()
    bounds = [*begins.tolist(), len(every)]
    return {
        document: every[begin:end]
        for document, begin, end in zip(each.take(begins).tolist(), bounds, bounds[1:], strict=False)
    }


def documents_near(
    part: Part, words: Sequence[Sequence[Term]], documents: Sequence[int], distance: int, *, ordered: bool
) -> set[int]:
    """Return those of some documents in which words stand near, each any of some terms, as `index.nearby` has it."""
    found = _keys(part, words[0], documents)
    for terms in words[1:]:
        others = _keys(part, terms, documents)
        if not len(found) or not len(others):
            return set()
        # The last one ahead and the first one behind; what is in another document is farther away than any distance.
        ahead = others - found.take(found.searchsorted(others) - 1, mode="clip")
        near = (ahead > 0) & (ahead <= distance)
        if not ordered:
            behind = found.take(found.searchsorted(others, side="right"), mode="clip") - others
            near |= (behind > 0) & (behind <= distance)
        found = others[near]
    return set((found >> _BITS).tolist())


def _keys(part: Part, entries: Iterable[Term], documents: Sequence[int]) -> Numbers:
    """Return document × 2^32 + position of all places of some terms in some documents, in order."""
    having, frequencies, pieces = _postings(part, entries)
    wanted = np.zeros(part.limit, bool)
    wanted[list(documents)] = True
    at = wanted[having].nonzero()[0]
    if not len(at):
        return having[:0]
    counts, _, places = PlaceRuns(pieces, frequencies).places(at)
    keys: Numbers = (having.take(at) << _BITS).repeat(counts) + places
    keys.sort()
    return keys


def _postings(part: Part, entries: Iterable[Term]) -> tuple[Numbers, NDArray[Any], list[Piece]]:
    """Return the documents and frequencies, minus 1, of some terms, one behind the other, and where each begins."""
    arrays = TermArrays(part.segment)
    documents: list[NDArray[Any]] = [np.zeros(0, np.int64)]
    frequencies: list[NDArray[Any]] = [np.zeros(0, np.uint8)]
    pieces: list[Piece] = []
    end = 0
    for entry in entries:
        if count := part.document_frequency(entry):
            documents.append(arrays.documents(entry, count))
            frequencies.append(arrays.frequencies(entry, count))
            pieces.append((arrays, entry, end))
            end += count
    return np.concatenate(documents, dtype=np.int64), np.concatenate(frequencies), pieces
