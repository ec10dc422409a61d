"""The best hits first, without looking at the places of words where that cannot change which they are.

A phrase is scored by its words. So the documents that have all of its words, scored by them, are an upper bound: in the
order of that bound they are looked at, some at a time, and a hit is given out once no bound that is left reaches it.
"""

from __future__ import annotations

from heapq import heappop, heappush, nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

from index.evaluate import current_scores, evaluate, plan_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.evaluate import Plan
    from index.query.ast import Node
    from index.reading import View

_STEP = 64
"""Documents that are made sure of together, at first; twice as many each time."""


def best_first(view: View, node: Node, count: int) -> Iterator[tuple[int, float]]:
    """Yield (document, score) of the best `count` hits by score, of equal ones in the order of the log."""
    plan = plan_query(view, node)
    if plan.guesses:
        return _made_sure(view, plan)
    return iter(best(list(evaluate(view, node)), count))


def best(hits: list[tuple[int, float]], count: int) -> list[tuple[int, float]]:
    """Return the hits with the highest scores, best first, equal ones in the order in which they come."""
    if len(hits) > 2 * count > 0:
        least = nlargest(count, map(itemgetter(1), hits))[-1]
        hits = [hit for hit in hits if hit[1] >= least]
    return sorted(hits, key=lambda hit: -hit[1])[:count]


def _made_sure(view: View, plan: Plan) -> Iterator[tuple[int, float]]:
    bounds = [
        (-bound, number, document)
        for number, part in enumerate(view.parts)
        for document, bound in current_scores(plan, part, sure=False).items()
    ]
    bounds.sort()
    sure: list[tuple[float, int]] = []
    start, step = 0, _STEP
    while start < len(bounds):
        chosen: dict[int, list[int]] = {}
        for _, number, document in bounds[start : start + step]:
            chosen.setdefault(number, []).append(document)
        for number, documents in chosen.items():
            part = view.parts[number]
            for document, score in plan.scores(part, documents).items():
                heappush(sure, (-score, part.offset + document))
        start, step = start + step, step * 2
        # A bound that is left is at least as far behind as the next one; an equal one may come first in the log.
        while sure and (start >= len(bounds) or sure[0][0] < bounds[start][0]):
            score, document = heappop(sure)
            yield document, -score
