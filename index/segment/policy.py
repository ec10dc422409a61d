"""Which segments are merged, so that a search opens few and a document is rewritten seldom. Pure."""

from __future__ import annotations

import itertools
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 10
"""Segments that an index has room for before some are joined."""


FREED = 2
"""Segments fewer than there is room for, after a merge. Of one article added at a time, the add that merges rewrites 18
articles on average; with 5 it would be 39, every sixth time. That of all adds is about the same."""

FEW_TOKENS = 64_000_000
"""Tokens up to which all segments of a rebuilt index become one. Merging takes a fifth of the time again; a search of
one segment takes three quarters of the time that it takes with two or five."""

TOKENS_AT_MOST = 1 << 31
"""Tokens of titles and texts that are ever put into one segment: a stream of numbers holds 2^32."""


def groups_to_merge(
    sizes: Sequence[int], tokens: Sequence[int], *, rebuilt: bool = False, largest: float = inf
) -> list[tuple[int, int]]:
    """Return the segments' neighbours `[first, last)` that become one, in order; a group of one stays as it is.

    `sizes` are documents a segment, in the order of the log, and `tokens` its tokens. Nothing is merged up to MOST
    segments, or up to half as many besides the large ones, of a quarter of `largest` or more: so there is always room
    for some small ones. Beyond, the two neighbours that are smallest together are joined again and again, until there
    is room for FREED more, or those two are of sizes too far apart: farther than tiers that are as wide as MOST
    segments need for all. So a document that was added alone is rewritten a few times for each tier that it climbs,
    and the work of an add does not grow with the index, on average. Of an index that was `rebuilt` half of MOST stay,
    at the most, and one where there are no more than FEW_TOKENS.

    No join makes more than `largest` documents, which bounds the work of one call, nor more than TOKENS_AT_MOST. Where
    that leaves nothing worth joining, there are more segments than MOST.
    """
    if rebuilt and sizes and sum(tokens) <= FEW_TOKENS:
        return [(0, len(sizes))]
    large = sum(size * 4 >= largest for size in sizes)
    room = MOST // 2 if rebuilt else max(MOST, large + MOST // 2)
    left = MOST // 2 if rebuilt else room - FREED
    groups = [(number, number + 1) for number in range(len(sizes))]
    totals, held = list(sizes), list(tokens)
    width = max(2.0, sum(sizes) ** (2 / MOST))
    while len(sizes) > room and len(groups) > left:
        pairs = [
            (one + other, -at, max(one, other) > width * min(one, other))
            for at, (one, other) in enumerate(itertools.pairwise(totals))
            if one + other <= largest and held[at] + held[at + 1] <= TOKENS_AT_MOST
        ]
        if not pairs or (min(pairs)[2] and len(groups) <= room):
            break
        near = [pair for pair in pairs if not pair[2]]
        if not near and largest < inf:
            break
        joined, place, _ = min(near or pairs)
        totals[-place : -place + 2] = [joined]
        held[-place : -place + 2] = [sum(held[-place : -place + 2])]
        groups[-place : -place + 2] = [(groups[-place][0], groups[-place + 1][1])]
    return groups
