"""Searching through Whoosh: its readers over our segments, its matchers, its scores, with the statistics of a view.

The reference for `index.evaluate`: the tests compare the two. No search takes this way today; a kind of query that the
fast path does not know would.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from whoosh.reading import MultiReader, SegmentReader
from whoosh.scoring import BM25F, BaseScorer, WeightLengthScorer, bm25
from whoosh.searching import Searcher

from index import schema_fields
from index.codec.projection import ProjectionSegment
from index.schema import whoosh_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.query import Query

    from index.reading import View


def matches(view: View, query: Query) -> Iterator[tuple[int, float]]:
    """Yield (document, score) of every current document that matches, in the order of the log."""
    searcher = Searcher(whoosh_reader(view), weighting=BM25FAsOf(view))
    # For short lists Whoosh would make an Or that skips what scores 0, as filters do.
    context = searcher.context(needs_current=True)
    for part, (leaf, _) in zip(view.parts, searcher.leaf_searchers(), strict=True):
        matcher = query.matcher(leaf, context)
        while matcher.is_active():
            document = matcher.id()
            if document >= part.limit:
                break
            if document not in part.hidden:
                yield part.offset + document, matcher.score()
            matcher.next()


def whoosh_reader(view: View) -> MultiReader:
    """Return a reader of Whoosh's over the segments of a view; the view owns the files."""
    schema = whoosh_schema()
    return MultiReader([SegmentReader(None, schema, ProjectionSegment(part.segment)) for part in view.parts])


class BM25FAsOf(BM25F):  # type: ignore[misc]
    """Whoosh's BM25F with the statistics of a view, so that the same search gives the same scores again.

    What it does otherwise is the weight of a term: by the odds that a document has it, in whichever field most do.
    """

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def scorer(self, searcher: Searcher, fieldname: str, text: bytes, qf: int = 1) -> BaseScorer:
        """Return the scorer of a term."""
        if fieldname not in schema_fields.SCORED:
            return super().scorer(searcher, fieldname, text, qf)
        return _ScorerAsOf(self, searcher, fieldname, text)


class _ScorerAsOf(WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, model: BM25FAsOf, searcher: Searcher, field: str, term: bytes) -> None:
        view = model.view
        frequency = max(view.document_frequency(name, term) for name in schema_fields.SCORED)
        self._idf = log(1 + (view.limit - frequency + 0.5) / (frequency + 0.5))
        self._average = view.average_length(field) or 1
        self._model = model
        self.setup(searcher, field, term)

    def _score(self, weight: float, length: int) -> float:
        return float(bm25(self._idf, weight, length, self._average, self._model.B, self._model.K1))
