"""Evaluating a query on the arrays of our segments: which documents match, and their scores.

The fast path for words, prefixes, phrases, AND, OR, NOT, fields and dates, which is all that the language has today.
But for prefixes it gives the documents and scores that Whoosh's matchers give on the query of `index.compile`, which
is the reference: a test holds the two together. A branch of an OR counts where all of that branch matches.

Every plan answers for a part: which documents match, and with which scores, of all of them or of some. An AND asks for
documents first and scores only those that are left. `index.leaves` has the plans of terms and phrases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from index import analysis
from index import schema_fields as schema
from index.leaves import PhraseLeaf, PrefixLeaf, TermLeaf
from index.query.ast import And, DateRange, InField, InState, Not, Or, Phrase, Prefix, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from index.leaves import Leaf, Scores
    from index.query.ast import Date, Node
    from index.reading import Part, View

WEIGHTS = {schema.TITLE: 2.0, schema.TEXT: 1.0}
"""What a word counts in each field that is scored."""

MOST_TERMS = 1000
"""Terms that the words with one beginning may have: more is hardly meant, and takes long."""


class TooManyTermsError(Exception):
    """A prefix stands for too many terms: so many."""

    def __init__(self, prefix: Prefix, terms: int) -> None:
        super().__init__(prefix, terms)
        self.prefix = prefix
        self.terms = terms


def evaluate(view: View, node: Node) -> Iterator[tuple[int, float]]:
    """Yield (document, score) of every current document that matches, in the order of the log."""
    plan = plan_query(view, node)
    for part in view.parts:
        scores = current_scores(plan, part)
        offset = part.offset
        yield from ((offset + document, scores[document]) for document in sorted(scores))


def current_scores(plan: Plan, part: Part, within: Collection[int] | None = None, *, sure: bool = True) -> Scores:
    """Return the scores of the documents of a part that match and are current; otherwise as `Plan.scores`."""
    scores = plan.scores(part, within, sure=sure)
    for document in part.hidden & scores.keys():
        del scores[document]
    return scores


def current_documents(plan: Plan, part: Part) -> Collection[int]:
    """Return the documents of a part that match and are current, in no order."""
    documents = plan.documents(part, None)
    return set(documents).difference(part.hidden) if part.hidden else documents


class Plan(Protocol):
    """A node, made ready for a view: its terms analysed, its statistics looked up.

    Documents are numbers in a part, below its limit. If `within` is given, only those in it are asked for. If not
    `sure`, documents that have the words of a phrase apart may be among those that match, and no score is too low: it
    is what the places of the words, which are slow to look at, can only take away from.
    """

    @property
    def guesses(self) -> bool:
        """Whether it makes a difference not to be sure: whether there is a phrase in it."""

    @property
    def bulk(self) -> bool:
        """Whether documents must have several terms, or several terms count as one: bounds are of little use then."""

    def leaves(self) -> list[Leaf]:
        """Return the terms whose scores add up to a document's, at the most; one that counts twice comes twice."""

    def drivers(self, part: Part) -> list[TermLeaf] | None:
        """Return leaves of which every document that matches has one, the rarest there are; None if it needs none."""

    def size(self, part: Part) -> int:
        """Return about how many documents match: an AND begins with the fewest."""

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:
        """Return the documents that match."""

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return the scores of the documents that match."""


def plan_query(view: View, node: Node) -> Plan:
    """Return the plan of a query for a view."""
    return _plan(view, node, None)


def _plan(view: View, node: Node, field: str | None) -> Plan:  # noqa: PLR0911 - one for each kind of node
    match node:
        case Word() | Phrase():
            return _words(view, node.text, field)
        case Prefix():
            return _beginning(view, node, field)
        case InField():
            return _plan(view, node.child, node.field)
        case And():
            return AllOf(
                [_plan(view, child, field) for child in node.children if not isinstance(child, Not)],
                [_plan(view, child.child, field) for child in node.children if isinstance(child, Not)],
            )
        case Or():
            return AnyOf([_plan(view, child, field) for child in node.children])
        case Not():
            return AllOf([], [_plan(view, node.child, field)])
        case DateRange():
            return Days(node.earliest, node.latest)
        case InState():
            return Chosen(view.states.are(node.state))


def _words(view: View, text: str, field: str | None) -> Plan:
    if field is not None and field not in schema.SCORED:
        terms = analysis.names(text)
        return _as_tagged(view, field, _adjacent(view, field, terms, 0.0), lambda tag: _holds(tag, terms))
    terms = analysis.terms(text)
    fields = schema.SCORED if field is None else (field,)
    plans = [_adjacent(view, name, terms, WEIGHTS[name]) for name in fields]
    return plans[0] if len(plans) == 1 else AnyOf(plans)


def _beginning(view: View, prefix: Prefix, field: str | None) -> Plan:
    """Return the plan of all words that begin so: of names as they stand, of other words before they were stemmed."""
    beginning = analysis.fold(prefix.text).encode()
    fields = schema.SCORED if field is None else (field,)
    if field is not None and field not in schema.SCORED:
        terms = view.terms_with_prefix(field, beginning)
        weights = {field: 0.0}
    else:
        terms = view.terms_of_forms(beginning)
        weights = WEIGHTS
    if len(terms) > MOST_TERMS:
        raise TooManyTermsError(prefix, len(terms))
    plans: list[Plan] = [PrefixLeaf(view, name, terms, weights[name]) for name in fields]
    found = plans[0] if len(plans) == 1 else AnyOf(plans)
    start = beginning.decode()
    return _as_tagged(view, field, found, lambda tag: any(term.startswith(start) for term in analysis.names(tag)))


def _as_tagged(view: View, field: str | None, plan: Plan, matches: Callable[[str], bool]) -> Plan:
    """Return a plan of what its versions state, by the tags of articles: those that have others count by these."""
    if field != schema.TAG or not view.states:
        return plan
    retagged, found = view.states.retagged(matches)
    if not retagged:
        return plan
    return AnyOf([AllOf([plan], [Chosen(retagged)]), Chosen(found)])


def _holds(tag: str, terms: list[str]) -> bool:
    """Tell whether some terms, one or more, stand in a tag side by side."""
    there = analysis.names(tag)
    return bool(terms) and any(there[at : at + len(terms)] == terms for at in range(len(there)))


def _adjacent(view: View, field: str, terms: list[str], weight: float) -> Plan:
    if not terms:
        return AnyOf([])
    leaves = {term: TermLeaf(view, field, term.encode(), weight) for term in terms}
    return leaves[terms[0]] if len(terms) == 1 else PhraseLeaf([leaves[term] for term in terms])


class AnyOf:
    """One plan or more; the scores of those that match add up."""

    def __init__(self, plans: list[Plan]) -> None:
        self.plans = plans
        self.guesses = any(plan.guesses for plan in plans)
        self.bulk = any(plan.bulk for plan in plans)

    def leaves(self) -> list[Leaf]:
        """Return the leaves of all plans."""
        return [leaf for plan in self.plans for leaf in plan.leaves()]

    def drivers(self, part: Part) -> list[TermLeaf] | None:
        """Return the drivers of all plans, None where one has none."""
        drivers: list[TermLeaf] = []
        for plan in self.plans:
            some = plan.drivers(part)
            if some is None:
                return None
            drivers += some
        return drivers

    def size(self, part: Part) -> int:
        """Return how many documents match at the most."""
        return sum(plan.size(part) for plan in self.plans)

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:
        """Return the documents that match one plan or more."""
        found = [some for plan in self.plans if (some := plan.documents(part, within, sure=sure))]
        return found[0] if len(found) == 1 else set().union(*found)

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return the sums of what the plans score."""
        # In the order of the query, whatever the sizes: a sum must not depend on the segment that it was made in.
        total: Scores = {}
        for plan in self.plans:
            scores = plan.scores(part, within, sure=sure)
            if not total:
                total = scores
                continue
            sums = {document: total[document] + scores[document] for document in total.keys() & scores.keys()}
            total |= scores
            total |= sums
        return total


