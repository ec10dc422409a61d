"""Evaluating a plan with numpy: the documents that match and their scores, for many postings at a time.

It gives what `index.evaluate` gives, to the last bit, as it adds in the same order: a test holds the two together.
Documents are numbers in the view here. Which of them match is found first, beginning with the rarest of what all must
have; what they score, then. Importing numpy takes longer than most searches: `index.topk` knows when that pays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.evaluate import AllOf, AnyOf
from index.filters import Chosen, Days
from index.leaves import Leaf, PhraseLeaf
from index.lists import TOGETHER, columns_of
from index.nearby import NearLeaf
from index.schema_fields import SCORED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from index.evaluate import Plan
    from index.reading import View

    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_FIRST_CHECKED = 512
"""Documents whose phrases are looked at together, at first; eight times as many each time."""

_SORTED = 256
"""Documents that are sorted by their scores sooner than the best are found among them."""


def best(view: View, plan: Plan, count: int) -> list[tuple[int, float]]:
    """Return (document, score) of the best `count` hits, best first, equal ones in the order of the log."""
    evaluation = _Evaluation(view, plan)
    if plan.guesses:
        documents, scores = _best_sure(evaluation, plan, count)
    else:
        documents = evaluation.current(evaluation.documents(plan))
        scores = evaluation.scores(plan, documents)
    if len(scores) > _SORTED:
        documents, scores = _best(documents, scores, count)
    order = (-scores).argsort(kind="stable")[:count]
    return list(zip(documents[order].tolist(), scores[order].tolist(), strict=True))


def documents(view: View, plan: Plan) -> list[int]:
    """Return the documents of all hits, in order."""
    evaluation = _Evaluation(view, plan)
    found: list[int] = evaluation.current(evaluation.documents(plan)).tolist()
    return found


def _best(documents: Numbers, scores: Floats, count: int) -> tuple[Numbers, Floats]:
    """Return the best `count` of some documents, and those that score as much as the last of them; in order."""
    if len(scores) <= count:
        return documents, scores
    chosen = (scores >= np.partition(scores, -count)[-count]).nonzero()[0]
    return documents[chosen], scores[chosen]


def _best_sure(evaluation: _Evaluation, plan: Plan, count: int) -> tuple[Numbers, Floats]:
    """Return the best documents, in order, for a plan with phrases: those that have their words come first, best first.

    How well they can score at the most is known without the places of the words, which are slow to read.
    """
    possible = evaluation.current(evaluation.documents(plan, sure=False))
    bounds = evaluation.scores(plan, possible, sure=False)
    order = np.argsort(-bounds, kind="stable")
    documents, scores = possible[:0], np.zeros(0)
    start, step = 0, _FIRST_CHECKED
    while start < len(order) and (len(scores) < count or bounds[order[start]] >= scores.min()):
        here = np.sort(possible[order[start : start + step]])
        here = here[evaluation.holds(plan, here)]
        documents = np.concatenate((documents, here))
        scores = np.concatenate((scores, evaluation.scores(plan, here)))
        ascending = documents.argsort()
        documents, scores = _best(documents[ascending], scores[ascending], count)
        start, step = start + step, step * 8
    return documents, scores


class _Evaluation:
    """The evaluation of a plan on a view; keeps what it decoded, and what it found out about phrases."""

    def __init__(self, view: View, plan: Plan) -> None:
        self._limit = view.limit
        self._columns = columns_of(view)
        leaves = _leaves(plan)
        keys = [(leaf.field, leaf.terms) for leaf in leaves]
        # Of a phrase's word that is any of several terms, the places of each are read.
        keys += [(leaf.field, (term,)) for leaf in _words_of_phrases(plan) for term in leaf.terms]
        self._lists = self._columns.lists(keys)
        self._rows = {leaf: self._lists.rows[leaf.field, leaf.terms] for leaf in leaves}
        self._checked: dict[PhraseLeaf, tuple[Numbers, Mask]] = {}

    def current(self, documents: Numbers) -> Numbers:
        """Return those of some documents that are current."""
        current = self._columns.current
        return documents if current is None else documents[current[documents]]

    def documents(self, plan: Plan, *, sure: bool = True) -> Numbers:  # noqa: PLR0911 - one for each kind
        """Return the documents that match, in order; `sure` as in `Plan`."""
        match plan:
            case Leaf():
                return self._lists.documents(self._rows[plan])
            case AnyOf():
                if rows := self._rows_of(plan):
                    return self._lists.of_any(rows)
                return self._mask(plan, sure=sure).nonzero()[0]
            case AllOf() if plan.wanted:
                rarest, *others = self._rarest_first(plan.wanted)
                found = self.documents(rarest, sure=sure)
                for one in others:
                    found = found[self.holds(one, found, sure=sure)]
                for one in plan.unwanted:
                    found = found[~self.holds(one, found)]
                return found
            case PhraseLeaf():
                found = self.documents(min(plan.terms, key=self._size))
            case NearLeaf():
                return self._near(plan, None, sure=sure)
            case Chosen():
                return _sorted(plan.chosen)
            case Days() | AllOf():
                found = np.arange(self._limit)
            case _:
                raise TypeError(f"{plan} is no plan")
        return found[self.holds(plan, found, sure=sure)]

    def holds(self, plan: Plan, documents: Numbers, *, sure: bool = True) -> Mask:  # noqa: C901, PLR0911, PLR0912 - one for each kind
        """Tell of each of some documents, which ascend, whether it matches."""
        match plan:
            case Leaf():
                return self._has(plan, documents)
            case AnyOf():
                if rows := self._rows_of(plan):
                    return self._lists.has_any(rows, documents)
                mask = np.zeros(len(documents), bool)
                for one in plan.plans:
                    mask |= self.holds(one, documents, sure=sure)
                return mask
            case AllOf():
                left = _Left(documents)
                for one in self._rarest_first(plan.wanted):
                    left.keep(self.holds(one, left.documents, sure=sure))
                for one in plan.unwanted:
                    left.keep(~self.holds(one, left.documents))
                return left.mask()
            case PhraseLeaf():
                return self._has_phrase(plan, documents, sure=sure)
            case NearLeaf():
                return np.isin(documents, self._near(plan, documents, sure=sure), assume_unique=True)
            case Chosen():
                return np.isin(documents, _sorted(plan.chosen), assume_unique=True)
            case Days():
                first, last = (self._columns.column(name)[documents] for name in ("first_day", "last_day"))
                within: Mask = (first >= plan.earliest) & (last <= plan.latest)
                if plan.doubtful:
                    within = (last == 0) | ((first <= plan.latest) & (last >= plan.earliest))
                return within
            case _:
                raise TypeError(f"{plan} is no plan")

    def scores(self, plan: Plan, documents: Numbers, *, sure: bool = True) -> Floats:
        """Return the scores of some documents, all of which match the plan."""
        leaves = list(dict.fromkeys(plan.leaves()))
        together = len(leaves) * len(documents) <= TOGETHER
        rows = self._leaf_scores(leaves, documents) if together else {}
        return self._sum(plan, documents, rows, sure=sure, matched=True)

    def _sum(self, plan: Plan, documents: Numbers, rows: Mapping[Leaf, Floats], *, sure: bool, matched: bool) -> Floats:
        """Return the scores of some documents, given those of leaves; if not `matched`, 0 for what does not match."""
        match plan:
            case Leaf():
                return rows[plan] if plan in rows else self._leaf_scores([plan], documents)[plan]
            case PhraseLeaf() | NearLeaf():
                parts = [self._sum(term, documents, rows, sure=sure, matched=True) for term in plan.terms]
            case AnyOf():
                parts = [self._sum(one, documents, rows, sure=sure, matched=False) for one in plan.plans]
            case AllOf():
                parts = [self._sum(one, documents, rows, sure=sure, matched=matched) for one in plan.scored]
            case _:
                parts = []
        # In the order of the query, as everywhere: a sum must not depend on how it was made.
        total = parts[0] if parts else np.zeros(len(documents))
        for part in parts[1:]:
            total = total + part
        if not matched and not isinstance(plan, AnyOf):
            total = np.where(self.holds(plan, documents, sure=sure), total, 0.0)
        return total

    def _leaf_scores(self, leaves: Sequence[Leaf], documents: Numbers) -> dict[Leaf, Floats]:
        """Return what each of some leaves adds to the scores of some documents."""
        scored = [leaf for leaf in leaves if leaf.factor]
        scores = {leaf: np.zeros(len(documents)) for leaf in leaves if not leaf.factor}
        if scored:
            at, has = self._lists.find([self._rows[leaf] for leaf in scored], documents)
            frequency = self._lists.frequencies(at)
            norm = self._columns.norms(documents)[[SCORED.index(leaf.field) for leaf in scored]]
            norm += frequency
            frequency *= np.array([[leaf.factor] for leaf in scored])
            frequency /= norm
            frequency *= has
            scores |= zip(scored, frequency, strict=True)
        return scores

    def _rarest_first(self, plans: Sequence[Plan]) -> Sequence[Plan]:
        return sorted(plans, key=self._size) if len(plans) > 1 else plans

    def _size(self, plan: Plan) -> int:  # noqa: PLR0911 - one for each kind
        """Return how many documents match at the most."""
        match plan:
            case Leaf():
                return self._lists.count(self._rows[plan])
            case AnyOf():
                return sum(map(self._size, plan.plans))
            case PhraseLeaf():
                return min(map(self._size, plan.terms))
            case NearLeaf():
                return sum(plan.size(part) for part, _ in self._columns.parts)
            case AllOf():
                return min(map(self._size, plan.wanted), default=self._limit)
            case Chosen():
                return len(plan.chosen)
            case _:
                return self._limit

    def _rows_of(self, plan: AnyOf) -> list[int]:
        """Return the lists of a plan's leaves, ascending; none where it is not of leaves alone."""
        rows = [self._rows[one] for one in plan.plans if isinstance(one, Leaf)]
        return sorted(rows) if len(rows) == len(plan.plans) else []

    def _has(self, leaf: Leaf, documents: Numbers) -> Mask:
        """Tell which of some documents have a leaf."""
        mask: Mask = self._lists.find([self._rows[leaf]], documents)[1][0]
        return mask

    def _mask(self, plan: AnyOf, *, sure: bool = True) -> Mask:
        """Return a truth value for each document of the view: whether it matches."""
        mask = np.zeros(self._limit, bool)
        for one in plan.plans:
            mask[self.documents(one, sure=sure)] = True
        return mask

    def _has_phrase(self, phrase: PhraseLeaf, documents: Numbers, *, sure: bool) -> Mask:
        """Tell which of some documents have the phrase; if not `sure`, which have its terms."""
        if sure and (known := self._checked.get(phrase)) is not None:
            at = known[0].searchsorted(documents)
            if len(known[0]) and (known[0].take(at, mode="clip") == documents).all():
                checked: Mask = known[1][at]
                return checked
        left = _Left(documents)
        for term in sorted(set(phrase.terms), key=self._size):
            left.keep(self._has(term, left.documents))
        if not sure:
            return left.mask()
        has = np.zeros(len(documents), bool)
        has[documents.searchsorted(self._starts(phrase, left.documents) >> 32)] = True
        self._checked[phrase] = documents, has
        return has

    def _near(self, plan: NearLeaf, within: Numbers | None, *, sure: bool) -> Numbers:
        """Return the documents in which words stand near, of all or of some, in order; as the plan itself finds them.

        What is slow of it is to look at the places of words, document by document, and is the same either way.
        """
        found: list[int] = []
        some = None if within is None else within.tolist()
        for part, _ in self._columns.parts:
            here = None if some is None else [document - part.offset for document in some if part.has(document)]
            found += sorted(part.offset + document for document in plan.documents(part, here, sure=sure))
        return np.array(found, np.int64)

    def _starts(self, phrase: PhraseLeaf, documents: Numbers) -> Numbers:
        """Return document × 2^32 + position of where a phrase begins, ascending, in documents that have its terms."""
        starts = documents[:0]
        for distance, word in enumerate(phrase.terms):
            if len(word.terms) == 1:
                at, _ = self._lists.find([self._rows[word]], documents)
                found = self._places(at[0], documents, distance)
            else:
                at, has = self._lists.find([self._lists.rows[word.field, (term,)] for term in word.terms], documents)
                each = [self._places(at[row][has[row]], documents[has[row]], distance) for row in range(len(at))]
                found = np.sort(np.concatenate(each))
            starts = _both(starts, found) if distance else found
        return starts

    def _places(self, at: Numbers, documents: Numbers, distance: int) -> Numbers:
        """Return document × 2^32 + position - distance of all places of a term in documents, given its postings."""
        counts, _, found = self._lists.place_runs().places(at)
        found += (documents << 32).repeat(counts) - distance
        return found


