"""What a search with numpy reads of a view: columns, and the postings of all of a query's terms, decoded together.

Documents are numbers in the view, those of one segment behind those of the one before. Most lists are short, so that
what costs is each call of numpy, not each posting: one call serves all terms and all segments where that can be.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from index.leaves import BETWEEN, postings_of
from index.schema_fields import SCORED
from index.segment.term_arrays import TermArrays, column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.reading import View
    from index.segment.reader import Term

    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_MANY = 16
"""Finding one document in so many by a table over all is quicker than by bisecting for each."""

_FEW = 256
"""A mark for each of so many documents takes as long as bisecting for one."""

_KEPT = 1 << 21
"""Postings, at most, of the lists that are kept from one query, or one part of it, to the next: 55 MB."""

TOGETHER = 1 << 18
"""Scores of leaves, of all documents, that are worked out at one go: 2 MB."""

_END, _NEVER = np.zeros(1, np.uint8), np.zeros(1, np.uint8)
"""The last of all documents and frequencies."""

Piece = tuple["TermArrays", "Term", int]
"""What a segment has of a term, and the number of its first posting among those of all lists."""

Key = tuple[str, tuple[bytes, ...]]
"""What a list is of: a field, and terms that count as one."""


class Columns:
    """The columns of a view, and the lists that were read last."""

    def __init__(self, view: View) -> None:
        self.limit = view.limit
        self.parts = [(part, TermArrays(part.segment)) for part in view.parts]
        self._columns: dict[str, NDArray[Any]] = {}
        self._view = view
        self._lists: Lists | None = None
        gone = [part.offset + document for part in view.parts for document in part.hidden]
        self.current: Mask | None = None
        """Which documents are current; None where all are."""
        if gone:
            self.current = np.ones(self.limit, bool)
            self.current[gone] = False

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of the documents."""
        found = self._columns.get(name)
        if found is None:
            pieces = [column(part.segment, name)[: part.limit] for part, _ in self.parts]
            found = self._columns[name] = joined(pieces)
        return found

    def norms(self, documents: Numbers) -> Floats:
        """Return the norms of some documents, a row for each field that is scored."""
        table, codes, begins = self._norms
        norms: Floats = table.take(codes.take(documents + begins))
        return norms

    @cached_property
    def _norms(self) -> tuple[Floats, NDArray[np.uint16], Numbers]:
        """Norms by code, all of a field behind those of another; the codes of all documents; where a field begins."""
        norms = [self._view.norms(field) for field in SCORED]
        codes = np.empty((len(SCORED), self.limit), np.uint16)
        for number, field in enumerate(SCORED):
            np.add(self.column(f"short_{field}"), number * len(norms[0]), out=codes[number], dtype=np.uint16)
        return np.array(norms).ravel(), codes.ravel(), np.arange(len(SCORED))[:, None] * self.limit

    def lists(self, keys: Sequence[Key]) -> Lists:
        """Return lists, some of which the same as last time where these were among them."""
        last = self._lists
        if last is None or not last.rows.keys() >= set(keys):
            last = Lists(self, keys)
            self._lists = last if last.postings <= _KEPT else None
        return last


