"""BM25 over fields: a term adds weight × inverse document frequency × saturation to a document's score.

Saturation is (K1 + 1) f / (f + norm) for a frequency f; the norm grows with the length of the field, as its length byte
has it, against the average. S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework" (2009).

A block of postings states the most that f / (f + norm) comes to in it, by the average length in its segment, in steps
of 1/65535, rounded up. Seen from another average a, that share is at most max(1, a / average) times as much: a longer
average makes a norm smaller, but never by more than the ratio of the two, and a shorter one makes it larger.
"""

from __future__ import annotations

from math import ceil, log
from typing import TYPE_CHECKING

from index.segment.lengths import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

B, K1 = 0.75, 1.2
"""The parameters, those that most engines have."""

STEPS = 65_535
"""The steps in which a block states its highest share, 1 being never reached."""

SLACK = 1 + 1e-9
"""What bounds are made larger by, so that sums in another order or another rounding never come above them."""


def inverse_document_frequency(documents: int, frequency: int) -> float:
    """Return the weight of a term that is in `frequency` of so many documents, which are no fewer; it is above 0.

    That of Robertson and Spärck Jones, "Relevance weighting of search terms" (1976), with 1 added to the odds, so that
    a term that most documents have counts next to nothing rather than against them.
    """
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def factor(weight: float, documents: int, frequency: int) -> float:
    """Return what the saturation of a term is multiplied by, f / (f + norm); the term has a weight in its field."""
    return factor_of_rarity(weight, inverse_document_frequency(documents, frequency))


def factor_of_rarity(weight: float, rarity: float) -> float:
    """Return `factor` of a term whose inverse document frequency is known."""
    return (K1 + 1) * weight * rarity


def norms(average: float) -> tuple[float, ...]:
    """Return what is added to a frequency in the denominator, by length byte, for an average length in tokens."""
    return tuple(K1 * ((1 - B) + B * length / average) for length in TABLE)


def segment_norms(tokens: int, documents: int) -> tuple[float, ...]:
    """Return the norms by which the blocks of a segment state their shares: of a field of `tokens` in all."""
    return norms(tokens / documents if tokens else 1.0)


def highest_share(frequencies: Sequence[int], lengths: Sequence[int], norms_: Sequence[float]) -> int:
    """Return the highest share f / (f + norm) of some postings in steps, rounded up; by frequency and length byte."""
    most = max(f / (f + norms_[length]) for f, length in zip(frequencies, lengths, strict=True))
    return ceil(most * STEPS)


def bound_of_step(average: float, segment_average: float) -> float:
    """Return the most that one step of a block's share stands for, as lengths are seen from an average in tokens."""
    ratio = max(1.0, average / segment_average) if segment_average else 1.0
    return ratio / STEPS * SLACK
