"""Length bytes: the length of a field in tokens, in one byte, as scoring sees it.

Whoosh's own logarithmic scale, so that scores are those of Whoosh: byte n stands for round(27 (1.033^n - 1)) tokens,
exact up to 10. Exact lengths are kept beside it for averages.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE = tuple(round((1.033**byte - 1) * 27) for byte in range(256))
"""The length that each byte stands for."""


class Lengths(NamedTuple):
    """A scored field: the length byte of each document, and the norms by which its blocks state their best share.

    Without norms (`index.bm25`) they state none.
    """

    short: Sequence[int] | Mapping[int, int]
    norms: Sequence[float] = ()


def length_byte(length: int) -> int:
    """Return the lowest byte that stands for at least a length, 255 for all beyond."""
    return min(bisect_left(TABLE, length), 255)
