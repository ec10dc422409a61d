"""Evaluating a query on the arrays of our segments: which documents match, and their scores.

The fast path for all that the language has. For words, phrases, AND, OR, NOT, fields, dates and boosts it gives the
documents and scores that Whoosh's matchers give on the query of `index.compile`, which is the reference: a test holds
the two together. A branch of an OR counts where all of that branch matches.

Every plan answers for a part: which documents match, and with which scores, of all of them or of some. An AND asks for
documents first and scores only those that are left. `index.leaves` has the plans of terms and phrases, `index.nearby`
that of words that stand near, `index.filters` what scores nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from index import analysis
from index import schema_fields as schema
from index.filters import Chosen, Days
from index.leaves import BETWEEN, PhraseLeaf, TermLeaf, TermsLeaf, weigh_alike
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
    from collections.abc import Callable, Collection, Iterator, Mapping

    from index.leaves import Leaf, Scores
    from index.nearby import Operand
    from index.query.ast import Node
    from index.reading import Part, View

WEIGHTS = {schema.TITLE: 1.5, schema.TEXT: 1.0}
"""What a word counts in each field that is scored."""

MOST_TERMS = 1000
"""Terms that the words with one beginning, or of one form, may have: more is hardly meant, and takes long."""

Expanded = Prefix | Pattern | Fuzzy
"""What stands for several words."""


class TooManyTermsError(Exception):
    """A prefix or the like stands for too many terms: so many."""

    def __init__(self, prefix: Expanded, terms: int) -> None:
        super().__init__(prefix, terms)
        self.prefix = prefix
        self.terms = terms


class _Around(NamedTuple):
    """What is around a node: the field it is looked up in, what its scores are multiplied with, and what is known.

    Known are the documents, by their numbers in the view, of nodes that the index alone cannot answer.
    """

    field: str | None = None
    boost: float = 1.0
    known: Mapping[Node, frozenset[int]] = {}


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


def plan_query(view: View, node: Node, known: Mapping[Node, frozenset[int]] | None = None) -> Plan:
    """Return the plan of a query for a view; `known` are the documents of ids and of times of recording in it.

    Raises TooManyTermsError.
    """
    return _plan(view, node, _Around(known=known or {}))


def _plan(view: View, node: Node, around: _Around) -> Plan:  # noqa: C901, PLR0911 - one for each kind of node
    match node:
        case Word() | Phrase():
            return _words(view, node.text, around)
        case Prefix() | Pattern() | Fuzzy():
            return _expanded(view, node, around)
        case Near():
            return _near(view, node, around)
        case InField():
            return _plan(view, node.child, around._replace(field=node.field))
        case Boost():
            return _plan(view, node.child, around._replace(boost=around.boost * node.factor))
        case And():
            return AllOf(
                [_plan(view, child, around) for child in node.children if not isinstance(child, Not)],
                [_plan(view, child.child, around) for child in node.children if isinstance(child, Not)],
            )
        case Or():
            return AnyOf([_plan(view, child, around) for child in node.children])
        case Not():
            return AllOf([], [_plan(view, node.child, around)])
        case DateRange(field="published"):
            return Days(node.earliest, node.latest, doubtful=node.doubtful)
        case DateRange(field="captured"):
            return TermsLeaf(view, schema.CAPTURED, _days_of_capture(view, node), 0.0)
        case InState():
            return Chosen(view.states.are(node.state))
        case DateRange() | WithId():
            return Chosen(around.known[node])


def _words(view: View, text: str, around: _Around) -> Plan:
    field = around.field
    if field is not None and field not in schema.SCORED:
        terms = name_terms(text, field)
        return _as_tagged(view, field, _named(view, text, field, terms, 0.0), lambda tag: _holds(tag, terms))
    terms = analysis.terms(text)
    fields = schema.SCORED if field is None else (field,)
    plans = [_named(view, text, name, terms, WEIGHTS[name] * around.boost) for name in fields]
    if view.expansion is not None and len(plans) > 1:
        spelled = [[leaf for leaf in plan.leaves() if isinstance(leaf, TermsLeaf)] for plan in plans]
        for leaves in zip(*spelled, strict=False):
            weigh_alike(leaves)
    return plans[0] if len(plans) == 1 else AnyOf(plans)


def _named(view: View, text: str, field: str, terms: list[str], weight: float) -> Plan:
    """Return the plan of a word or phrase in a field, and of what it is looked up as besides."""
    expanded = None if view.expansion is None else view.expansion.of(text, field)
    if expanded is None:
        return _adjacent(view, field, terms, weight)
    if expanded.whole:
        names = [expanded.terms, *(one.terms for one in expanded.whole)]
        return TermsLeaf(view, field, [BETWEEN.join(name) for name in names], weight)
    leaves: dict[bytes, TermLeaf | TermsLeaf] = {}
    for term, others in zip(expanded.terms, expanded.each, strict=True):
        if term not in leaves:
            several = [term, *(one.terms[0] for one in others)]
            leaves[term] = TermsLeaf(view, field, several, weight) if others else TermLeaf(view, field, term, weight)
    return PhraseLeaf([leaves[term] for term in expanded.terms])


def name_terms(text: str, field: str) -> list[str]:
    """Return the terms of a name, or of an address as addresses are indexed."""
    if field not in {schema.URL, schema.ORIGIN}:
        return analysis.names(text)
    from index.projection import address

    return analysis.names(address(text))


def _days_of_capture(view: View, node: DateRange) -> list[bytes]:
    """Return the terms of the days of a range on which anything was captured."""
    earliest, latest = (
        None if day is None else f"{day[0]:04}{day[1]:02}{day[2]:02}".encode() for day in (node.earliest, node.latest)
    )
    return [
        term
        for term in view.terms_with_prefix(schema.CAPTURED, b"")
        if (earliest is None or earliest <= term) and (latest is None or term <= latest)
    ]


def _expanded(view: View, node: Expanded, around: _Around) -> Plan:
    """Return the plan of all words that begin so, or are like it: of names as they are, of others before stemming."""
    field = around.field
    fields = schema.SCORED if field is None else (field,)
    terms = _terms(view, node, field)
    leaves = [TermsLeaf(view, name, terms, WEIGHTS[name] * around.boost if name in WEIGHTS else 0.0) for name in fields]
    weigh_alike(leaves)
    found: Plan = leaves[0] if len(leaves) == 1 else AnyOf([*leaves])
    if field != schema.TAG:
        return found
    chosen = _choice(node)
    return _as_tagged(view, field, found, lambda tag: any(map(chosen, analysis.names(tag))))


def _terms(view: View, node: Expanded, field: str | None) -> set[bytes]:
    """Return the terms of the words that a node stands for in a field. Raises TooManyTermsError."""
    scored = field is None or field in schema.SCORED
    start = analysis.fold(node.text) if isinstance(node, Prefix) else ""
    if isinstance(node, Pattern):
        from index import similar

        start = similar.beginning(node.text)
    if start:
        # Found by bisecting.
        terms = view.terms_with_beginning(None if scored else field, start.encode(), _choice(node))
    else:
        terms = view.terms_of_words(None if scored else field, _chooser(node))
    if len(terms) > MOST_TERMS:
        raise TooManyTermsError(node, len(terms))
    return terms


def _choice(node: Expanded) -> Callable[[str], bool]:
    """Return what tells of a folded word whether a node stands for it, too."""
    if isinstance(node, Prefix):
        start = analysis.fold(node.text)
        return lambda word: word.startswith(start)
    from index import similar

    if isinstance(node, Pattern):
        return similar.has_form(node.text)
    return similar.is_like(analysis.fold(node.text), node.edits)


def _chooser(node: Expanded) -> Callable[[str], Iterator[str]]:
    """Return what finds the words that a form or a fuzzy word stands for among words, a line each."""
    from index import similar

    if isinstance(node, Fuzzy):
        return lambda lines: similar.words_like(lines, analysis.fold(node.text), node.edits)
    return lambda lines: similar.words_of_form(lines, node.text)


def _near(view: View, node: Near, around: _Around) -> Plan:
    """Return the plan of words that stand near one another in one field."""
    from index.nearby import NearLeaf

    fields = schema.SCORED if around.field is None else (around.field,)
    plans: list[Plan] = []
    for field in fields:
        weight = WEIGHTS[field] * around.boost if field in WEIGHTS else 0.0
        operands = [_ways(view, child, field, weight) for child in node.children]
        if all(operands):
            plans.append(NearLeaf(operands, node.distance, ordered=node.ordered))
    found = plans[0] if len(plans) == 1 else AnyOf(plans)
    if around.field != schema.TAG:
        return found
    return _as_tagged(view, schema.TAG, found, lambda tag: _near_in(node, analysis.names(tag)))


def _ways(view: View, node: Node, field: str, weight: float) -> Operand:
    """Return the ways to say an operand of a NEAR, those apart that no word is known of."""
    match node:
        case Or():
            return [way for child in node.children for way in _ways(view, child, field, weight)]
        case Word() | Phrase():
            terms = analysis.terms(node.text) if field in schema.SCORED else name_terms(node.text, field)
            said = [tuple(term.encode() for term in terms)] if terms else []
            expanded = None if view.expansion is None else view.expansion.of(node.text, field)
            said += [] if expanded is None else [one.terms for one in expanded.whole]
            return [[TermLeaf(view, field, term, weight) for term in way] for way in said]
        case Prefix() | Pattern() | Fuzzy():
            return [[TermsLeaf(view, field, _terms(view, node, field), weight)]]
        case _:
            raise TypeError(f"{node} stands near nothing")


def _near_in(node: Near, words: list[str]) -> bool:
    """Tell whether a NEAR is true of a tag's words."""
    from index.nearby import stand_near

    def ranges(child: Node) -> list[tuple[int, int]]:
        if isinstance(child, Or):
            return sorted(found for one in child.children for found in ranges(one))
        if isinstance(child, (Prefix, Pattern, Fuzzy)):
            chosen = _choice(child)
            return [(place, place + 1) for place, word in enumerate(words) if chosen(word)]
        terms = analysis.names(child.text) if isinstance(child, (Word, Phrase)) else []
        size = len(terms)
        return [(at, at + size) for at in range(len(words)) if size and words[at : at + size] == terms]

    return stand_near([ranges(child) for child in node.children], node.distance, ordered=node.ordered)


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
