"""From our AST to Whoosh's query objects, the one place where the two meet.

A word is looked up in title and text, the title weighing more; the scores add up. Words in fields of names and date
ranges only filter: they score nothing. A word that analysis splits is a phrase of its parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh import query as whoosh
from whoosh.matching import AndNotMatcher, ListMatcher, NullMatcher, WrappingMatcher
from whoosh.query.wrappers import WrappingQuery

from index import analysis, schema_fields
from index.evaluate import WEIGHTS
from index.query.ast import (
    And,
    Boost,
    DateRange,
    Fuzzy,
    InField,
    InState,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    WithId,
    Word,
)

if TYPE_CHECKING:
    from whoosh.matching import Matcher
    from whoosh.reading import IndexReader
    from whoosh.searching import SearchContext, Searcher

    from index.query.ast import Date, Node


class Unscored(WrappingQuery):  # type: ignore[misc]
    """A query that filters: it matches what its child matches, and adds nothing to the score.

    Whoosh's ConstantScoreQuery will not do, it takes a score of 0 for none and gives 1.
    """

    def matcher(self, searcher: Searcher, context: SearchContext | None = None) -> Matcher:
        """Return the child's matcher, silenced."""
        return _Silent(self.child.matcher(searcher, context))


class _Silent(WrappingMatcher):  # type: ignore[misc]
    def score(self) -> float:
        return 0.0

    def weight(self) -> float:
        return 0.0

    def supports_block_quality(self) -> bool:
        return False


class Without(whoosh.AndNot):  # type: ignore[misc]
    """A query that matches what its first child matches and its second does not.

    Whoosh's own lets the first match through where the second child's matches begin before it.
    """

    def matcher(self, searcher: Searcher, context: SearchContext | None = None) -> Matcher:
        """Return a matcher of the first child, which steps over what the second one matches."""
        return _Without(self.a.matcher(searcher, context), self.b.matcher(searcher, searcher.boolean_context()))


class _Without(AndNotMatcher):  # type: ignore[misc]
    def _find_first(self) -> None:
        self._find_next()

    def _find_next(self) -> bool | None:
        moved: bool | None = super()._find_next() if self.a.is_active() else None
        return moved


class PublishedWithin(whoosh.Query):  # type: ignore[misc]
    """A query for what was published within some days, by ordinal, for certain; it filters."""

    def __init__(self, earliest: int, latest: int) -> None:
        self.earliest = earliest
        self.latest = latest

    def matcher(self, searcher: Searcher, context: SearchContext | None = None) -> Matcher:  # noqa: ARG002
        """Return a matcher of the documents, by their columns."""
        first, last = (searcher.reader().column_reader(name, translate=False) for name in ("first_day", "last_day"))
        documents = range(searcher.reader().doc_count_all())
        within = [number for number in documents if self.earliest <= first[number] and last[number] <= self.latest]
        return _Silent(ListMatcher(within)) if within else NullMatcher()

    def estimate_size(self, ixreader: IndexReader) -> int:
        """Return how many documents may match, at most."""
        return int(ixreader.doc_count_all())

    def estimate_min_size(self, ixreader: IndexReader) -> int:  # noqa: ARG002
        """Return how many documents match at least."""
        return 0


def compile_query(node: Node) -> whoosh.Query:
    """Return the Whoosh query for a tree."""
    return _compile(node, None, 1.0)


def _compile(node: Node, field: str | None, boost: float) -> whoosh.Query:  # noqa: PLR0911 - one for each kind
    match node:
        case Word() | Phrase():
            return _words(node.text, field, boost)
        case InField():
            return _compile(node.child, node.field, boost)
        case Boost():
            return _compile(node.child, field, boost * node.factor)
        case And():
            return _all(node, field, boost)
        case Or():
            return whoosh.Or([_compile(child, field, boost) for child in node.children])
        case Not():
            return Without(Unscored(whoosh.Every()), _compile(node.child, field, boost))
        case DateRange(field="published", doubtful=False):
            return _days(node.earliest, node.latest)
        case Prefix() | Pattern() | Fuzzy():
            raise ValueError("Whoosh knows terms, not the words they were: it has no query for their beginning or form")
        case Near():
            raise ValueError("Whoosh measures distances from the beginning of a phrase: it has no such query")
        case DateRange() | InState() | WithId():
            raise ValueError("Whoosh knows versions, not what became of articles, or when they were recorded")


def _all(node: And, field: str | None, boost: float) -> whoosh.Query:
    wanted = [_compile(child, field, boost) for child in node.children if not isinstance(child, Not)]
    unwanted = [_compile(child.child, field, boost) for child in node.children if isinstance(child, Not)]
    positive = whoosh.And(wanted) if len(wanted) > 1 else wanted[0] if wanted else Unscored(whoosh.Every())
    if not unwanted:
        return positive
    return Without(positive, whoosh.Or(unwanted) if len(unwanted) > 1 else unwanted[0])


def _words(text: str, field: str | None, boost: float) -> whoosh.Query:
    if field is not None and field not in schema_fields.SCORED:
        return Unscored(_adjacent(field, analysis.names(text)))
    terms = analysis.terms(text)
    fields = schema_fields.SCORED if field is None else (field,)
    queries = [_adjacent(name, terms, WEIGHTS[name] * boost) for name in fields]
    return whoosh.Or(queries) if len(queries) > 1 else queries[0]


def _adjacent(field: str, terms: list[str], weight: float = 1.0) -> whoosh.Query:
    if not terms:
        # Letters of no script that analysis knows a token of: found nowhere, rather than everywhere.
        return whoosh.NullQuery
    if len(terms) == 1:
        return whoosh.Term(field, terms[0], boost=weight)
    return whoosh.Phrase(field, terms, boost=weight)


def _days(earliest: Date | None, latest: Date | None) -> whoosh.Query:
    from datetime import date

    return PublishedWithin(
        date(*earliest).toordinal() if earliest is not None else 1,
        date(*latest).toordinal() if latest is not None else date.max.toordinal(),
    )
