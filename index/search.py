"""Search: query -> tree -> matches as of a position -> the best of them in order -> a page of hits.

Documents and scores come from the index alone; what is shown of a hit is read from the archive by its position.
"""

from __future__ import annotations

from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

import attrs

from index.errors import reading_files
from index.evaluate import evaluate
from index.hits import Hit, read_hit
from index.proximity import WINDOW, query_terms, rerank
from index.query.grammar import parse, parse_literal
from index.schema_fields import UNKNOWN_TIME

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
    terms = query_terms(node)
    with reading_files():
        hits = list(evaluate(view, node))
        end = len(hits) if request.limit is None else min(len(hits), request.offset + request.limit)
        ranked = _ranked(view, hits, terms, request.sort, end)
        page = tuple((view.position_of(document), score) for document, score in ranked[request.offset : end])
    return Results(
        request=request,
        total=len(hits),
        position=view.position,
        page=page,
        terms=tuple(terms),
        archive=archive,
    )


def _ranked(
    view: View, hits: list[tuple[int, float]], terms: list[str], sort: Sort, wanted: int
) -> list[tuple[int, float]]:
    """Return the first `wanted` hits in the order of a sort, equal ones in the order of the log, as `hits` are."""
    if sort == "relevance":
        return rerank(view, _best(hits, max(wanted, WINDOW)), terms, wanted)
    if sort == "position":
        ordered = hits[:wanted]
    else:
        # By date; what has none comes last either way. Sorting is stable, and reversed it still is.
        moments = {document: view.published(document) for document, _ in hits}
        dated = [hit for hit in hits if moments[hit[0]] != UNKNOWN_TIME]
        dated.sort(key=lambda hit: moments[hit[0]], reverse=sort == "newest")
        ordered = (dated + [hit for hit in hits if moments[hit[0]] == UNKNOWN_TIME])[:wanted]
    # Scores are those of the order by relevance, proximity counted in, whatever the order here is.
    scores = dict(rerank(view, _best(hits, WINDOW), terms, WINDOW))
    return [(document, scores.get(document, score)) for document, score in ordered]


def _best(hits: list[tuple[int, float]], count: int) -> list[tuple[int, float]]:
    """Return the hits with the highest scores, best first, equal ones in the order of the log."""
    if len(hits) > 2 * count:
        least = nlargest(count, map(itemgetter(1), hits))[-1]
        hits = [hit for hit in hits if hit[1] >= least]
    return sorted(hits, key=lambda hit: -hit[1])[:count]