class Lists:
    """The postings of some lists below the limit of a view, one list behind the other."""

    def __init__(self, columns: Columns, keys: Sequence[Key]) -> None:
        self.rows = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        """The number of each list."""
        self._limit = columns.limit
        self._pieces: list[Piece] = []
        self._bounds = [0]
        documents: list[NDArray[Any]] = []
        frequencies: list[NDArray[Any]] = []
        offsets: list[int] = []
        end = 0
        for field, terms in self.rows:
            if len(terms) == 1 and BETWEEN in terms[0]:
                # Terms side by side, as a user's aliases have them: few, and counted as the leaf without numpy does.
                for part, _ in columns.parts:
                    counted = postings_of(part, field, terms[0])
                    documents.append(np.fromiter(counted.keys(), np.int64, len(counted)))
                    frequencies.append(np.fromiter(counted.values(), np.int64, len(counted)))
                    offsets.append(part.offset)
                    end += len(counted)
            elif len(terms) == 1:
                for part, arrays in columns.parts:
                    entry = part.term(field, terms[0])
                    if entry is None:
                        continue
                    count = part.document_frequency(entry)
                    documents.append(arrays.documents(entry, count))
                    frequencies.append(arrays.frequencies(entry, count))
                    offsets.append(part.offset)
                    self._pieces.append((arrays, entry, end))
                    end += count
            else:
                union = Lists(columns, [(field, (term,)) for term in terms]).union()
                documents.append(union[0])
                frequencies.append(union[1])
                offsets.append(0)
                end += len(union[0])
            self._bounds.append(end)
        # One more at the end of both, which is what is found for a document behind all others.
        documents.append(_END)
        frequencies.append(_NEVER)
        offsets.append(0)
        self._documents: Numbers = np.concatenate(documents, dtype=np.int64)
        if len(columns.parts) > 1:
            self._documents += np.array(offsets).repeat(list(map(len, documents)))
        # Minus 1, as they are kept.
        self._frequencies: NDArray[Any] = np.concatenate(frequencies)
        self._keys: Numbers | None = None
        self._runs: PlaceRuns | None = None

    @property
    def postings(self) -> int:
        """How many postings all lists have."""
        return self._bounds[-1]

    def count(self, row: int) -> int:
        """Return how many documents a list has."""
        return self._bounds[row + 1] - self._bounds[row]

    def documents(self, row: int) -> Numbers:
        """Return the documents of a list, in order."""
        return self._documents[self._bounds[row] : self._bounds[row + 1]]

    def of_any(self, rows: Sequence[int]) -> Numbers:
        """Return the documents that stand in any of some lists, in order."""
        found = self.together(rows)
        if self.is_single(rows):
            return found
        if len(found) * _MANY <= self._limit:
            return distinct(found)
        mask = np.zeros(self._limit, bool)
        mask[found] = True
        return mask.nonzero()[0]

    def has_any(self, rows: Sequence[int], documents: Numbers) -> Mask:
        """Tell of each of some documents whether it stands in any of some lists."""
        found = self.together(rows)
        if len(documents) * _FEW < len(found):
            _, has = self.find(rows, documents)
            return np.logical_or.reduce(has, axis=0, out=np.zeros(len(documents), bool))
        mask = np.zeros(self._limit, bool)
        mask[found] = True
        return mask[documents]

    def is_single(self, rows: Sequence[int]) -> bool:
        """Tell whether no more than one of some lists has any documents."""
        return len([row for row in rows if self._bounds[row] < self._bounds[row + 1]]) <= 1

    def together(self, rows: Sequence[int]) -> Numbers:
        """Return the documents of some lists, one list behind the other."""
        if rows[-1] - rows[0] == len(rows) - 1:
            # They stand side by side, as those of one word in all fields do.
            return self._documents[self._bounds[rows[0]] : self._bounds[rows[-1] + 1]]
        return np.concatenate(list(map(self.documents, rows)))

    def find(self, rows: Sequence[int], documents: Numbers) -> tuple[Numbers, Mask]:
        """Return the number of the posting of each of some documents in each of some lists, and whether there is one.

        A list has a row; the number where there is no posting is any.
        """
        if len(documents) * _MANY > self._limit:
            found = np.empty((len(rows), len(documents)), np.int64)
            place = np.empty(self._limit, np.int64)
            for row, at in zip(rows, found, strict=True):
                place.fill(-1)
                place[self.documents(row)] = np.arange(self._bounds[row], self._bounds[row + 1])
                place.take(documents, out=at)
            return found, found >= 0
        if self._keys is None:
            self._keys = self._keys_of_all()
        wanted = documents + np.array([[row * self._limit] for row in rows])
        at = self._keys.searchsorted(wanted)
        return at, self._keys[at] == wanted

    def frequencies(self, at: Numbers) -> Floats:
        """Return how often it stands there, of postings by their numbers."""
        found = self._frequencies[at].astype(np.float64)
        found += 1
        return found

    def place_runs(self) -> PlaceRuns:
        """Return where the places of the postings of single terms are."""
        if self._runs is None:
            self._runs = PlaceRuns(self._pieces, self._frequencies)
        return self._runs

    def union(self) -> tuple[Numbers, Numbers]:
        """Return the documents that stand in any list, and how often in all of them together, minus 1."""
        counts = np.zeros(self._limit, np.int64)
        np.add.at(counts, self._documents[:-1], self._frequencies[:-1] + np.int64(1))
        documents = counts.nonzero()[0]
        return documents, counts.take(documents) - 1

    def _keys_of_all(self) -> Numbers:
        """Return the number of its list × limit + document of each posting: all of them ascend."""
        bounds = self._bounds
        firsts = [row * self._limit for row in range(len(bounds))]
        counts = [end - begin for begin, end in pairwise(bounds)]
        keys: Numbers = self._documents + np.array(firsts).repeat([*counts, 1])
        return keys


