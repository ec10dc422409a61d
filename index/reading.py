"""Reading a generation: its documents as of a position, and the statistics that score them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from math import log
from typing import TYPE_CHECKING, Any

from whoosh.scoring import BM25F, BaseScorer, WeightLengthScorer, bm25
from whoosh.searching import Searcher

from index import schema
from index.errors import reading_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.query import Query

    from index.generations import Generation


_DIGITS = 9


class View:
    """The documents of a generation that were recorded by `position`; holds the generation's files open.

    Document numbers follow positions, so the documents as of a position are those below a limit.
    """

    def __init__(self, generation: Generation, position: int) -> None:
        """Open a generation. Raises TornIndexError where it cannot be read."""
        from whoosh.filedb.filestore import FileStorage

        self.position = position
        self.generation = generation
        with reading_files():
            self._index = FileStorage(str(generation.folder)).open_index()
            self._reader = self._index.reader()
            self._check()
            self.whole = position + 1 >= generation.state.size
            self.limit: int = self._reader.doc_count_all() if self.whole else self.document_at(position + 1)

    def close(self) -> None:
        """Close the files."""
        self._reader.close()
        self._index.close()

    # Columns

    def column(self, name: str) -> Column:
        """Return a column over all documents."""
        return Column([(reader.column_reader(name), offset) for reader, offset in self._leaves()])

    @cached_property
    def positions(self) -> Column:
        """The position of each document in the log, ascending."""
        return self.column(schema.POSITION)

    def document_at(self, position: int) -> int:
        """Return the number of the first document that was recorded at a position or after it."""
        return bisect_left(range(self._reader.doc_count_all()), position, key=self.positions.__getitem__)

    @cached_property
    def superseded(self) -> frozenset[int]:
        """The documents below the limit that are not current: another version took their place by then."""
        gone = set()
        for reader, offset in self._leaves():
            for term in reader.lexicon(schema.SUPERSEDES):
                document = offset + next(iter(reader.postings(schema.SUPERSEDES, term).all_ids()))
                if document < self.limit:
                    gone.add(self.document_at(int(term)))
        return frozenset(gone)

    # Matching

    def matches(self, query: Query) -> Iterator[tuple[int, float]]:
        """Yield (document, score) of every current document that matches, in the order of the log."""
        searcher = Searcher(self._reader, weighting=_BM25FAsOf(self))
        # For short lists Whoosh would make an Or that skips what scores 0, as filters do.
        context = searcher.context(needs_current=True)
        superseded = self.superseded
        for leaf, offset in searcher.leaf_searchers():
            if offset >= self.limit:
                return
            matcher = query.matcher(leaf, context)
            while matcher.is_active():
                document = offset + matcher.id()
                if document >= self.limit:
                    break
                if document not in superseded:
                    # Whoosh adds up in an order that depends on the segment; equal scores differ in the last digit.
                    yield document, round(matcher.score(), _DIGITS)
                matcher.next()

    def positions_in(self, field: str, term: str, documents: list[int]) -> dict[int, list[int]]:
        """Return where a term stands in a field of some documents (ascending); those without it are left out."""
        found: dict[int, list[int]] = {}
        for reader, offset in self._leaves():
            here = documents[bisect_left(documents, offset) : bisect_left(documents, offset + reader.doc_count_all())]
            encoded = term.encode()
            if not here or (field, encoded) not in reader:
                continue
            matcher = reader.postings(field, encoded)
            for document in here:
                if not matcher.is_active():
                    break
                matcher.skip_to(document - offset)
                if matcher.is_active() and matcher.id() == document - offset:
                    found[document] = list(matcher.value_as("positions"))
        return found

    # Statistics as of the position

    def document_frequency(self, field: str, term: bytes) -> int:
        """Return in how many documents below the limit a term stands in a field."""
        count = 0
        for reader, offset in self._leaves():
            if offset >= self.limit or (field, term) not in reader:
                continue
            if offset + reader.doc_count_all() <= self.limit:
                count += reader.doc_frequency(field, term)
            else:
                count += sum(1 for number in reader.postings(field, term).all_ids() if offset + number < self.limit)
        return count

    def average_length(self, field: str) -> float:
        """Return the average length of a field, in tokens, over the documents below the limit.

        From exact lengths: Whoosh's own sums are rounded when segments are merged, and would make a score depend on
        how the index came to be.
        """
        if not self.limit:
            return 0.0
        if self.whole:
            return self.generation.state.lengths[field] / self.limit
        lengths = self.column(schema.LENGTHS[field])
        return float(sum(lengths[document] for document in range(self.limit))) / self.limit

    def _check(self) -> None:
        """Look at the ends of every segment: Whoosh reads columns of garbage without a word."""
        state = self.generation.state
        ends = [
            self.positions[document]
            for reader, offset in self._leaves()
            for document in (offset, offset + reader.doc_count_all() - 1)
        ]
        ends.append(state.size - 1)
        if self._reader.doc_count_all() != state.documents or ends != sorted(ends):
            raise ValueError("its documents are not those of the log")

    def _leaves(self) -> list[tuple[Any, int]]:
        # A reader of no segments has no columns either.
        return [(reader, offset) for reader, offset in self._reader.leaf_readers() if reader.doc_count_all()]


class Column:
    """One value a document, over the segments of a generation."""

    def __init__(self, parts: list[tuple[Any, int]]) -> None:
        self._parts = parts
        self._offsets = [offset for _, offset in parts]

    def __getitem__(self, document: int) -> Any:
        number = bisect_right(self._offsets, document) - 1
        values, offset = self._parts[number]
        return values[document - offset]


class _BM25FAsOf(BM25F):  # type: ignore[misc]
    """Whoosh's BM25F with the statistics of a position, so that the same search gives the same scores again."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def scorer(self, searcher: Searcher, fieldname: str, text: bytes, qf: int = 1) -> BaseScorer:
        if fieldname not in schema.SCORED:
            return super().scorer(searcher, fieldname, text, qf)
        return _ScorerAsOf(self, searcher, fieldname, text)


class _ScorerAsOf(WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, model: _BM25FAsOf, searcher: Searcher, field: str, term: bytes) -> None:
        view = model.view
        self._idf = log(view.limit / (view.document_frequency(field, term) + 1)) + 1
        self._average = view.average_length(field) or 1
        self._model = model
        self.setup(searcher, field, term)

    def _score(self, weight: float, length: int) -> float:
        return float(bm25(self._idf, weight, length, self._average, self._model.B, self._model.K1))
