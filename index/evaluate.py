"""Evaluating a query on the arrays of our segments: which documents match, and their scores.

The fast path for words, phrases, AND, OR, NOT, fields and dates, which is all that the language has today. It gives the
documents and scores that Whoosh's matchers give on the query of `index.compile`, which stays the reference: a test holds
the two together. A match is a set of documents; only what matches is scored, branch by branch as Whoosh does: a branch
of an OR counts where all of that branch matches.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Protocol

from index import analysis
from index import schema_fields as schema
from index.query.ast import And, DateRange, InField, Not, Or, Phrase, Word
from index.segment.lengths import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.query.ast import Date, Node
    from index.reading import Part, View
    from index.segment.reader import Term

TITLE_WEIGHT = 2.0
B, K1 = 0.75, 1.2
"""The parameters of BM25F, Whoosh's own."""


def evaluate(view: View, node: Node) -> Iterator[tuple[int, float]]:
    """Yield (document, score) of every current document that matches, in the order of the log."""
    plan = _plan(view, node, None)
    for part in view.parts:
        found = plan.match(part)
        found -= part.superseded
        documents = sorted(found)
        scores = dict.fromkeys(documents, 0.0)
        plan.score(part, documents, scores)
        for document, score in scores.items():
            yield part.offset + document, score


class _Plan(Protocol):
    """A node, made ready for a view: its terms analysed, its statistics looked up. Documents are numbers in a part."""

    def match(self, part: Part) -> set[int]:
        """Return the documents of a part, below its limit, that match."""

    def score(self, part: Part, documents: Sequence[int], scores: dict[int, float]) -> None:
        """Add the scores of some documents, which match and ascend."""


def _plan(view: View, node: Node, field: str | None) -> _Plan:
    match node:
        case Word() | Phrase():
            return _words(view, node.text, field)
        case InField():
            return _plan(view, node.child, node.field)
        case And():
            return _All(
                [_plan(view, child, field) for child in node.children if not isinstance(child, Not)],
                [_plan(view, child.child, field) for child in node.children if isinstance(child, Not)],
            )
        case Or():
            return _Any([_plan(view, child, field) for child in node.children])
        case Not():
            return _All([], [_plan(view, node.child, field)])
        case DateRange():
            return _Days(node.earliest, node.latest)


def _words(view: View, text: str, field: str | None) -> _Plan:
    if field is not None and field not in schema.SCORED:
        return _Filter(_adjacent(view, field, analysis.names(text), 0.0))
    terms = analysis.terms(text)
    fields = schema.SCORED if field is None else (field,)
    plans = [_adjacent(view, name, terms, TITLE_WEIGHT if name == schema.TITLE else 1.0) for name in fields]
    return plans[0] if len(plans) == 1 else _Any(plans)


def _adjacent(view: View, field: str, terms: list[str], weight: float) -> _Plan:
    if not terms:
        return _Any([])
    plans = {term: _Term(view, field, term.encode(), weight) for term in terms}
    return plans[terms[0]] if len(terms) == 1 else _Phrase([plans[term] for term in terms])


class _Term:
    """One term in one field."""

    def __init__(self, view: View, field: str, term: bytes, weight: float) -> None:
        self._field = field
        self._term = term
        self._weight = weight
        self._tables: dict[int, list[float]] = {}
        if field in schema.SCORED:
            self._idf = log(view.limit / (view.document_frequency(field, term) + 1)) + 1 if view.limit else 0.0
            average = view.average_length(field) or 1
            self._norms = [K1 * ((1 - B) + B * length / average) for length in TABLE]

    def entry(self, part: Part) -> Term | None:
        """Return where the term's postings are in a part."""
        return part.term(self._field, self._term)

    def match(self, part: Part) -> set[int]:
        entry = self.entry(part)
        return set() if entry is None else set(part.postings(entry))

    def score(self, part: Part, documents: Sequence[int], scores: dict[int, float]) -> None:
        entry = self.entry(part)
        if entry is None:
            return
        lengths = part.segment.sections[f"short_{self._field}"]
        tables = self._tables
        for document, frequency in part.frequencies(entry, documents):
            table = tables.get(frequency)
            if table is None:
                table = tables[frequency] = self._table(frequency)
            scores[document] += table[lengths[document]]

    def _table(self, frequency: int) -> list[float]:
        """Return the score for a frequency, by length byte."""
        return [self._weight * self._idf * ((frequency * (K1 + 1)) / (frequency + norm)) for norm in self._norms]


