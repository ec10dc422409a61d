"""The best hits by score, without scoring all that match, and without any doubt that they are the best.

A document's score is a sum of what terms add in fields: leaves. Each block of postings states the most that a leaf adds
in it. Leaves are put in an order, the rarest first. What a document scores is then at most

    what the first leaf that it has adds, and the most that any of the leaves behind that one could add,

as those ahead add nothing. So blocks are read in the order of the most that their leaf, and those behind it, come to,
until `count` hits are known and no block that is left reaches the last of them. Of a block, those documents are scored
whole that could be among the best by what the leaf adds to each. Documents that must have one of some leaves, as the
rarest word of an AND, need no leaves behind these to be found. This is MaxScore (H. Turtle and J. Flood, "Query
evaluation: strategies and optimizations", 1995) on blocks that know their best (S. Ding and T. Suel, "Faster top-k
document retrieval using block-max indexes", 2011).

A phrase is scored by its words. So what its words score bounds it, and the places of the words, which are slow to read,
are read only where that is enough.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from index.bm25 import SLACK
from index.evaluate import current_documents, current_scores
from index.leaves import TermLeaf

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from index.evaluate import Plan
    from index.reading import Part, View

_STEP = 32
"""Documents that are scored together, at least."""

_MANY = 1_000_000
"""Postings that take longer to decode in plain Python than numpy takes to import."""

_SOME = 60_000
"""Postings up to which numpy scores all documents in less time than the best blocks are found."""

_CHECKED = 10_000
"""Documents in which looking where their words stand, one by one, takes longer than numpy takes to import."""

_FEW = 256
"""Documents that are all scored, rather than finding out which of them could be among the best."""


def best_of(view: View, plan: Plan, count: int) -> list[tuple[int, float]]:
    """Return (document, score) of the best `count` hits by score, best first, equal ones in the order of the log."""
    if not count:
        return []
    if _worth_numpy(view, plan):
        from index import arrays

        return arrays.best(view, plan, count)
    best = _Best(count)
    for part in view.parts:
        _add_best(plan, part, best)
    return best.hits()


def total_of(view: View, plan: Plan) -> int:
    """Return how many hits there are."""
    return len(documents_of(view, plan))


def documents_of(view: View, plan: Plan) -> Sequence[int]:
    """Return the documents of all hits, in order."""
    if view.searches > 1 or (plan.guesses and sum(plan.size(part) for part in view.parts) > _CHECKED):
        from index import arrays

        return arrays.documents(view, plan)
    return [part.offset + document for part in view.parts for document in sorted(current_documents(plan, part))]


def _worth_numpy(view: View, plan: Plan) -> bool:
    """Tell whether to evaluate all of a plan with numpy.

    It is much quicker where there are few postings, or where documents must have several terms, as few of the bounds
    are close then. But importing it takes longer than a search: not for the first one of a process, unless there is a
    lot to decode.
    """
    again = view.searches > 1
    if plan.bulk == again:
        return again
    postings = sum(leaf.size(part) for part in view.parts for leaf in plan.leaves())
    return postings <= _SOME if again else postings > _MANY


class _Best:
    """The best hits so far: (score, -document), the best first; of equal scores the first in the log is better."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._hits: list[tuple[float, int]] = []
        self.least = 0.0
        """What a hit must score at least to be among them; 0 while there is room."""

    def add(self, offset: int, hits: Iterable[tuple[int, float]]) -> None:
        """Add (document, score) of those that are among the best; documents are counted from `offset`."""
        least = self.least
        self._hits += [(score, -offset - document) for document, score in hits if score >= least]
        # A long list is sorted seldom; of a short one the least score is worth knowing at once.
        if len(self._hits) >= (self.count if self.count <= _STEP else 2 * self.count):
            self._cut()

    def hits(self) -> list[tuple[int, float]]:
        """Return (document, score), best first."""
        self._cut()
        return [(-document, score) for score, document in self._hits]

    def _cut(self) -> None:
        self._hits.sort(reverse=True)
        del self._hits[self.count :]
        if self._hits and len(self._hits) == self.count:
            self.least = self._hits[-1][0]


def _add_best(plan: Plan, part: Part, best: _Best) -> None:
    """Add the hits of a part that are among the best."""
    # Where a good part of what matches is wanted, nothing is gained by looking for the best of it.
    size = plan.size(part)
    drivers = plan.drivers(part) if size > max(_FEW, 8 * best.count) else None
    if drivers is None:
        _add(plan, part, None, best)
        return
    pending: set[int] = set()
    seen: set[int] = set()
    for bound, rest, times, leaf, block in _blocks(plan, part, drivers, best.least):
        if bound < best.least:
            break
        found = list(leaf.scores_in(part, block))
        if not best.least and len(found) > 2 * best.count:
            # Nothing is known yet that a hit must reach: the leaf's own best of the block tell it soonest.
            found.sort(key=itemgetter(1), reverse=True)
            first = {document for document, _ in found[: 2 * best.count]} - seen
            _add(plan, part, first, best)
            seen |= first
            # Some may wait since a block of a rarer leaf.
            pending -= first
        least = (best.least - rest) / times / SLACK
        pending.update([document for document, score in found if score >= least and document not in seen])
        if len(pending) >= _STEP:
            _add(plan, part, pending, best)
            seen |= pending
            pending.clear()
    _add(plan, part, pending, best)


def _blocks(
    plan: Plan, part: Part, drivers: list[TermLeaf], least: float
) -> list[tuple[float, float, int, TermLeaf, int]]:
    """Return blocks that hold all documents that score `least` or more, the most promising first.

    A block comes with the most that a document in it can score, if it has no leaf that is rarer; the most that leaves
    behind its own add to that; how often its leaf counts, more than once where a phrase has a word twice; and its leaf.
    """
    # Where there are drivers, all leaves are terms.
    counts = Counter(leaf for leaf in plan.leaves() if isinstance(leaf, TermLeaf))
    leaves = sorted(counts, key=lambda leaf: leaf.size(part))
    # Added up from the back: taken off a sum from the front, small bounds would drown in its rounding.
    rests = list(accumulate((counts[leaf] * leaf.bound(part) for leaf in reversed(leaves)), initial=0.0))
    missing = set(drivers)
    blocks = []
    for leaf, rest in zip(leaves, reversed(rests[:-1]), strict=True):
        times = counts[leaf]
        blocks += [
            (times * bound + rest, rest, times, leaf, block)
            for bound, block in leaf.promising(part, (least - rest) / times)
        ]
        missing.discard(leaf)
        if not missing:
            break
    blocks.sort(key=itemgetter(0), reverse=True)
    return blocks


def _add(plan: Plan, part: Part, documents: Collection[int] | None, best: _Best) -> None:
    """Score some documents of a part, or all, and add those that are among the best."""
    if plan.guesses:
        least = best.least
        possible = current_scores(plan, part, documents, sure=False)
        documents = [document for document, bound in possible.items() if bound >= least]
    best.add(part.offset, current_scores(plan, part, documents).items())
