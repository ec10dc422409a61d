"""The everyday query, two words or more that an article must all have: with numpy, in as few calls as it can be.

`index.evaluate` plans such a query like any other, `index.arrays` evaluates the plan, and `index.proximity` looks at
where the words stand in the best hits. For lists of some hundred postings each, nearly all of the time goes into making
objects and passing them on. Here the postings are one array, a row behind the other: one for each word in each field,
of all segments. They are met, scored and looked at together. Hits and scores are the same to the last bit: a test
compares them.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from index.bm25 import factor_of_rarity, inverse_document_frequency
from index.evaluate import WEIGHTS
from index.lists import TOGETHER, PlaceRuns, columns_of
from index.nearness import in_spots
from index.proximity import WINDOW
from index.schema_fields import SCORED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from index.lists import Columns, Floats, Mask, Numbers, Piece
    from index.reading import View

_FIELDS = len(SCORED)
_WEIGHTS = [WEIGHTS[field] for field in SCORED]

_SORTED = 256
"""Documents that are sorted by their scores sooner than the best are found among them."""

_MANY = 16
"""Finding one document in so many by a table over all is quicker than by bisecting for each."""


def best(view: View, terms: Sequence[str], wanted: int) -> tuple[list[tuple[int, float]], int] | None:
    """Return (document, score) of the best hits, best first, equal ones in the order of the log; and how many match.

    How close the words stand in the first hits is counted in, as `index.proximity` does it. None where so many match
    that they had better be scored a leaf at a time.
    """
    columns = columns_of(view)
    rows = Rows(columns, terms)
    found = rows.documents_of_all(view.limit)
    if columns.current is not None:
        found = found[columns.current[found]]
    total = len(found)
    if not total:
        return [], 0
    if len(rows.counts) * total > TOGETHER:
        return None
    at, has = rows.find(found, view.limit)
    scores = rows.scores(columns, found, at, has)
    # Field by field, then word by word, as everywhere: a sum must not depend on how it was made.
    sums = summed(summed([scores[field::_FIELDS] for field in range(_FIELDS)]))
    chosen = least(sums, max(wanted, WINDOW))
    first = chosen[:WINDOW]
    spots = len(terms), -1
    runs = PlaceRuns(rows.pieces, rows.frequencies)
    closeness = in_spots(runs, at.take(first, axis=1).reshape(spots), has.take(first, axis=1).reshape(spots))
    some = sums.take(chosen)
    closest = closeness.reshape(_FIELDS, -1).max(axis=0)
    closest += 1
    some[:WINDOW] *= closest
    hits = list(zip(some.tolist(), found.take(chosen).tolist(), strict=True))
    return [(document, -score) for score, document in (sorted(hits[:WINDOW]) + hits[WINDOW:])[:wanted]], total


class Rows:
    """The postings of some words below the limit of a view: a row for each word in each field, side by side.

    `counts` are how many each has, `frequencies` those of all, minus 1.
    """

    def __init__(self, columns: Columns, terms: Sequence[str]) -> None:
        self.counts: list[int] = []
        self.pieces: list[Piece] = []
        documents: list[NDArray[Any]] = []
        frequencies: list[NDArray[Any]] = []
        several = len(columns.parts) > 1
        end = 0
        for term in map(str.encode, terms):
            for field in SCORED:
                begin = end
                for part, arrays in columns.parts:
                    if (entry := part.term(field, term)) is not None and (count := part.document_frequency(entry)):
                        here = arrays.documents(entry, count)
                        documents.append(here + np.int64(part.offset) if several else here)
                        frequencies.append(arrays.frequencies(entry, count))
                        self.pieces.append((arrays, entry, end))
                        end += count
                self.counts.append(end - begin)
        self.documents: Numbers = np.concatenate(documents, dtype=np.int64) if documents else np.zeros(0, np.int64)
        self.frequencies: NDArray[Any] = np.concatenate(frequencies) if frequencies else np.zeros(0, np.uint8)

    def spans(self) -> list[tuple[int, int]]:
        """Return where the postings of each row begin and end."""
        ends = [*accumulate(self.counts, initial=0)]
        return list(pairwise(ends))

    def by_word(self) -> list[list[int]]:
        """Return the counts of each word, field by field."""
        return [self.counts[row : row + _FIELDS] for row in range(0, len(self.counts), _FIELDS)]

    def documents_of_all(self, limit: int) -> Numbers:
        """Return the documents below a limit that have all words, in order."""
        documents = self.documents
        words: list[tuple[int, int, int, bool]] = []
        end = 0
        for here in self.by_word():
            begin, end = end, end + sum(here)
            words.append((end - begin, begin, end, 0 not in here))
        words.sort()
        _, begin, end, repeated = words[0]
        found = documents[begin:end]
        for _, begin, end, _ in words[1:]:
            mask = np.zeros(limit, bool)
            mask[documents[begin:end]] = True
            found = found[mask[found]]
        if repeated and len(found) > 1:
            # A document that has the rarest word in two fields is there twice.
            found.sort(kind="stable")
            first = np.empty(len(found), bool)
            first[0] = True
            np.not_equal(found[1:], found[:-1], out=first[1:])
            found = found[first]
        return found

    def scores(self, columns: Columns, documents: Numbers, at: Numbers, has: Mask) -> Floats:
        """Return what each row adds to the scores of some documents, negative; `at` and `has` are those of `find`."""
        # By the operations of `index.leaves` in their order; negative, so that what ascends is best first.
        scores: Floats = np.add(self.frequencies.take(at, mode="clip"), 1, dtype=np.float64)
        words = self.by_word()
        norms = np.concatenate((columns.norms(documents),) * len(words))
        norms += scores
        # As `View.word_frequency` counts, from the rows at hand.
        rarities = [inverse_document_frequency(columns.limit, max(word)) for word in words]
        factors = [[-factor_of_rarity(weight, rarity)] for rarity in rarities for weight in _WEIGHTS]
        scores *= np.array(factors)
        scores /= norms
        scores *= has
        return scores

    def find(self, documents: Numbers, limit: int) -> tuple[Numbers, Mask]:
        """Return the number of the posting of each of some documents in each row, and whether there is one.

        The number where there is no posting is any.
        """
        counts = self.counts
        if len(documents) * _MANY > limit:
            found = np.empty((len(counts), len(documents)), np.int64)
            place = np.empty(limit, np.int64)
            end = 0
            for at, count in zip(found, counts, strict=True):
                begin, end = end, end + count
                place.fill(-1)
                place[self.documents[begin:end]] = np.arange(begin, end)
                place.take(documents, out=at)
            return found, found >= 0
        # In one row, as all of them ascend: the number of the row × the limit + the document.
        firsts = np.arange(0, len(counts) * limit, limit)
        keys = firsts.repeat(counts)
        keys += self.documents
        sought = documents + firsts[:, None]
        found = keys.searchsorted(sought)
        return found, keys.take(found, mode="clip") == sought


def summed(parts: Sequence[Floats] | Floats) -> Floats:
    """Return the sum of some arrays, added one by one."""
    total: Floats = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def least(sums: Floats, count: int) -> Numbers:
    """Return which sums are the least, the least first, equal ones in their order."""
    order: Numbers
    if len(sums) <= max(_SORTED, 2 * count):
        order = sums.argsort(kind="stable")[:count]
    else:
        [chosen] = (sums <= np.partition(sums, count - 1)[count - 1]).nonzero()
        order = chosen[sums[chosen].argsort(kind="stable")[:count]]
    return order
