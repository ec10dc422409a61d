"""How good a ranking is, by the documents that are relevant. docs/search-quality.md states the measures."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

DEPTH = 1000
"""Documents of a ranking that are looked at, as in the evaluations of TREC."""


def average_precision(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Return the mean, over the relevant documents, of the precision where each stands; 0 for one that is not found.

    Its mean over queries is MAP.
    """
    found = 0
    total = 0.0
    for rank, document in enumerate(ranking[:DEPTH], 1):
        if document in relevant:
            found += 1
            total += found / rank
    return total / len(relevant)


def precision(ranking: Sequence[str], relevant: Collection[str], at: int = 10) -> float:
    """Return the share of relevant documents among the first `at`; a shorter ranking counts as if it were filled up."""
    return sum(document in relevant for document in ranking[:at]) / at


def ndcg(ranking: Sequence[str], gains: Mapping[str, int], at: int = 10) -> float:
    """Return the discounted cumulative gain of the first `at` against that of the best possible ranking, from 0 to 1.

    K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with the discount
    log2(rank + 1), as trec_eval has it.
    """
    best = sorted(gains.values(), reverse=True)
    return _discounted([gains.get(document, 0) for document in ranking[:at]]) / _discounted(best[:at])


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))
