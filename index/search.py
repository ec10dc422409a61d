"""Search: query -> tree -> matches as of a position -> the best of them in order -> a page of hits.

Documents and scores come from the index alone; what is shown of a hit is read from the archive by its position.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from archive.errors import ErasedError
from archive.listing import listed
from index import analysis
from index.errors import reading_files
from index.evaluate import MOST_TERMS, TooManyTermsError, current_scores, plan_query
from index.expansion import Expansion
from index.hits import Hit, read_hit
from index.known import known_documents
from index.leaves import TermsLeaf
from index.proximity import WINDOW, near_terms, rerank, terms_of_all, terms_of_words
from index.query.ast import And, DateRange, Fuzzy, InState, Not, Pattern, Phrase, Prefix, Word, walk, words
from index.query.errors import QueryError
from index.query.grammar import parse, parse_literal, plain_words
from index.schema_fields import UNKNOWN_TIME
from index.snippets import WIDTH
from index.states import WITHHELD_STATE as WITHHELD
from index.topk import best_of, documents_of, total_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.archive import Archive
    from archive.listing import ListedVersion
    from index.aliases import Aliases
    from index.evaluate import Plan
    from index.expansion import Found
    from index.facets import ValueCount
    from index.matching import Matching
    from index.query.ast import Node
    from index.query.grammar import Saved
    from index.reading import View
    from index.sought import Together
    from index.suggestions import Suggestion

Sort = Literal["relevance", "newest", "oldest", "position"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "position")


class Request:
    """What is asked. `any_word` ranks by OR, `literal` takes all as words; `limit` None is no limit.

    With `since`, only versions that were recorded at that position or after it are hits; they are scored as ever.
    Words are looked up in other spellings of a name, and by `aliases`, unless `exact`. `saved` gives the saved searches
    that the query may name.
    Without `count` it need not be known how many hits there are in all, which the best ones can be found without.
    `facets` are what all hits are counted by (`index.facets`). `context` is how many characters a passage has, about.
    """

    def __init__(
        self,
        *,
        query: str,
        any_word: bool = False,
        literal: bool = False,
        saved: Saved | None = None,
        exact: bool = False,
        aliases: Aliases | None = None,
        sort: Sort = "relevance",
        limit: int | None = 10,
        offset: int = 0,
        count: bool = True,
        facets: tuple[str, ...] = (),
        context: int = WIDTH,
        since: int | None = None,
    ) -> None:
        self.query: Final = query
        self.any_word: Final = any_word
        self.literal: Final = literal
        self.saved: Final = saved
        self.exact: Final = exact
        self.aliases: Final = aliases
        self.sort: Final = sort
        self.limit: Final = limit
        self.offset: Final = offset
        self.count: Final = count
        self.facets: Final = facets
        self.context: Final = context
        self.since: Final = since
        self._tree: Node | None = None

    def parse(self) -> Node:
        """Return the query's tree, the same each time. Raises QueryError."""
        if self._tree is None:
            if self.literal:
                self._tree = parse_literal(self.query, any_word=self.any_word)
            else:
                self._tree = parse(self.query, any_word=self.any_word, saved=self.saved)
        return self._tree

    def plain_words(self) -> list[str]:
        """Return the words of a query that asks for all of some words and has no syntax; none of another."""
        return [] if self.any_word else plain_words(self.query)


class Results:
    """A page of hits; iterating reads them from the archive, one by one.

    `page` has the position and the score of each. `total` counts all hits; None where that was not asked for.
    `position` is the event as of which was searched, `terms` are what is marked in hits, `together` those that
    are where they stand together. `changed` tells whether
    something became of any article by then: if not, nobody needs to ask what. `view` is what was searched. `facets` are
    as the request names them; `suggestions` are for words of a query without any hit, None where there are hits.
    `expansions` tells what words were looked up as besides, and how many hits have it. `doubtful` are the days of
    publication in the query that take in what may be of then.
    """

    def __init__(
        self,
        archive: Archive,
        request: Request,
        *,
        view: View,
        position: int,
        changed: bool,
        total: int | None,
        page: tuple[tuple[int, float], ...],
        terms: tuple[str, ...],
        together: tuple[Together, ...] = (),
        doubtful: tuple[DateRange, ...] = (),
        facets: Mapping[str, tuple[ValueCount, ...]] | None = None,
        suggestions: tuple[Suggestion, ...] | None = None,
        expansions: tuple[Found, ...] = (),
    ) -> None:
        self.archive: Final = archive
        self.request: Final = request
        self.view: Final = view
        self.position: Final = position
        self.changed: Final = changed
        self.total: Final = total
        self.page: Final = page
        self.terms: Final = terms
        self.together: Final = together
        self.doubtful: Final = doubtful
        self.facets: Final = facets or {}
        self.suggestions: Final = suggestions
        self.expansions: Final = expansions

    def versions(self) -> Iterator[ListedVersion]:
        """Yield the versions of the page without their texts: for what needs no passage."""
        for position, _ in self.page:
            with suppress(ErasedError):
                yield listed(self.archive, position)

    def __iter__(self) -> Iterator[Hit]:
        for rank, (position, score) in enumerate(self.page, self.request.offset + 1):
            # What was erased since the search began is no hit any more.
            with suppress(ErasedError):
                hit = read_hit(
                    self.archive,
                    position,
                    rank=rank,
                    score=score,
                    terms=self.terms,
                    together=self.together,
                    at=self.position if self.changed else None,
                    upto=self.position,
                    width=self.request.context,
                )
                yield self._marked(hit) if self.doubtful else hit

    def _marked(self, hit: Hit) -> Hit:
        """Return a hit that tells whether it may have been published on other days than any that are asked for."""
        from archive import edtf
        from index.filters import Days

        published = hit.version.metadata.published
        days = edtf.days(published) if published is not None else None
        ranges = [Days(asked.earliest, asked.latest) for asked in self.doubtful]
        sure = days is not None and any(one.earliest <= days[0] and days[1] <= one.latest for one in ranges)
        return hit._replace(doubtful=not sure)


