"""Search: query -> tree -> matches as of a position -> the best of them in order -> a page of hits.

Documents and scores come from the index alone; what is shown of a hit is read from the archive by its position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from index.errors import reading_files
from index.evaluate import evaluate
from index.hits import Hit, read_hit
from index.proximity import WINDOW, query_terms, rerank
from index.query.grammar import parse, parse_literal
from index.schema_fields import UNKNOWN_TIME
from index.topk import best, best_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from archive.article import Version
    from index.query.ast import Node
    from index.reading import View

Sort = Literal["relevance", "newest", "oldest", "position"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "position")


@attrs.frozen(kw_only=True)
class Request:
    """What is asked. `any_word` ranks by OR, `literal` takes all as words; `limit` None is no limit.

    Without `count` it need not be known how many hits there are in all, which the best ones can be found without.
    """

    query: str
    any_word: bool = False
    literal: bool = False
    sort: Sort = "relevance"
    limit: int | None = 10
    offset: int = 0
    count: bool = True

    def parse(self) -> Node:
        """Return the query's tree. Raises QueryError."""
        return (parse_literal if self.literal else parse)(self.query, any_word=self.any_word)


@attrs.frozen(kw_only=True)
class Results:
    """A page of hits; iterating reads them from the archive, one by one.

    `total` counts all hits; None where that was not asked for. `position` is the event as of which was searched.
    """

    request: Request
    total: int | None
    position: int
    page: tuple[tuple[int, float], ...]
    terms: tuple[str, ...]
    archive: Archive

    def versions(self) -> Iterator[Version]:
        """Yield the versions of the page without their texts: for what needs no passage."""
        return (self.archive.version(position) for position, _ in self.page)

    def __iter__(self) -> Iterator[Hit]:
        for rank, (position, score) in enumerate(self.page, self.request.offset + 1):
            yield read_hit(self.archive, position, rank=rank, score=score, terms=self.terms)


def search(archive: Archive, view: View, request: Request) -> Results:
    """Answer a request from a view of the index. Raises QueryError, TornIndexError."""
    node = request.parse()
    terms = query_terms(node)
    # Never more than there can be, however many are asked for.
    wanted = view.limit if request.limit is None else min(request.offset + request.limit, view.limit)
    with reading_files():
        total = None
        if request.sort == "relevance" and not request.count:
            ranked = rerank(view, best_first(view, node, max(wanted, WINDOW)), terms, wanted)
        else:
            hits = list(evaluate(view, node))
            total = len(hits)
            ranked = _ranked(view, hits, terms, request.sort, wanted)
        page = tuple((view.position_of(document), score) for document, score in ranked[request.offset :])
    return Results(
        request=request,
        total=total,
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
        return rerank(view, best(hits, max(wanted, WINDOW)), terms, wanted)
    if sort == "position":
        ordered = hits[:wanted]
    else:
        # By date; what has none comes last either way. Sorting is stable, and reversed it still is.
        moments = {document: view.published(document) for document, _ in hits}
        dated = [hit for hit in hits if moments[hit[0]] != UNKNOWN_TIME]
        dated.sort(key=lambda hit: moments[hit[0]], reverse=sort == "newest")
        ordered = (dated + [hit for hit in hits if moments[hit[0]] == UNKNOWN_TIME])[:wanted]
    # Scores are those of the order by relevance, proximity counted in, whatever the order here is.
    scores = dict(rerank(view, best(hits, WINDOW), terms, WINDOW))
    return [(document, scores.get(document, score)) for document, score in ordered]
