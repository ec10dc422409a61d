"""What a search with numpy reads of a view: columns, and the postings of all of a query's terms, decoded together.

Documents are numbers in the view, those of one segment behind those of the one before. Most lists are short, so that
what costs is each call of numpy, not each posting: one call serves all terms and all segments where that can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.segment.term_arrays import TermArrays, column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.leaves import Leaf
    from index.reading import View
    from index.segment.reader import Term

    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_MANY = 16
"""Finding one document in so many by a table over all is quicker than by bisecting for each."""

_KEPT = 1 << 22
"""Postings, at most, of the lists that are kept from one query, or one part of it, to the next: 40 MB."""

Key = tuple[str, tuple[bytes, ...]]
"""What a list is of: a field, and terms that count as one."""


class Piece(NamedTuple):
    """What a segment has of a term, and the number of its first posting among those of all lists."""

    arrays: TermArrays
    term: Term
    begin: int


class Columns:
    """The columns of a view, and the lists that were read last."""

    def __init__(self, view: View) -> None:
        self.limit = view.limit
        self.parts = [(part, TermArrays(part.segment)) for part in view.parts]
        self._columns: dict[str, NDArray[Any]] = {}
        self._norms: dict[str, NDArray[np.float64]] = {}
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

    def norms(self, leaves: Sequence[Leaf], documents: Numbers) -> Floats:
        """Return the norms of some documents for each of some leaves, a row each."""
        found = {}
        for leaf in leaves:
            if leaf.field not in found:
                norms = self._norms.get(leaf.field)
                if norms is None:
                    norms = self._norms[leaf.field] = np.asarray(leaf.norms)
                found[leaf.field] = norms.take(self.column(f"short_{leaf.field}").take(documents))
        return np.array([found[leaf.field] for leaf in leaves])

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
        documents: list[Numbers] = []
        frequencies: list[NDArray[Any]] = []
        for field, terms in self.rows:
            end = self._bounds[-1]
            if len(terms) == 1:
                for part, arrays in columns.parts:
                    entry = part.term(field, terms[0])
                    count = 0 if entry is None else part.document_frequency(entry)
                    if entry is not None and count:
                        documents.append(arrays.documents(entry, part.offset)[:count])
                        frequencies.append(arrays.frequencies(entry)[:count])
                        self._pieces.append(Piece(arrays, entry, end))
                        end += count
            else:
                union = Lists(columns, [(field, (term,)) for term in terms]).union()
                documents.append(union[0])
                frequencies.append(union[1])
                end += len(union[0])
            self._bounds.append(end)
        self._documents: Numbers = joined(documents)
        self._frequencies = joined(frequencies)
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

    def find(self, rows: Sequence[int], documents: Numbers) -> tuple[Numbers, Mask]:
        """Return the number of the posting of each of some documents in each of some lists, and whether there is one.

        The documents ascend. A list has a row; the number where there is no posting is any.
        """
        if not len(self._documents):
            return np.zeros((len(rows), len(documents)), np.int64), np.zeros((len(rows), len(documents)), bool)
        if len(documents) * _MANY > self._limit:
            found = np.empty((len(rows), len(documents)), np.int64)
            place = np.empty(self._limit, np.int64)
            for row, at in zip(rows, found, strict=True):
                place.fill(-1)
                place[self.documents(row)] = np.arange(self._bounds[row], self._bounds[row + 1])
                place.take(documents, out=at)
            return found, found >= 0
        if self._keys is None:
            # A list's documents are above those of the list before: all of them ascend.
            lengths = list(map(self.count, self.rows.values()))
            self._keys = self._documents + (np.arange(len(lengths)) * self._limit).repeat(lengths)
        wanted = documents + np.array(rows)[:, None] * self._limit
        at = self._keys.searchsorted(wanted)
        return at, self._keys.take(at, mode="clip") == wanted

    def frequencies(self, at: Numbers) -> Floats:
        """Return how often it stands there, of postings by their numbers."""
        found: Floats = np.add(self._frequencies.take(at, mode="clip"), 1.0, dtype=np.float64)
        return found

    def places(self, at: Numbers) -> tuple[Numbers, Numbers]:
        """Return how many positions each of some postings of single terms has, and these positions in one row."""
        if self._runs is None:
            self._runs = PlaceRuns(self._pieces, self._frequencies)
        return self._runs.places(at)

    def union(self) -> tuple[Numbers, Numbers]:
        """Return the documents that stand in any list, and how often in all of them together, minus 1."""
        counts = np.zeros(self._limit, np.int64)
        np.add.at(counts, self._documents, self._frequencies + np.int64(1))
        documents = counts.nonzero()[0]
        return documents, counts.take(documents) - 1


class PlaceRuns:
    """Where the places of the postings of some pieces are, given the frequencies of all postings, minus 1."""

    def __init__(self, pieces: Sequence[Piece], frequencies: NDArray[Any]) -> None:
        self._pieces = pieces
        self._counts = frequencies
        # How many places more than one have all postings ahead.
        self._ahead = np.zeros(len(frequencies) + 1, np.int64)
        np.add.accumulate(frequencies, dtype=np.int64, out=self._ahead[1:])
        self._begins = np.array([piece.begin for piece in pieces], np.int64)
        # The runs of a term stand side by side in their stream, so one number says where all of its places are.
        self._first = np.array([piece.arrays.first_place(piece.term) for piece in pieces], np.int64)
        self._first -= self._begins + self._ahead.take(self._begins)
        streams = [piece.arrays.place_stream(piece.term) for piece in pieces]
        # Each stream once, and which one each piece has: arrays are told apart, not compared.
        numbers = {id(stream): number for number, stream in enumerate(streams)}
        self._streams = {number: streams[number] for number in numbers.values()}
        self._stream = [numbers[id(stream)] for stream in streams]

    def places(self, at: Numbers) -> tuple[Numbers, Numbers]:
        """Return how many places each of some postings has, and these places in one row."""
        counts = self._counts.take(at) + np.int64(1)
        until = counts.cumsum()
        total = int(until[-1]) if len(until) else 0
        piece = self._begins.searchsorted(at, side="right") - 1
        # From the first place of each posting on, as many as it has.
        begin = self._first.take(piece) + at + self._ahead.take(at)
        index = (begin - until + counts).repeat(counts)
        index += np.arange(total)
        if len(self._streams) == 1:
            [stream] = self._streams.values()
            if stream is not None:
                return counts, stream.take(index).astype(np.int64)
        found = np.empty(total, np.int64)
        numbers = np.array(self._stream, np.int64).take(piece)
        each = numbers.repeat(counts)
        for number, stream in self._streams.items():
            if stream is not None:
                here = each == number
                found[here] = stream.take(index[here])
                continue
            # Some long text made some blocks of the term wider than others.
            for one in (numbers == number).nonzero()[0].tolist():
                arrays, term, first = self._pieces[piece[one]]
                found[until[one] - counts[one] : until[one]] = arrays.places_of(term, int(at[one]) - first)
        return counts, found


def columns_of(view: View) -> Columns:
    """Return the columns of a view, the same each time."""
    return view.once("columns", lambda: Columns(view))


def joined(pieces: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays as one."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
