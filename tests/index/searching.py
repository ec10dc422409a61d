"""Short ways to search, for the tests of the index."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from index import arrays
from index.compile import compile_query
from index.evaluate import evaluate, plan_query
from index.index import Index
from index.query.grammar import parse
from index.reading import View
from index.search import Request
from index.whoosh_search import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from index.query.ast import Node
    from index.search import Sort


class NotedIndex(Index):
    """An index that keeps what it told the user, and how far it built."""

    def __init__(self, archive: Archive) -> None:
        self.notes: list[str] = []
        self.steps: list[tuple[int, int]] = []
        super().__init__(archive, note=self.notes.append, progress=lambda done, total: self.steps.append((done, total)))

    def found(
        self, query: str, *, at: int | None = None, sort: Sort = "relevance", any_word: bool = False
    ) -> list[int]:
        """Return the positions of all hits in their order."""
        return [position for position, _ in self.scored(query, at=at, sort=sort, any_word=any_word)]

    def scored(
        self, query: str, *, at: int | None = None, sort: Sort = "relevance", any_word: bool = False
    ) -> list[tuple[int, float]]:
        """Return (position, score) of all hits in their order."""
        return list(self.search(Request(query=query, sort=sort, any_word=any_word, limit=None), at=at).page)

    @contextmanager
    def view(self, at: int | None = None) -> Iterator[View]:
        """Open what the index holds as of a position."""
        generation = self.fresh()
        with closing(View(generation, generation.state.size - 1 if at is None else at)) as view:
            yield view


def scored_by_both(view: View, query: Node | str) -> list[tuple[int, float]]:
    """Return (document, score) of what matches a query, which both fast paths and Whoosh must agree on."""
    node = parse(query) if isinstance(query, str) else query
    fast = list(evaluate(view, node))
    assert evaluated_with_numpy(view, node) == fast
    reference = list(matches(view, compile_query(node)))
    assert [document for document, _ in fast] == [document for document, _ in reference]
    assert [score for _, score in fast] == pytest.approx([score for _, score in reference], rel=1e-9, abs=1e-9)
    return fast


def evaluated_with_numpy(view: View, node: Node) -> list[tuple[int, float]]:
    """Return (document, score) of every current document that matches, in the order of the log."""
    return sorted(arrays.best(view, plan_query(view, node), view.limit))


def matched(view: View, query: Node | str) -> list[int]:
    """Return the positions of what matches a query, in the order of the log."""
    return [view.position_of(document) for document, _ in scored_by_both(view, query)]


def all_positions(view: View) -> list[int]:
    """Return the positions of all documents of a view, superseded ones too."""
    return [view.position_of(document) for document in range(view.limit)]


def superseded(view: View) -> list[int]:
    """Return the positions of the documents of a view that are not current."""
    return sorted(view.position_of(part.offset + document) for part in view.parts for document in part.hidden)


def segments(view: View) -> list[int]:
    """Return how many documents each segment holds."""
    return [part.segment.documents for part in view.parts]
