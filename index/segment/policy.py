"""Which segments are merged, so that a search opens few and a document is rewritten seldom. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 10
"""Segments that an index may have."""


def groups_to_merge(sizes: Sequence[int], *, largest: float = float("inf")) -> list[tuple[int, int]]:
    """Return the segments' neighbours `[first, last)` that become one, in order; a group of one stays as it is.

    `sizes` are documents a segment, in the order of the log. Nothing is merged up to MOST segments. Beyond, the two
    neighbours that are smallest together are joined again and again, until half of the places are free or what is left
    differs in size by tiers that are as wide as MOST segments need for all. So a document that was added alone is
    rewritten a few times for each tier that it climbs, and the work of an add does not grow with the index, on
    average. No join makes more than `largest` documents: it bounds the work of one call.
    """
    groups = [(number, number + 1) for number in range(len(sizes))]
    if len(sizes) <= MOST:
        return groups
    totals = list(sizes)
    width = max(2.0, sum(sizes) ** (2 / MOST))
    while len(groups) > MOST // 2:
        pairs = [(totals[at] + totals[at + 1], -at) for at in range(len(totals) - 1)]
        joined, place = min(pairs)
        at = -place
        apart = max(totals[at : at + 2]) > width * min(totals[at : at + 2])
        if joined > largest or (apart and len(groups) <= MOST):
            break
        totals[at : at + 2] = [joined]
        groups[at : at + 2] = [(groups[at][0], groups[at + 1][1])]
    return groups
