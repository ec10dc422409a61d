"""Evaluating a query on the arrays of our segments: which documents match, and their scores.

The fast path for words, phrases, AND, OR, NOT, fields and dates, which is all that the language has today. It gives the
documents and scores that Whoosh's matchers give on the query of `index.compile`, which stays the reference: a test
holds the two together. A branch of an OR counts where all of that branch matches.

Every plan answers for a part with a dictionary from document to score, restricted to documents that an AND has left so
far. The loops over postings run inside the interpreter's own functions (`accumulate`, `zip`, `dict`), a table of scores
by frequency and length byte takes the arithmetic out of them.
"""

from __future__ import annotations

from itertools import repeat
from math import log
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from index import analysis
from index import schema_fields as schema
from index.query.ast import And, DateRange, InField, Not, Or, Phrase, Word
from index.segment.lengths import TABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from index.query.ast import Date, Node
    from index.reading import Part, View
    from index.segment.reader import Term

TITLE_WEIGHT = 2.0
B, K1 = 0.75, 1.2
"""The parameters of BM25F, Whoosh's own."""

_SPARSE = 8
"""Documents this many times fewer than a term's postings are looked up one by one; more are met on a walk of all."""

_WORTH_A_TABLE = 4096
"""Postings from which a table of scores by frequency and length byte is cheaper than the arithmetic."""

Scores = dict[int, float]
"""From document, a number in a part, to score. Not in any order."""


def evaluate(view: View, node: Node) -> Iterator[tuple[int, float]]:
    """Yield (document, score) of every current document that matches, in the order of the log."""
    plan = plan_query(view, node)
    for part in view.parts:
        scores = current_scores(plan, part)
        offset = part.offset
        yield from ((offset + document, scores[document]) for document in sorted(scores))


def current_scores(plan: Plan, part: Part, *, sure: bool = True) -> Scores:
    """Return the scores of the documents of a part that match and are current; `sure` as in `Plan.scores`."""
    scores = plan.scores(part, None, sure=sure)
    for document in part.superseded & scores.keys():
        del scores[document]
    return scores


class Plan(Protocol):
    """A node, made ready for a view: its terms analysed, its statistics looked up."""

    @property
    def guesses(self) -> bool:
        """Whether it makes a difference not to be sure: whether there is a phrase in it."""

    def size(self, part: Part) -> int:
        """Return about how many documents match: an AND begins with the fewest."""

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return the scores of the documents below the part's limit that match, of those in `within` if it is given.

        If not `sure`, documents that have the words of a phrase apart may be among them, and no score is too low: it is
        what the places of the words, which are slow to look at, can only take away from.
        """


def plan_query(view: View, node: Node) -> Plan:
    """Return the plan of a query for a view."""
    return _plan(view, node, None)


def _plan(view: View, node: Node, field: str | None) -> Plan:
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


def _words(view: View, text: str, field: str | None) -> Plan:
    if field is not None and field not in schema.SCORED:
        return _adjacent(view, field, analysis.names(text), 0.0)
    terms = analysis.terms(text)
    fields = schema.SCORED if field is None else (field,)
    plans = [_adjacent(view, name, terms, TITLE_WEIGHT if name == schema.TITLE else 1.0) for name in fields]
    return plans[0] if len(plans) == 1 else _Any(plans)


def _adjacent(view: View, field: str, terms: list[str], weight: float) -> Plan:
    if not terms:
        return _Any([])
    plans = {term: _Term(view, field, term.encode(), weight) for term in terms}
    return plans[terms[0]] if len(terms) == 1 else _Phrase([plans[term] for term in terms])


class _Term:
    """One term in one field; of a field of names it scores 0."""

    guesses = False

    def __init__(self, view: View, field: str, term: bytes, weight: float) -> None:
        self._field = field
        self._term = term
        self._factor = 0.0
        self._norms: Sequence[float] = ()
        self._whole: dict[Part, dict[int, int]] = {}
        if weight and view.limit:
            self._factor = (K1 + 1) * weight * (log(view.limit / (view.document_frequency(field, term) + 1)) + 1)
            self._norms = view.once(("norms", field), lambda: _norms(view.average_length(field) or 1))

    def entry(self, part: Part) -> Term | None:
        """Return where the term's postings are in a part."""
        return part.term(self._field, self._term)

    def size(self, part: Part) -> int:
        entry = self.entry(part)
        return 0 if entry is None else entry.postings

    def frequencies(self, part: Part, within: Collection[int] | None) -> dict[int, int]:
        """Return how often the term stands in the documents that have it, minus 1, in order where all are asked for.

        What was decoded whole is kept: a phrase comes back for some of its documents again and again.
        """
        whole = self._whole.get(part)
        if whole is None:
            entry = self.entry(part)
            if entry is None:
                return {}
            if within is not None and len(within) * _SPARSE < entry.postings:
                return dict(zip(*part.looked_up(entry, sorted(within)), strict=True))
            whole = self._whole[part] = dict(zip(*part.walked(entry), strict=True))
        if within is None:
            return whole
        return {document: whole[document] for document in whole.keys() & within}

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:  # noqa: ARG002
        frequencies = self.frequencies(part, within)
        return dict(zip(frequencies, self.scored(part, frequencies, frequencies.values()), strict=True))

    def scored(self, part: Part, documents: Collection[int], frequencies: Collection[int]) -> Sequence[float]:
        """Return the score of each of some documents that have the term so often; frequencies are minus 1."""
        if not self._norms:
            return [0.0] * len(documents)
        if not documents:
            return ()
        lengths = itemgetter(*documents)(part.segment.sections[f"short_{self._field}"])
        if len(documents) == 1:
            lengths = (lengths,)
        factor, norms = self._factor, self._norms
        if len(documents) < _WORTH_A_TABLE:
            return [
                factor * (frequency + 1) / (frequency + 1 + norms[length])
                for frequency, length in zip(frequencies, lengths, strict=True)
            ]
        tables = {
            frequency: [factor * (frequency + 1) / (frequency + 1 + norm) for norm in norms]
            for frequency in set(frequencies)
        }
        return [tables[frequency][length] for frequency, length in zip(frequencies, lengths, strict=True)]


