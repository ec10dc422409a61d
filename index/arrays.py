"""Evaluating a plan with numpy: the documents that match and their scores, for many postings at a time.

It gives what `index.evaluate` gives, to the last bit, as it adds in the same order: a test holds the two together.
Which documents match is worked out on a mask, a truth value for each document of a part; what they score on the
documents that are left. Importing numpy takes longer than most searches: `index.topk` knows when that pays.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from index.evaluate import AllOf, AnyOf, Days
from index.leaves import Leaf, PhraseLeaf, TermLeaf
from index.segment.blocks import BLOCK, WIDTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.evaluate import Plan
    from index.reading import Part
    from index.segment.reader import Term

    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_TYPES: dict[str, Any] = {"B": np.uint8, "H": np.uint16, "I": np.uint32}

_FIRST_CHECKED = 512
"""Documents whose phrases are looked at together, at first; eight times as many each time."""


def best(plan: Plan, part: Part, count: int, least: float) -> list[tuple[int, float]]:
    """Return (document, score) of the best `count` hits of a part, and maybe of more, that score `least` or more."""
    evaluation = _Evaluation(part)
    if plan.guesses:
        return _best_sure(evaluation, plan, count, least)
    documents = np.flatnonzero(evaluation.matching(plan) & evaluation.current)
    scores = evaluation.scores(plan, documents)
    return _best(documents, scores, count, least)


def _best(documents: Numbers, scores: Floats, count: int, least: float) -> list[tuple[int, float]]:
    if len(scores) > count:
        least = max(least, float(np.partition(scores, -count)[-count]))
    chosen = scores >= least
    return list(zip(documents[chosen].tolist(), scores[chosen].tolist(), strict=True))


def _best_sure(evaluation: _Evaluation, plan: Plan, count: int, least: float) -> list[tuple[int, float]]:
    """Return what `best` does for a plan with phrases: those that have their words come first, best first."""
    possible = np.flatnonzero(evaluation.matching(plan, sure=False) & evaluation.current)
    bounds = evaluation.scores(plan, possible, sure=False)
    order = np.argsort(-bounds, kind="stable")
    found: list[tuple[int, float]] = []
    start, step = 0, _FIRST_CHECKED
    while start < len(order) and bounds[order[start]] >= least:
        within = np.zeros(evaluation.limit, dtype=bool)
        within[possible[order[start : start + step]]] = True
        documents = np.flatnonzero(evaluation.matching(plan, within=within) & within)
        found += _best(documents, evaluation.scores(plan, documents), count, least)
        if len(found) >= count:
            least = max(least, sorted((score for _, score in found), reverse=True)[count - 1])
        start, step = start + step, step * 8
    return found


class _Phrase:
    """What is known of a phrase: the documents that have its words, where places were looked at, and were right."""

    def __init__(self, possible: Mask) -> None:
        self.possible = possible
        self.checked = np.zeros_like(possible)
        self.has = np.zeros_like(possible)


class _Evaluation:
    """The evaluation of a plan on one part; keeps what it decoded."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self.limit = part.limit
        self._decoded: dict[Leaf, tuple[Numbers, Numbers]] = {}
        self._phrases: dict[PhraseLeaf, _Phrase] = {}
        self.current = np.ones(self.limit, dtype=bool)
        self.current[list(part.superseded)] = False

    def matching(self, plan: Plan, *, sure: bool = True, within: Mask | None = None) -> Mask:
        """Return a mask of the documents that match; `sure` as in `Plan`. If `within` is given, it is right there."""
        match plan:
            case Leaf():
                mask = self._mask(self._postings(plan)[0])
            case PhraseLeaf():
                mask = self._phrase(plan, sure=sure, within=within)
            case AnyOf():
                mask = np.zeros(self.limit, dtype=bool)
                for one in plan.plans:
                    if isinstance(one, Leaf):
                        mask[self._postings(one)[0]] = True
                    else:
                        mask |= self.matching(one, sure=sure, within=within)
            case AllOf():
                mask = np.ones(self.limit, dtype=bool) if within is None else within.copy()
                for one in plan.wanted:
                    mask &= self.matching(one, sure=sure, within=within)
                for one in plan.unwanted:
                    mask &= ~self.matching(one, within=mask)
            case Days():
                first, last = (_column(self._part, name)[: self.limit] for name in ("first_day", "last_day"))
                mask = (first >= plan.earliest) & (last <= plan.latest)
            case _:
                raise TypeError(f"{plan} is no plan")
        return mask

    def scores(self, plan: Plan, documents: Numbers, *, sure: bool = True, matched: bool = True) -> Floats:
        """Return the scores of some documents; not all of them match the plan if not `matched`: such a one gets 0."""
        parts: list[Floats] = []
        match plan:
            case Leaf():
                return self._leaf_scores(plan, documents)
            case PhraseLeaf():
                parts = [self._leaf_scores(term, documents) for term in plan.terms]
            case AnyOf():
                parts = [self.scores(one, documents, sure=sure, matched=False) for one in plan.plans]
            case AllOf():
                parts = [self.scores(one, documents, sure=sure, matched=matched) for one in plan.scored]
            case _:
                pass
        # In the order of the query, as everywhere: a sum must not depend on how it was made.
        total: Floats = sum(parts, np.zeros(len(documents)))
        if not matched and not isinstance(plan, AnyOf):
            total[~self.matching(plan, sure=sure, within=self._mask(documents))[documents]] = 0.0
        return total

    def _mask(self, documents: Numbers) -> Mask:
        mask = np.zeros(self.limit, dtype=bool)
        mask[documents] = True
        return mask

    def _postings(self, leaf: Leaf) -> tuple[Numbers, Numbers]:
        """Return the documents of a leaf below the limit, and the frequency minus 1 of each."""
        found = self._decoded.get(leaf)
        if found is None:
            found = self._decoded[leaf] = self._term_postings(leaf) if isinstance(leaf, TermLeaf) else self._known(leaf)
        return found

    def _term_postings(self, leaf: TermLeaf) -> tuple[Numbers, Numbers]:
        entry = leaf.entry(self._part)
        if entry is None:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing
        documents, frequencies = decode(self._part, entry)
        if self.limit < self._part.segment.documents:
            end = documents.searchsorted(self.limit)
            return documents[:end], frequencies[:end]
        return documents, frequencies

    def _known(self, leaf: Leaf) -> tuple[Numbers, Numbers]:
        known = leaf.frequencies(self._part, None)
        return np.fromiter(known, np.int64, len(known)), np.fromiter(known.values(), np.int64, len(known))

    def _leaf_scores(self, leaf: Leaf, documents: Numbers) -> Floats:
        scores = np.zeros(len(documents))
        having, frequencies = self._postings(leaf)
        if not leaf.factor or not len(having):
            return scores
        at = having.searchsorted(documents)
        at[at == len(having)] = 0
        has = (having[at] == documents).nonzero()[0]
        if len(has):
            frequency = frequencies[at[has]] + 1
            lengths = _column(self._part, f"short_{leaf.field}")[documents[has]]
            scores[has] = leaf.factor * frequency / (frequency + np.asarray(leaf.norms)[lengths])
        return scores

    def _phrase(self, phrase: PhraseLeaf, *, sure: bool, within: Mask | None) -> Mask:
        known = self._phrases.get(phrase)
        if known is None:
            if all(term.size(self._part) for term in phrase.terms):
                possible = np.ones(self.limit, dtype=bool)
                for term in dict.fromkeys(phrase.terms):
                    possible &= self._mask(self._postings(term)[0])
            else:
                possible = np.zeros(self.limit, dtype=bool)
            known = self._phrases[phrase] = _Phrase(possible)
        if not sure:
            return known.possible
        unknown = known.possible & ~known.checked
        if within is not None:
            unknown &= within
        documents = np.flatnonzero(unknown)
        if len(documents):
            known.has[self._side_by_side(phrase, documents)] = True
            known.checked |= unknown
        return known.has

    def _side_by_side(self, phrase: PhraseLeaf, documents: Numbers) -> Numbers:
        """Return those of some documents that have all terms, in which the terms stand side by side."""
        starts: Numbers | None = None
        for distance, term in enumerate(phrase.terms):
            # Where the phrase would begin, for each place of the term: a number that holds the document too.
            found = self._places(term, documents) - distance
            starts = found if starts is None else _both(starts, found)
        return np.zeros(0, dtype=np.int64) if starts is None else np.unique(starts >> 32)

    def _places(self, leaf: TermLeaf, documents: Numbers) -> Numbers:
        """Return document × 2^32 + position, ascending, of a term in some documents that have it."""
        entry = leaf.entry(self._part)
        if entry is None:
            return np.zeros(0, dtype=np.int64)
        having, frequencies = self._postings(leaf)
        at = np.searchsorted(having, documents)
        block = at // BLOCK
        counts = frequencies + 1
        ahead = np.cumsum(counts) - counts
        begin = _column(self._part, "block_places")[entry.first : entry.last][block] + (
            ahead[at] - ahead[block * BLOCK]
        )
        count = counts[at]
        codes = _column(self._part, "block_shape")[entry.first : entry.last][block] >> 11 & 3
        token_at = np.cumsum(count) - count
        index = np.repeat(begin - token_at, count) + np.arange(int(count.sum()))
        found = np.repeat(documents << 32, count)
        for code in np.unique(codes).tolist():
            stream = _column(self._part, f"places{WIDTHS[code]}")
            here = np.repeat(codes == code, count)
            found[here] += stream[index[here]]
        return found


