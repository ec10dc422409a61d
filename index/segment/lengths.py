"""Length bytes: the length of a field in tokens, in one byte, as scoring sees it.

Whoosh's own logarithmic scale, so that scores are those of Whoosh: byte n stands for round(27 (1.033^n - 1)) tokens,
exact up to 10. Exact lengths are kept beside it for averages.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = tuple(round((1.033**byte - 1) * 27) for byte in range(256))
"""The length that each byte stands for."""


class Lengths(NamedTuple):
    """A scored field as its blocks are bounded: the length byte of each document, and the norm by length byte."""

    short: bytes
    norms: Sequence[float]


def length_byte(length: int) -> int:
    """Return the lowest byte that stands for at least a length, 255 for all beyond."""
    return min(bisect_left(TABLE, length), 255)
