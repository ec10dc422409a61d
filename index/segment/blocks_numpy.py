"""Blocks of postings with numpy: millions of tokens at a time. The bytes are those of `index.segment.blocks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.bm25 import STEPS
from index.segment.blocks import BLOCK, PEAK_MOST, STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from index.segment.lengths import Lengths

    Numbers = NDArray[np.int64]


class Tokens(NamedTuple):
    """Tokens in the order of (term, document, position), a column each. `term` counts from 0 without gaps."""

    term: Numbers
    document: Numbers
    position: Numbers


class Encoded(NamedTuple):
    """The sections of blocks of some terms, and of each term its blocks, postings and tokens."""

    sections: dict[str, NDArray[np.unsignedinteger]]
    blocks: Numbers
    postings: Numbers
    tokens: Numbers


_NUMPY_TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32}


class SortedTokens:
    """Tokens sorted by term, document and position: as one 64-bit key each where they fit, which is fast and small."""

    def __init__(self, pieces: Iterable[Tokens], count: int, bounds: tuple[int, int, int]) -> None:
        """Sort `count` tokens that come in pieces; `bounds` are above all their terms, documents and positions.

        Pieces that fit the processor's cache are put together several times faster than one of all tokens.
        """
        bits = [bound.bit_length() for bound in bounds]
        self._keys: Numbers | None = None
        if sum(bits) <= 62:
            self._shift, self._term_shift = bits[2], bits[2] + bits[1]
            self._keys = np.empty(count, dtype=np.int64)
            at = 0
            for term, document, position in pieces:
                keys = self._keys[at : at + len(term)]
                np.left_shift(term, self._term_shift, out=keys)
                keys |= document << self._shift
                keys |= position
                at += len(term)
            self._keys.sort()
        else:
            term, document, position = (np.concatenate(column) for column in zip(*pieces, strict=True))
            order = np.lexsort((position, document, term))
            self._columns = Tokens(term[order], document[order], position[order])

    def stretches(self, size: int) -> Iterator[tuple[int, int, Tokens]]:
        """Yield the tokens of terms `[first, last)` at a time, about `size` of them, with terms counted from 0."""
        length = len(self._keys) if self._keys is not None else len(self._columns.term)
        start = 0
        while start < length:
            first = self._term(start)
            last = self._term(min(start + size, length) - 1) + 1
            end = self._find(last)
            yield first, last, self._slice(start, end, first)
            start = end

    def _term(self, index: int) -> int:
        return int(self._columns.term[index] if self._keys is None else self._keys[index] >> self._term_shift)

    def _find(self, term: int) -> int:
        """Return the index of the first token of a term or of one after it."""
        if self._keys is None:
            return int(np.searchsorted(self._columns.term, term))
        return int(np.searchsorted(self._keys, term << self._term_shift))

    def _slice(self, start: int, end: int, first: int) -> Tokens:
        if self._keys is None:
            term, document, position = (column[start:end] for column in self._columns)
            return Tokens(term - first, document, position)
        keys = self._keys[start:end]
        document_mask = (1 << self._term_shift - self._shift) - 1
        return Tokens(
            (keys >> self._term_shift) - first, keys >> self._shift & document_mask, keys & (1 << self._shift) - 1
        )


def encode(tokens: Tokens, terms: int, lengths: Lengths | None, sizes: Mapping[str, int]) -> Encoded:
    """Encode sorted tokens of `terms` terms, each of which has one at least.

    `lengths` are those of the field, None for one that is not scored. `sizes` are the numbers that each stream has
    already.
    """
    new_term = _changes(tokens.term)
    posting_at = np.flatnonzero(new_term | _changes(tokens.document))
    frequency = np.diff(posting_at, append=len(tokens.term))
    document = tokens.document[posting_at]
    term_at = np.flatnonzero(new_term[posting_at])
    postings = np.diff(term_at, append=len(posting_at))
    rank = np.arange(len(posting_at)) - np.repeat(term_at, postings)
    block_at = np.flatnonzero(rank % BLOCK == 0)
    count = np.diff(block_at, append=len(posting_at))
    token_at = posting_at[block_at]
    token_count = np.diff(token_at, append=len(tokens.term))

    offsets = document - np.repeat(document[block_at], count)
    most = np.maximum.reduceat(frequency, block_at)
    codes = {
        "offsets": np.where(count > 1, _codes(np.maximum.reduceat(offsets, block_at)), 0).astype(np.uint8),
        "freqs": np.where(most > 1, _codes(most - 1), 0).astype(np.uint8),
        "places": _codes(np.maximum.reduceat(tokens.position, token_at)).astype(np.uint8),
    }
    inner = np.ones(len(posting_at), dtype=bool)
    inner[block_at] = False
    runs = {
        "offsets": (offsets[inner], count - 1),
        "freqs": (frequency - 1, count),
        "places": (tokens.position, token_count),
    }

    sections: dict[str, NDArray[np.unsignedinteger]] = {
        "block_first": document[block_at].astype(np.uint32),
        "block_peak": np.minimum(most, PEAK_MOST).astype(np.uint8),
        **_bounds(document, frequency, block_at, lengths),
        "block_shape": (
            count - 1
            | codes["offsets"].astype(np.int64) << 7
            | codes["freqs"].astype(np.int64) << 9
            | codes["places"].astype(np.int64) << 11
        ).astype(np.uint16),
    }
    starts = {run: np.zeros(len(block_at), dtype=np.uint32) for run in runs}
    for run, code, name, type_code in STREAMS:
        numbers, counts = runs[run]
        chosen = codes[run] == code
        sections[name] = numbers[np.repeat(chosen, counts)].astype(_NUMPY_TYPES[type_code])
        begins = np.cumsum(counts[chosen]) - counts[chosen] + sizes[name]
        starts[run][chosen] = begins.astype(np.uint32)
    for run, begins in starts.items():
        sections[f"block_{run}"] = begins
    return Encoded(
        sections=sections,
        blocks=np.bincount(tokens.term[token_at], minlength=terms),
        postings=postings,
        tokens=np.diff(posting_at[term_at], append=len(tokens.term)),
    )


def _bounds(
    document: Numbers, frequency: Numbers, block_at: Numbers, lengths: Lengths | None
) -> dict[str, NDArray[np.unsignedinteger]]:
    """Return the shortest field and the best share of each block."""
    if lengths is None:
        nothing = np.zeros(len(block_at), dtype=np.uint8)
        return {"block_short": nothing, "block_best": nothing.astype(np.uint16)}
    short = np.frombuffer(lengths.short, np.uint8)[document]
    share = frequency / (frequency + np.asarray(lengths.norms)[short])
    return {
        "block_short": np.minimum.reduceat(short, block_at),
        "block_best": np.ceil(np.maximum.reduceat(share, block_at) * STEPS).astype(np.uint16),
    }


def decode(sections: dict[str, memoryview], begin: int, end: int) -> tuple[Numbers, Numbers, Numbers]:
    """Decode the blocks `[begin, end)` of a segment.

    Returns of each token the block (from 0 for `begin`), the document and the position.
    """
    shape = np.frombuffer(sections["block_shape"], np.uint16)[begin:end].astype(np.int64)
    count = (shape & 127) + 1
    block_at = np.cumsum(count) - count
    offsets = np.zeros(int(count.sum()), dtype=np.int64)
    inner = np.ones(len(offsets), dtype=bool)
    inner[block_at] = False
    offsets[inner] = _runs(sections, "offsets", shape >> 7 & 3, count - 1, begin)
    first = np.frombuffer(sections["block_first"], np.uint32)[begin:end].astype(np.int64)
    document = offsets + np.repeat(first, count)

    frequency = _runs(sections, "freqs", shape >> 9 & 3, count, begin) + 1
    token_count = np.add.reduceat(frequency, block_at)
    position = _runs(sections, "places", shape >> 11 & 3, token_count, begin)
    return np.repeat(np.arange(len(count)), token_count), np.repeat(document, frequency), position


def _runs(sections: dict[str, memoryview], run: str, codes: Numbers, counts: Numbers, begin: int) -> Numbers:
    """Return the numbers of a run of consecutive blocks, 0 where the width is none.

    The blocks of one width stand in their stream in order and without gaps, so a slice of it has them all.
    """
    numbers = np.zeros(int(counts.sum()), dtype=np.int64)
    starts = np.frombuffer(sections[f"block_{run}"], np.uint32)[begin : begin + len(codes)]
    for stream_run, code, name, type_code in STREAMS:
        chosen = codes == code
        if stream_run != run or not chosen.any():
            continue
        first = int(starts[np.argmax(chosen)])
        stream = np.frombuffer(sections[name], _NUMPY_TYPES[type_code])
        numbers[np.repeat(chosen, counts)] = stream[first : first + int(counts[chosen].sum())]
    return numbers


def _changes(column: Numbers) -> NDArray[np.bool_]:
    changes = np.empty(len(column), dtype=bool)
    changes[:1] = True
    np.not_equal(column[1:], column[:-1], out=changes[1:])
    return changes


def _codes(largest: Numbers) -> Numbers:
    return 1 + (largest >= 1 << 8).astype(np.int64) + (largest >= 1 << 16)