class PlaceRuns:
    """Where the places of the postings of some pieces are, given the frequencies of all postings, minus 1."""

    def __init__(self, pieces: Sequence[Piece], frequencies: NDArray[Any]) -> None:
        self._pieces = pieces
        self._more = frequencies
        # How many places more than one each have a posting and all ahead of it.
        self._until: Numbers = np.add.accumulate(frequencies, dtype=np.int64)
        begins = [begin for _, _, begin in pieces]
        self._begins = np.array(begins[1:], np.int64)
        # The runs of a term stand side by side in their stream, so one number says where all of its places are.
        ahead = [self._until.item(begin - 1) if begin else 0 for begin in begins]
        self._first = np.array(
            [
                arrays.first_place(term) + 1 - begin - until
                for (arrays, term, begin), until in zip(pieces, ahead, strict=True)
            ],
            np.int64,
        )
        self._streams = [arrays.place_stream(term) for arrays, term, _ in pieces]
        self._only = self._streams[0] if len(set(map(id, self._streams))) == 1 else None

    def places(self, at: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return how many places each of some postings has, where they end in a row, and the row of all of them."""
        counts = np.add(self._more.take(at), 1, dtype=np.int64)
        ends = counts.cumsum()
        total = ends.item(-1) if len(ends) else 0
        piece = self._begins.searchsorted(at, side="right")
        # From the first place of each posting on, as many as it has.
        index = self._first.take(piece)
        index += at
        index += self._until.take(at)
        index -= ends
        index = index.repeat(counts)
        index += np.arange(total)
        if self._only is not None:
            return counts, ends, self._only.take(index).astype(np.int64)
        found = np.empty(total, np.int64)
        each = piece.repeat(counts)
        for number in np.unique(piece).tolist():
            stream = self._streams[number]
            if stream is not None:
                here = each == number
                found[here] = stream[index[here]]
                continue
            # Some long text made some blocks of the term wider than others.
            arrays, term, first = self._pieces[number]
            for one in (piece == number).nonzero()[0].tolist():
                found[ends[one] - counts[one] : ends[one]] = arrays.places_of(term, int(at[one]) - first)
        return counts, ends, found


def columns_of(view: View) -> Columns:
    """Return the columns of a view, the same each time."""
    return view.once("columns", lambda: Columns(view))


def distinct(numbers: Numbers) -> Numbers:
    """Return the distinct ones of some numbers, in order; quick where they are a few runs that ascend."""
    found = np.sort(numbers, kind="stable")
    return np.concatenate((found[:1], found[1:][found[1:] != found[:-1]]))


def joined(pieces: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays as one."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
