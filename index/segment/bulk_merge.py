"""Merging the fields of neighbouring segments with numpy, in memory that does not grow with them.

Their lexicons are read side by side, a piece of the alphabet at a time. All documents of one segment come before those
of the next, so the postings of a term are those of the first segment, then those of the next, cut into blocks anew: the
terms of a piece are put together at one go; one with too many tokens for that is, some blocks at a time.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from index import schema_fields as schema
from index.segment.blocks import BLOCK
from index.segment.blocks_numpy import decode_postings
from index.segment.bulk import STRETCH, BlockSections, stretches
from index.segment.merge import spellings
from index.segment.postings import Postings, concatenate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from index.segment.lengths import Lengths
    from index.segment.reader import Segment
    from index.segment.writer import Lexicon, Sink

_SPELLINGS = 1 << 17
"""Terms of all segments that are held at a time, at most."""

_RELEASED = 1 << 23
"""Tokens after which the pages that were read are given back."""


def merge_fields(
    segments: Sequence[Segment],
    bases: Sequence[int],
    lengths: Mapping[str, Lengths],
    lexicon: Lexicon,
    pieces: Mapping[str, Sink],
) -> None:
    """Merge all fields of some segments, whose first documents get the numbers `bases`."""
    blocks = BlockSections(pieces)
    passed = 0
    for name in schema.INDEXED:
        lexicon.begin(name)
        sources = [_Source(segment, base, name) for segment, base in zip(segments, bases, strict=False)]
        for terms in _side_by_side(sources):
            counts = np.zeros(len(terms), dtype=np.int64)
            for source in sources:
                source.count_tokens(counts)
            for first, last in stretches(counts):
                parts = _frequent(sources, first) if counts[first] > STRETCH else _together(sources, first, last)
                sums = np.zeros((3, last - first), dtype=np.int64)
                for postings in parts:
                    sums += (blocks.add(postings, lengths.get(name)), postings.postings, postings.tokens)
                lexicon.extend(name, terms[first:last], *sums.tolist())
            passed += int(counts.sum())
            if passed > _RELEASED:
                passed = 0
                for segment in segments:
                    segment.release()


class _Source:
    """One field of one segment that is merged, read term by term; the terms at hand have numbers in the union."""

    def __init__(self, segment: Segment, base: int, field: str) -> None:
        self._segment = segment
        self._base = base
        self._next, self._last = segment.fields[field]
        self._begin = self._next
        self._starts = np.frombuffer(segment.sections["term_start"], np.uint64).view(np.int64)
        self._blocks = np.frombuffer(segment.sections["term_blocks"], np.uint32)
        self._postings = np.frombuffer(segment.sections["term_postings"], np.uint32)
        self._tokens = np.frombuffer(segment.sections["term_tokens"], np.uint64)
        self._numbers = np.zeros(0, dtype=np.int64)

    def bound(self, tokens: int, terms: int) -> bytes | None:
        """Return the term ahead of which there are so many tokens, or terms; None where all that is left is less.

        So many terms have 16 bytes each, on average, or there are less.
        """
        end = min(self._next + terms, self._last)
        running = np.cumsum(self._tokens[self._next : end].astype(np.int64))
        spelt = self._starts[self._next + 1 : end + 1] - self._starts[self._next]
        last = min(np.searchsorted(running, tokens, side="right"), np.searchsorted(spelt, 16 * terms, side="right"))
        count = max(1, int(last))
        return self._segment.spelling(self._next + count) if self._next + count < self._last else None

    def take(self, bound: bytes | None) -> list[bytes]:
        """Go on to the terms below a bound; return them."""
        self._begin = self._next
        self._next = (
            self._last
            if bound is None
            else bisect_left(range(self._last), bound, self._begin, self._last, key=self._segment.spelling)
        )
        return spellings(self._segment, self._begin, self._next)

    def number(self, numbers: Sequence[int]) -> None:
        """Take the numbers in the union of the terms at hand."""
        self._numbers = np.array(numbers, dtype=np.int64)

    def count_tokens(self, counts: NDArray[np.int64]) -> None:
        """Add the tokens of each term at hand to the counts of the union's terms."""
        counts[self._numbers] += self._tokens[self._begin : self._next].astype(np.int64)

    def terms(self, first: int, last: int) -> Postings:
        """Return the postings of the union's terms `[first, last)`, with terms counted from `first`."""
        begin, end = (self._begin + np.searchsorted(self._numbers, (first, last))).tolist()
        return self._read(begin, end, first, int(self._blocks[begin]), int(self._blocks[end]))

    def term(self, number: int) -> Iterator[Postings]:
        """Yield the postings of one of the union's terms, some blocks at a time."""
        at = self._begin + int(np.searchsorted(self._numbers, number))
        if at == self._next or self._numbers[at - self._begin] != number:
            return
        begin, end = int(self._blocks[at]), int(self._blocks[at + 1])
        step = max(1, STRETCH * (end - begin) // int(self._tokens[at]))
        for block in range(begin, end, step):
            yield self._read(at, at + 1, number, block, min(block + step, end))

    def _read(self, begin: int, end: int, first: int, first_block: int, last_block: int) -> Postings:
        """Return postings of the segment's terms `[begin, end)`: those in some blocks."""
        document, frequency, position = decode_postings(self._segment.sections, first_block, last_block)
        document += np.uint32(self._base)
        one = end - begin == 1
        return Postings(
            term=self._numbers[begin - self._begin : end - self._begin] - first,
            postings=np.array([len(document)]) if one else self._postings[begin:end].astype(np.int64),
            tokens=np.array([len(position)]) if one else self._tokens[begin:end].astype(np.int64),
            document=document,
            frequency=frequency,
            position=position,
        )


def _side_by_side(sources: Sequence[_Source]) -> Iterator[list[bytes]]:
    """Yield the terms of all sources in order, a piece of the alphabet at a time, and let each source go on with it."""
    bound: bytes | None = b""
    while bound is not None:
        # As far as all of them can go: then no source has more than its share in a piece, or it is a single term.
        tokens, terms = STRETCH // len(sources), max(1, _SPELLINGS // len(sources))
        bound = min(filter(None, (source.bound(tokens, terms) for source in sources)), default=None)
        taken = [source.take(bound) for source in sources]
        union = sorted(set().union(*taken))
        numbers = {spelling: number for number, spelling in enumerate(union)}
        for source, here in zip(sources, taken, strict=True):
            source.number([numbers[spelling] for spelling in here])
        yield union


def _together(sources: Sequence[_Source], first: int, last: int) -> Iterator[Postings]:
    yield concatenate([source.terms(first, last) for source in sources], last - first)


def _frequent(sources: Sequence[_Source], number: int) -> Iterator[Postings]:
    """Yield the postings of one term, a multiple of BLOCK at a time but for the last."""
    left: list[Postings] = []
    for source in sources:
        for here in source.term(number):
            whole, rest = _cut(concatenate([*left, here], 1))
            yield from whole
            left = rest
    yield from left


def _cut(postings: Postings) -> tuple[list[Postings], list[Postings]]:
    """Return as many postings of a single term as fill blocks, and those that are left."""
    whole = len(postings.document) // BLOCK * BLOCK
    tokens = int(postings.frequency[:whole].sum())
    halves = (
        (postings.document[:whole], postings.frequency[:whole], postings.position[:tokens]),
        (postings.document[whole:], postings.frequency[whole:], postings.position[tokens:]),
    )
    first, second = (
        [Postings(postings.term, np.array([len(half[0])]), np.array([len(half[2])]), *half)] if len(half[0]) else []
        for half in halves
    )
    return first, second