class AllOf:
    """All of the wanted plans and none of the unwanted ones; without any wanted one, of all documents."""

    def __init__(self, wanted: list[Plan], unwanted: list[Plan]) -> None:
        self.wanted = wanted
        self.scored = [plan for plan in wanted if plan.leaves()]
        self.unwanted = unwanted
        # What is not wanted is always made sure of.
        self.guesses = any(plan.guesses for plan in wanted)
        self.bulk = len(wanted) > 1 or any(plan.bulk for plan in wanted)

    def leaves(self) -> list[Leaf]:
        """Return the leaves of all wanted plans."""
        return [leaf for plan in self.wanted for leaf in plan.leaves()]

    def drivers(self, part: Part) -> list[TermLeaf] | None:
        """Return the drivers of the wanted plan that has the fewest documents in them."""
        found = [plan.drivers(part) for plan in self.scored]
        complete = [drivers for drivers in found if drivers is not None]
        if len(complete) < len(found):
            return None
        return min(complete, key=lambda drivers: sum(leaf.size(part) for leaf in drivers), default=None)

    def size(self, part: Part) -> int:
        """Return how many documents match at the most."""
        return min((plan.size(part) for plan in self.wanted), default=part.limit)

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:
        """Return the documents that match all wanted plans and no unwanted one."""
        for plan in sorted(self.wanted, key=lambda plan: plan.size(part)):
            within = plan.documents(part, within, sure=sure)
            if not within:
                return ()
        if within is None:
            within = range(part.limit)
        for plan in self.unwanted:
            within = set(within).difference(plan.documents(part, within))
        return within

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return the sums of what the wanted plans score."""
        documents = self.documents(part, within, sure=sure)
        if not documents or not self.scored:
            return dict.fromkeys(documents, 0.0)
        # Added in the order of the query; each of them has every document.
        first, *others = self.scored
        scores = first.scores(part, documents, sure=sure)
        for plan in others:
            more = plan.scores(part, documents, sure=sure)
            scores = {document: score + more[document] for document, score in scores.items()}
        return scores


class Chosen:
    """Documents that are known by their numbers in the view, such as those that are retracted. Scores 0."""

    guesses = bulk = False

    def __init__(self, chosen: frozenset[int]) -> None:
        self.chosen = chosen
        self._parts: dict[Part, frozenset[int]] = {}

    def leaves(self) -> list[Leaf]:
        """Return none."""
        return []

    def drivers(self, part: Part) -> list[TermLeaf] | None:  # noqa: ARG002
        """Return None."""
        return None

    def size(self, part: Part) -> int:
        """Return how many of them are in a part."""
        return len(self._within(part))

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:  # noqa: ARG002
        """Return those of them that are in a part."""
        here = self._within(part)
        return here if within is None else here.intersection(within)

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return 0 for each document that matches."""
        return dict.fromkeys(self.documents(part, within, sure=sure), 0.0)

    def _within(self, part: Part) -> frozenset[int]:
        known = self._parts.get(part)
        if known is None:
            known = frozenset([document - part.offset for document in self.chosen if part.has(document)])
            self._parts[part] = known
        return known


class Days:
    """What was published within some days for certain: an article of `2021` is not one of April 2021. Scores 0."""

    guesses = bulk = False

    def __init__(self, earliest: Date | None, latest: Date | None) -> None:
        from datetime import date

        self.earliest = date(*earliest).toordinal() if earliest is not None else 1
        self.latest = date(*latest).toordinal() if latest is not None else date.max.toordinal()

    def leaves(self) -> list[Leaf]:
        """Return none."""
        return []

    def drivers(self, part: Part) -> list[TermLeaf] | None:  # noqa: ARG002
        """Return None."""
        return None

    def size(self, part: Part) -> int:
        """Return more than any word has: a document at hand is checked at once, so let the words come first."""
        return part.limit

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:  # noqa: ARG002
        """Return the documents that were published within the days."""
        if within is None:
            return part.published_within(self.earliest, self.latest)
        first, last = part.segment.sections["first_day"], part.segment.sections["last_day"]
        earliest, latest = self.earliest, self.latest
        return [document for document in within if earliest <= first[document] and last[document] <= latest]

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return 0 for each document that matches."""
        return dict.fromkeys(self.documents(part, within, sure=sure), 0.0)
