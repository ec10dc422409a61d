"""Short ways to search, for the tests of the index."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from index.compile import compile_query
from index.index import Index
from index.query.grammar import parse
from index.reading import View
from index.search import Request

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


def matched(view: View, query: Node | str) -> list[int]:
    """Return the positions of what matches a query, in the order of the log."""
    node = parse(query) if isinstance(query, str) else query
    return [int(view.positions[document]) for document, _ in view.matches(compile_query(node))]


def segments(view: View) -> list[int]:
    """Return how many documents each segment holds."""
    return [reader.doc_count_all() for reader, _ in view._leaves()]