def decode(part: Part, entry: Term) -> tuple[Numbers, Numbers]:
    """Return all documents of a term, below the part's limit or not, and the frequency minus 1 of each."""
    if entry.last - entry.first == 1:
        blocks = part.segment.blocks
        frequencies = blocks.frequencies(entry.first)
        return (
            np.fromiter(blocks.documents(entry.first), np.int64, entry.postings),
            np.zeros(entry.postings, dtype=np.int64)
            if frequencies is None
            else np.asarray(frequencies).astype(np.int64),
        )
    span = slice(entry.first, entry.last)
    shape = _column(part, "block_shape")[span]
    numbers = _run(part, "offsets", entry, shape >> 7 & 3, BLOCK - 1)
    numbers[:, 0] = 0
    numbers += _column(part, "block_first")[span, None]
    more = _run(part, "freqs", entry, shape >> 9 & 3, BLOCK)
    return numbers.ravel()[: entry.postings], more.ravel()[: entry.postings]


def _run(part: Part, run: str, entry: Term, codes: NDArray[np.integer], width: int) -> Numbers:
    """Return the numbers of a run, `width` of each block but the last, a row of BLOCK each; 0 where there are none.

    The runs of full blocks of one width stand in their stream one behind the other.
    """
    rows = len(codes)
    numbers = np.zeros((rows, BLOCK), dtype=np.int64)
    starts = _column(part, f"block_{run}")[entry.first : entry.last]
    last = entry.postings - (rows - 1) * BLOCK - (BLOCK - width)
    skipped = BLOCK - width
    if codes[-1] and last:
        start = int(starts[-1])
        numbers[-1, skipped : skipped + last] = _stream(part, run, int(codes[-1]))[start : start + last]
    # Neighbours of one width at a go: a slice takes them much quicker than a choice of rows.
    changes = np.flatnonzero(np.diff(codes[:-1])) + 1
    for first, end in pairwise((0, *changes.tolist(), rows - 1)):
        if first < end and (code := int(codes[first])):
            start = int(starts[first])
            stream = _stream(part, run, code)[start : start + (end - first) * width]
            numbers[first:end, skipped:] = stream.reshape(end - first, width)
    return numbers


def _stream(part: Part, run: str, code: int) -> NDArray[Any]:
    return _column(part, f"{run}{WIDTHS[code]}")


def _column(part: Part, name: str) -> NDArray[Any]:
    column = part.columns.get(name)
    if column is None:
        section = part.segment.sections[name]
        column = part.columns[name] = np.frombuffer(section, _TYPES[section.format])
    return column


def _both(one: Numbers, other: Numbers) -> Numbers:
    """Return the numbers that two ascending lists of distinct numbers share."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    return few[many[at] == few] if len(many) else few[:0]