class _Phrase:
    """Terms that stand side by side in one field, in this order."""

    def __init__(self, terms: list[_Term]) -> None:
        self._terms = terms

    def match(self, part: Part) -> set[int]:
        entries = [term.entry(part) for term in self._terms]
        known = [entry for entry in entries if entry is not None]
        if len(known) < len(entries):
            return set()
        # The rarest first: what all have gets small soonest.
        ordered = sorted(set(known), key=lambda entry: entry.postings)
        common = set(part.postings(ordered[0]))
        for entry in ordered[1:]:
            common.intersection_update(part.postings(entry))
        if not common:
            return common
        documents = sorted(common)
        places = [part.segment.positions(entry, documents) for entry in known]
        return {document for document, *lists in zip(documents, *places, strict=True) if _in_a_row(lists)}

    def score(self, part: Part, documents: Sequence[int], scores: dict[int, float]) -> None:
        for term in self._terms:
            term.score(part, documents, scores)


def _in_a_row(places: Sequence[Sequence[int]]) -> bool:
    """Tell whether there is a position p with p in the first list, p + 1 in the second, and so on."""
    starts = set(places[0])
    for distance, list_ in enumerate(places[1:], 1):
        starts.intersection_update([place - distance for place in list_])
        if not starts:
            return False
    return True


class _Any:
    """One plan or more; the scores of those that match add up."""

    def __init__(self, plans: list[_Plan]) -> None:
        self._plans = plans

    def match(self, part: Part) -> set[int]:
        found: set[int] = set()
        for plan in self._plans:
            found |= plan.match(part)
        return found

    def score(self, part: Part, documents: Sequence[int], scores: dict[int, float]) -> None:
        for plan in self._plans:
            # A term scores just the documents that have it; of another plan it must be known which match as a whole.
            if isinstance(plan, _Term):
                plan.score(part, documents, scores)
            else:
                matching = plan.match(part)
                plan.score(part, [document for document in documents if document in matching], scores)


class _All:
    """All of the wanted plans and none of the unwanted ones; without any wanted one, of all documents."""

    def __init__(self, wanted: list[_Plan], unwanted: list[_Plan]) -> None:
        self._wanted = wanted
        self._unwanted = unwanted

    def match(self, part: Part) -> set[int]:
        found = self._wanted[0].match(part) if self._wanted else set(range(part.limit))
        for plan in self._wanted[1:]:
            if not found:
                return found
            found &= plan.match(part)
        for plan in self._unwanted:
            found -= plan.match(part)
        return found

    def score(self, part: Part, documents: Sequence[int], scores: dict[int, float]) -> None:
        for plan in self._wanted:
            plan.score(part, documents, scores)


class _Filter:
    """A plan that matches and does not score."""

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan

    def match(self, part: Part) -> set[int]:
        return self._plan.match(part)

    def score(self, part: Part, documents: Iterable[int], scores: dict[int, float]) -> None:
        pass


class _Days:
    """What was published within some days for certain: an article of `2021` is not one of April 2021."""

    def __init__(self, earliest: Date | None, latest: Date | None) -> None:
        from datetime import date

        self._earliest = date(*earliest).toordinal() if earliest is not None else 1
        self._latest = date(*latest).toordinal() if latest is not None else date.max.toordinal()

    def match(self, part: Part) -> set[int]:
        return part.published_within(self._earliest, self._latest)

    def score(self, part: Part, documents: Iterable[int], scores: dict[int, float]) -> None:
        pass