def search(archive: Archive, view: View, request: Request) -> Results:
    """Answer a request from a view of the index. Raises QueryError, TornIndexError."""
    plain = request.plain_words()
    # The everyday query needs no tree, unless it is planned; any other must have one.
    node = None if plain else request.parse()
    view.searches += 1
    view.expansion = expansion = None if request.exact else Expansion(view, request.aliases)
    expansions: tuple[Found, ...] = ()
    together: tuple[Together, ...] = ()
    # Never more than there can be, however many are asked for.
    wanted = view.limit if request.limit is None else min(request.offset + request.limit, view.limit)
    with reading_files():
        if (found := _all_words(view, plain, node, request, wanted)) is not None:
            ranked, total, terms = found
        else:
            node = request.parse()
            plan = _plan(archive, view, node, request.query)
            ranked, total = _ranked(view, plan, node, request, wanted)
            terms, together = _sought(plan)
            if expansion is not None:
                expansions = expansion.found(plan)
        shown = ranked[request.offset :]
        positions = view.positions_of([document for document, _ in shown])
        page = tuple(zip(positions, [score for _, score in shown], strict=True))
        facets = _facets(archive, view, request)
        suggestions = _suggestions(view, request.parse()) if not ranked and wanted and request.since is None else None
    return Results(
        archive,
        request,
        view=view,
        position=view.position,
        changed=bool(view.states),
        total=total,
        page=page,
        terms=tuple(terms),
        together=together,
        doubtful=() if plain else _doubtful(request.parse()),
        facets=facets,
        suggestions=suggestions,
        expansions=expansions,
    )


def matching(archive: Archive, view: View, request: Request | None) -> Matching:
    """Return all that a request finds, to be counted; without a request, all current articles.

    Raises QueryError, TornIndexError.
    """
    from index.matching import Matching

    with reading_files():
        if request is None:
            return Matching(view, None)
        view.expansion = None if request.exact else Expansion(view, request.aliases)
        return Matching(view, _plan(archive, view, request.parse(), request.query), since=request.since)


def _facets(archive: Archive, view: View, request: Request) -> Mapping[str, tuple[ValueCount, ...]] | None:
    if not request.facets:
        return None
    from index.facets import facets

    return facets(matching(archive, view, request), request.facets)


def _suggestions(view: View, node: Node) -> tuple[Suggestion, ...]:
    from index.suggestions import suggestions

    return suggestions(view, node)


def _doubtful(node: Node) -> tuple[DateRange, ...]:
    return tuple(one for one in walk(node) if isinstance(one, DateRange) and one.doubtful)


def _all_words(
    view: View, plain: list[str], node: Node | None, request: Request, wanted: int
) -> tuple[list[tuple[int, float]], int | None, list[str]] | None:
    """Answer the everyday query, words that all must be there, or a phrase: as `_ranked`, and with its terms.

    None for another. The query is given by its `plain` words, else by its tree. That takes numpy, which pays from the
    second search of a process on (`index.topk`).
    """
    if request.sort != "relevance" or request.since is not None or view.searches <= 1:
        return None
    together = False
    if node is None:
        terms = terms_of_words(plain)
    elif together := isinstance(node, (Phrase, Word)):
        terms = analysis.terms(node.text)
    else:
        terms = terms_of_all(node)
    if len(terms) < 2:
        return None
    if view.expansion is not None:
        typed = plain if node is None else [word.text for _, word in words(node)]
        if any(map(view.expansion.touches, typed)):
            return None
    if together:
        from index import adjacency

        found = adjacency.best(view, terms, wanted)
    else:
        from index import conjunction

        found = conjunction.best(view, terms, wanted)
    return found and (found[0], found[1] if request.count else None, terms)