def _norms(average: float) -> tuple[float, ...]:
    """Return what BM25 adds to a frequency in the denominator, by length byte."""
    return tuple(K1 * ((1 - B) + B * length / average) for length in TABLE)


class _Phrase:
    """Terms that stand side by side in one field, in this order."""

    guesses = True

    def __init__(self, terms: list[_Term]) -> None:
        self._terms = terms

    def size(self, part: Part) -> int:
        return min(term.size(part) for term in self._terms)

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        found: dict[_Term, dict[int, int]] = {}
        # The rarest first: what all have gets small soonest.
        for term in sorted(set(self._terms), key=lambda term: term.size(part)):
            found[term] = term.frequencies(part, within)
            within = found[term].keys()
            if not within:
                return {}
        documents = sorted(within or ())
        if sure:
            entries = (term.entry(part) for term in self._terms)
            places = [part.segment.positions(entry, documents) for entry in entries if entry is not None]
            documents = _in_a_row(places, documents)
        added = [
            term.scored(part, documents, [found[term][document] for document in documents]) for term in self._terms
        ]
        return dict(zip(documents, map(sum, zip(*added, strict=True)), strict=True))


def _in_a_row(places: list[Iterator[Sequence[int]]], documents: list[int]) -> list[int]:
    """Return those of some documents in which the terms, whose places come document by document, stand side by side."""
    if len(places) == 2:
        return [
            document
            for document, before, behind in zip(documents, *places, strict=True)
            if (before[0] + 1 in behind if len(before) == 1 else not {p + 1 for p in before}.isdisjoint(behind))
        ]
    return [document for document, *lists in zip(documents, *places, strict=True) if _consecutive(lists)]


def _consecutive(places: Sequence[Sequence[int]]) -> bool:
    """Tell whether there is a position p with p in the first list, p + 1 in the second, and so on."""
    starts = set(places[0])
    for distance, list_ in enumerate(places[1:], 1):
        starts.intersection_update([place - distance for place in list_])
        if not starts:
            return False
    return True


class _Any:
    """One plan or more; the scores of those that match add up."""

    def __init__(self, plans: list[Plan]) -> None:
        self._plans = plans
        self.guesses = any(plan.guesses for plan in plans)

    def size(self, part: Part) -> int:
        return sum(plan.size(part) for plan in self._plans)

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        # In the order of the query, whatever the sizes: a sum must not depend on the segment that it was made in.
        total: Scores = {}
        for plan in self._plans:
            scores = plan.scores(part, within, sure=sure)
            if not total:
                total = scores
                continue
            sums = {document: total[document] + scores[document] for document in total.keys() & scores.keys()}
            total |= scores
            total |= sums
        return total


class _All:
    """All of the wanted plans and none of the unwanted ones; without any wanted one, of all documents."""

    def __init__(self, wanted: list[Plan], unwanted: list[Plan]) -> None:
        self._wanted = wanted
        self._unwanted = unwanted
        # What is not wanted is always made sure of.
        self.guesses = any(plan.guesses for plan in wanted)

    def size(self, part: Part) -> int:
        return min((plan.size(part) for plan in self._wanted), default=part.limit)

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        if not self._wanted:
            total = dict.fromkeys(range(part.limit) if within is None else within, 0.0)
        else:
            found: dict[int, Scores] = {}
            for number in sorted(range(len(self._wanted)), key=lambda number: self._wanted[number].size(part)):
                found[number] = self._wanted[number].scores(part, within, sure=sure)
                within = found[number].keys()
                if not within:
                    return {}
            total = _summed([found[number] for number in range(len(found))], within or ())
        for plan in self._unwanted:
            for document in plan.scores(part, total.keys()):
                del total[document]
        return total


def _summed(found: list[Scores], documents: Collection[int]) -> Scores:
    """Return the sums of several scores of each document, added in the order of the query."""
    first, *others = found
    total = {document: first[document] for document in documents}
    for scores in others:
        total = {document: score + scores[document] for document, score in total.items()}
    return total


class _Days:
    """What was published within some days for certain: an article of `2021` is not one of April 2021. Scores 0."""

    guesses = False

    def __init__(self, earliest: Date | None, latest: Date | None) -> None:
        from datetime import date

        self._earliest = date(*earliest).toordinal() if earliest is not None else 1
        self._latest = date(*latest).toordinal() if latest is not None else date.max.toordinal()

    def size(self, part: Part) -> int:
        # A document at hand is checked at once: let the words come first.
        return part.limit

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:  # noqa: ARG002
        if within is None:
            return dict(zip(part.published_within(self._earliest, self._latest), repeat(0.0), strict=False))
        first, last = part.segment.sections["first_day"], part.segment.sections["last_day"]
        earliest, latest = self._earliest, self._latest
        return {document: 0.0 for document in within if earliest <= first[document] and last[document] <= latest}
