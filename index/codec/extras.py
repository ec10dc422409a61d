"""What a block of postings keeps that the streams of blocks have no room for, as one run of bytes a block.

Most blocks keep nothing: where the weight of each posting is its frequency and its format keeps positions at most. The
first byte of a run says what follows, each item in an array, in this order:

    1  weights      of the postings, 4 bytes each: floating point, as Whoosh's own codec rounds them
    2  characters   of the places, 4 bytes each: first and last character alternately
    4  boosts       of the places, 8 bytes each
    8  values       of the postings: their lengths, 4 bytes each, then the values. Frequencies say nothing then
"""

from __future__ import annotations

from array import array
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from index.segment.layout import BadSegmentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.codec.payload import Payload

_WEIGHTS, _CHARACTERS, _BOOSTS, _VALUES = 1, 2, 4, 8


class Extra(NamedTuple):
    """What a block keeps besides: a weight and a value for each posting, characters and boosts for each place."""

    weights: Sequence[float] = ()
    characters: Sequence[int] = ()
    boosts: Sequence[float] = ()
    values: Sequence[bytes] = ()


NOTHING = Extra()


def encode_extra(payloads: Sequence[Payload], weights: Sequence[float], values: Sequence[bytes] | None) -> bytes:
    """Return the run of a block, empty where there is nothing to keep."""
    kinds = 0
    pieces: list[bytes] = []
    if any(weight != payload.frequency for weight, payload in zip(weights, payloads, strict=True)):
        kinds |= _WEIGHTS
        pieces.append(array("f", weights).tobytes())
    characters = array("I", chain.from_iterable(payload.characters for payload in payloads))
    if characters:
        kinds |= _CHARACTERS
        pieces.append(characters.tobytes())
    boosts = array("d", chain.from_iterable(payload.boosts for payload in payloads))
    if boosts:
        kinds |= _BOOSTS
        pieces.append(boosts.tobytes())
    if values is not None:
        kinds |= _VALUES
        pieces += (array("I", map(len, values)).tobytes(), *values)
    return bytes((kinds,)) + b"".join(pieces) if kinds else b""


def decode_extra(run: bytes, postings: int, places: int) -> Extra:
    """Return what a run holds for a block of so many postings and places. Raises BadSegmentError."""
    if not run:
        return NOTHING
    kinds = run[0]
    rest = memoryview(run)[1:]
    weights, characters, boosts, lengths = array("f"), array("I"), array("d"), array("I")
    for kind, numbers, count in (
        (_WEIGHTS, weights, postings),
        (_CHARACTERS, characters, 2 * places),
        (_BOOSTS, boosts, places),
        (_VALUES, lengths, postings),
    ):
        if kinds & kind:
            size = count * numbers.itemsize
            if len(rest) < size:
                raise BadSegmentError("a block that keeps less than it says")
            numbers.frombytes(rest[:size])
            rest = rest[size:]
    values = [bytes(rest[start:end]) for start, end in pairwise(accumulate(lengths, initial=0))]
    return Extra(weights, characters, boosts, values)
