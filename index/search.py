"""Search: query -> tree -> Whoosh's matches as of a position -> ranked documents -> hits.

`rank_documents` is the pipeline up to the order of all hits; a page of them is then read from the archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from index import schema
from index.compile import compile_query, scored_terms
from index.errors import reading_files
from index.hits import Hit, read_hit
from index.proximity import distinct, rerank
from index.query.grammar import parse, parse_literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from index.query.ast import Node
    from index.reading import View

Sort = Literal["relevance", "newest", "oldest", "position"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "position")


@attrs.frozen(kw_only=True)
class Request:
    """What is asked. `any_word` ranks by OR, `literal` takes all as words; `limit` None is no limit."""

    query: str
    any_word: bool = False
    literal: bool = False
    sort: Sort = "relevance"
    limit: int | None = 10
    offset: int = 0

    def parse(self) -> Node:
        """Return the query's tree. Raises QueryError."""
        return (parse_literal if self.literal else parse)(self.query, any_word=self.any_word)


@attrs.frozen(kw_only=True)
class Results:
    """A page of hits. `total` counts all; iterating reads the hits of the page from the archive, one by one.

    `position` is the event as of which was searched.
    """

    request: Request
    total: int
    position: int
    page: tuple[tuple[int, float], ...]
    terms: tuple[str, ...]
    archive: Archive

    def __iter__(self) -> Iterator[Hit]:
        for rank, (position, score) in enumerate(self.page, self.request.offset + 1):
            yield read_hit(self.archive, position, rank=rank, score=score, terms=self.terms)


def search(archive: Archive, view: View, request: Request) -> Results:
    """Answer a request from a view of the index. Raises QueryError, TornIndexError."""
    node = request.parse()
    terms = distinct(scored_terms(node))
    end = None if request.limit is None else request.offset + request.limit
    with reading_files():
        ranked = rank_documents(view, node, terms, request.sort)
        page = tuple((int(view.positions[document]), score) for document, score in ranked[request.offset : end])
    return Results(
        request=request,
        total=len(ranked),
        position=view.position,
        page=page,
        terms=tuple(terms),
        archive=archive,
    )


def rank_documents(view: View, node: Node, terms: list[str], sort: Sort) -> list[tuple[int, float]]:
    """Return (document, score) of all hits in the order of a sort; equal ones in the order of the log."""
    hits = list(view.matches(compile_query(node)))
    hits.sort(key=lambda hit: -hit[1])
    ranked = rerank(view, hits, terms)
    if sort == "relevance":
        return ranked
    ranked.sort()
    if sort == "position":
        return ranked
    # By date; what has none comes last either way. Sorting is stable, and reversed it still is.
    published = view.column(schema.PUBLISHED)
    dated = [hit for hit in ranked if published[hit[0]] != schema.UNKNOWN_TIME]
    dated.sort(key=lambda hit: published[hit[0]], reverse=sort == "newest")
    return dated + [hit for hit in ranked if published[hit[0]] == schema.UNKNOWN_TIME]