def _leaves(plan: Plan) -> list[Leaf]:
    """Return all leaves of a plan in the order of the query, those that score and those that do not."""
    match plan:
        case Leaf():
            return [plan]
        case PhraseLeaf() | NearLeaf():
            return list(plan.terms)
        case AnyOf():
            return [leaf for one in plan.plans for leaf in _leaves(one)]
        case AllOf():
            return [leaf for one in (*plan.wanted, *plan.unwanted) for leaf in _leaves(one)]
        case _:
            return []


def _words_of_phrases(plan: Plan) -> list[Leaf]:
    """Return the words of a plan's phrases that are any of several terms each."""
    match plan:
        case PhraseLeaf():
            return [word for word in plan.terms if len(word.terms) > 1]
        case AnyOf():
            return [word for one in plan.plans for word in _words_of_phrases(one)]
        case AllOf():
            return [word for one in (*plan.wanted, *plan.unwanted) for word in _words_of_phrases(one)]
        case _:
            return []


def _sorted(documents: frozenset[int]) -> Numbers:
    """Return documents as an array, in order."""
    return np.array(sorted(documents), np.int64)


class _Left:
    """Those of some documents that are left after one condition and the next."""

    def __init__(self, documents: Numbers) -> None:
        self.documents = documents
        self._all = len(documents)
        self._numbers: Numbers | None = None

    def keep(self, mask: Mask) -> None:
        """Keep those that a mask, of those that are left, is true of."""
        numbers = mask.nonzero()[0]
        self.documents = self.documents.take(numbers)
        self._numbers = numbers if self._numbers is None else self._numbers.take(numbers)

    def mask(self) -> Mask:
        """Tell of each of the documents at the beginning whether it is left."""
        if self._numbers is None:
            return np.ones(self._all, bool)
        mask = np.zeros(self._all, bool)
        mask[self._numbers] = True
        return mask


def _both(one: Numbers, other: Numbers) -> Numbers:
    """Return the numbers that two ascending lists of distinct numbers share."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return few[many.take(many.searchsorted(few), mode="clip") == few] if len(many) else few[:0]