def _plan(archive: Archive, view: View, node: Node, query: str) -> Plan:
    try:
        return plan_query(view, node, known_documents(archive, view, node))
    except TooManyTermsError as error:
        raise _too_many(error, query) from None


def _ranked(
    view: View, plan: Plan, node: Node, request: Request, wanted: int
) -> tuple[list[tuple[int, float]], int | None]:
    """Return the first (document, score) in the order that is asked for, and how many hits there are, if counted."""
    if request.since is not None:
        found = _recorded_since(view, plan, node, request.since, request.sort)
        return found[:wanted], len(found)
    if request.sort == "relevance":
        return _by_relevance(view, plan, node, wanted), total_of(view, plan) if request.count else None
    documents = list(documents_of(view, plan))
    total = len(documents)
    return _scored(view, plan, node, _in_order(view, documents, request.sort)[:wanted]), total


def _recorded_since(view: View, plan: Plan, node: Node, since: int, sort: Sort) -> list[tuple[int, float]]:
    """Return (document, score) of the hits that were recorded at a position or after it, in order.

    Only these are looked at, so it costs little where few are new. Proximity is counted in for the best of them.
    """
    first = view.document_at(since)
    scores: dict[int, float] = {}
    for part in view.parts:
        within = range(max(0, first - part.offset), part.limit)
        if within:
            found = current_scores(plan, part, within)
            scores |= {part.offset + document: score for document, score in found.items()}
    ranked = sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))
    if terms := near_terms(node):
        ranked = rerank(view, ranked, terms, len(ranked))
    if sort == "relevance":
        return ranked
    scores = dict(ranked)
    return [(document, scores[document]) for document in _in_order(view, sorted(scores), sort)]


def asks_for_withheld(node: Node, query: str) -> bool:
    """Tell whether a query asks for articles that are withheld: all that it finds must be.

    Raises QueryError where it asks for them among others, as what is withheld is never among other hits.
    """
    wanted = node.children if isinstance(node, And) else (node,)
    if any(isinstance(one, InState) and one.state == WITHHELD for one in wanted):
        return True
    for one in wanted:
        if not isinstance(one, Not):
            for inner in walk(one):
                if isinstance(inner, InState) and inner.state == WITHHELD:
                    raise QueryError(
                        "what is withheld is found only where everything that is looked for is",
                        query=query,
                        span=inner.span,
                        hint="write is:withheld beside the other words, outside of OR and NOT",
                    )
    return False


def _too_many(error: TooManyTermsError, query: str) -> QueryError:
    prefix = error.prefix
    how = {Prefix: "begin with", Pattern: "are like", Fuzzy: "are nearly"}[type(prefix)]
    return QueryError(
        f"{error.terms:,} different words {how} {prefix.text}, more than {MOST_TERMS:,}",
        query=query,
        span=prefix.span,
        hint="write more of the word",
    )


def _sought(plan: Plan) -> tuple[list[str], tuple[Together, ...]]:
    """Return the terms that are marked in hits wherever they stand, and those that are where they stand together."""
    leaves = plan.leaves()
    if plan.guesses or any(isinstance(leaf, TermsLeaf) for leaf in leaves):
        from index.sought import sought_of

        sought = sought_of(plan)
        return sorted(sought.terms), sought.together
    return list(dict.fromkeys(term.decode() for leaf in leaves for term in leaf.terms)), ()


def _by_relevance(view: View, plan: Plan, node: Node, wanted: int) -> list[tuple[int, float]]:
    """Return the best (document, score), proximity counted in."""
    terms = near_terms(node)
    if not terms:
        return best_of(view, plan, wanted)
    spellings = {} if view.expansion is None else view.expansion.spellings()
    return rerank(view, best_of(view, plan, max(wanted, WINDOW)), terms, wanted, spellings)


def _in_order(view: View, documents: list[int], sort: Sort) -> list[int]:
    """Return documents, given in the order of the log, in that of a sort; equal ones stay as they were."""
    if sort == "position":
        return documents
    # By date; what has none comes last either way. Sorting is stable, and reversed it still is.
    moments = {document: view.published(document) for document in documents}
    dated = [document for document in documents if moments[document] != UNKNOWN_TIME]
    dated.sort(key=moments.__getitem__, reverse=sort == "newest")
    return dated + [document for document in documents if moments[document] == UNKNOWN_TIME]


def _scored(view: View, plan: Plan, node: Node, documents: list[int]) -> list[tuple[int, float]]:
    """Return documents with their scores, which are those of the order by relevance."""
    best = dict(_by_relevance(view, plan, node, WINDOW))
    scores: dict[int, float] = {}
    for part in view.parts:
        here = [document - part.offset for document in documents if part.has(document) and document not in best]
        scores |= {part.offset + document: score for document, score in plan.scores(part, here).items()}
    scores |= best
    return [(document, scores[document]) for document in documents]
