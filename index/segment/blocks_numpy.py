"""Blocks of postings with numpy: millions of tokens at a time. The bytes are those of `index.segment.blocks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.bm25 import STEPS
from index.segment.blocks import BLOCK, LEAST, PEAK_MOST, SHARED, STREAMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from index.segment.lengths import Lengths
    from index.segment.postings import Postings

    Numbers = NDArray[np.int64]
    Column = NDArray[np.uint32]


class Encoded(NamedTuple):
    """The sections of blocks of some terms, and how many blocks each term has."""

    sections: dict[str, NDArray[np.unsignedinteger]]
    blocks: Numbers


_NUMPY_TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32}


def encode(postings: Postings, lengths: Lengths | None, sizes: Mapping[str, int]) -> Encoded:
    """Encode the postings of some terms.

    `lengths` are those of the field, None for one that is not scored. `sizes` are the numbers that each stream has
    already. The postings of one term may be given in several calls, in order, where all but the last give a multiple of
    BLOCK.
    """
    document, frequency, position = postings.document, postings.frequency, postings.position
    blocks = -(-postings.postings // BLOCK)
    block_in_term = np.arange(int(blocks.sum())) - np.repeat(np.cumsum(blocks) - blocks, blocks)
    block_at = np.repeat(np.cumsum(postings.postings) - postings.postings, blocks) + block_in_term * BLOCK
    count = np.diff(block_at, append=len(document))
    token_count = np.add.reduceat(frequency, block_at, dtype=np.int64)
    token_at = np.cumsum(token_count) - token_count

    most = np.maximum.reduceat(frequency, block_at)
    shared = document[block_at] >> 16 == document[block_at + count - 1] >> 16
    codes = {
        "documents": np.where(shared, 2, 3).astype(np.uint8),
        "freqs": _codes(most - 1, LEAST["freqs"]),
        "places": _codes(np.maximum.reduceat(position, token_at), LEAST["places"]),
    }
    runs = {"documents": (document, count), "freqs": (frequency - 1, count), "places": (position, token_count)}

    sections: dict[str, NDArray[np.unsignedinteger]] = {
        "block_first": document[block_at],
        "block_peak": np.minimum(most, PEAK_MOST).astype(np.uint8),
        **_bounds(document, frequency, block_at, lengths),
        "block_shape": (
            count - 1
            | codes["documents"].astype(np.int64) << 7
            | codes["freqs"].astype(np.int64) << 9
            | codes["places"].astype(np.int64) << 11
        ).astype(np.uint16),
    }
    starts = {run: np.zeros(len(block_at), dtype=np.uint32) for run in runs}
    for run, code, name, type_code in STREAMS:
        numbers, counts = runs[run]
        chosen = codes[run] == code
        # Of documents that share their high bits only the low ones are kept: the conversion drops the others.
        if chosen.all():
            sections[name] = numbers.astype(_NUMPY_TYPES[type_code])
        else:
            sections[name] = numbers[np.repeat(chosen, counts)].astype(_NUMPY_TYPES[type_code])
        begins = np.cumsum(counts[chosen]) - counts[chosen] + sizes[name]
        starts[run][chosen] = begins.astype(np.uint32)
    for run, begins in starts.items():
        sections[f"block_{run}"] = begins
    return Encoded(sections=sections, blocks=blocks)


def decode_postings(sections: dict[str, memoryview], begin: int, end: int) -> tuple[Column, Column, Column]:
    """Decode the blocks `[begin, end)` of a segment.

    Returns of each posting the document and the frequency, and of each token the position.
    """
    if begin == end:
        nothing = np.zeros(0, dtype=np.uint32)
        return nothing, nothing, nothing
    shape = np.frombuffer(sections["block_shape"], np.uint16)[begin:end]
    count = (shape & 127).astype(np.int64) + 1
    block_at = np.cumsum(count) - count
    codes = shape >> 7 & 3
    document = _runs(sections, "documents", codes, count, begin)
    base = np.where(codes == 2, np.frombuffer(sections["block_first"], np.uint32)[begin:end] & ~np.uint32(SHARED), 0)
    if base.any():
        document += np.repeat(base.astype(np.uint32), count)
    frequency = _runs(sections, "freqs", shape >> 9 & 3, count, begin)
    frequency += 1
    token_count = np.add.reduceat(frequency, block_at, dtype=np.int64)
    return document, frequency, _runs(sections, "places", shape >> 11 & 3, token_count, begin)


def _bounds(
    document: Column, frequency: Column, block_at: Numbers, lengths: Lengths | None
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


def _runs(sections: dict[str, memoryview], run: str, codes: NDArray[np.integer], counts: Numbers, begin: int) -> Column:
    """Return the numbers of a run of consecutive blocks, 0 where the width is none.

    The blocks of one width stand in their stream in order and without gaps, so a slice of it has them all.
    """
    numbers = np.zeros(int(counts.sum()), dtype=np.uint32)
    starts = np.frombuffer(sections[f"block_{run}"], np.uint32)[begin : begin + len(codes)]
    for stream_run, code, name, type_code in STREAMS:
        if stream_run != run:
            continue
        chosen = codes == code
        if not chosen.any():
            continue
        first = int(starts[np.argmax(chosen)])
        stream = np.frombuffer(sections[name], _NUMPY_TYPES[type_code])
        here = stream[first : first + int(counts[chosen].sum())]
        if chosen.all():
            numbers[:] = here
        else:
            numbers[np.repeat(chosen, counts)] = here
    return numbers


def _codes(largest: Column, least: int) -> NDArray[np.uint8]:
    return np.maximum(1 + (largest >= 1 << 8).astype(np.uint8) + (largest >= 1 << 16), np.uint8(least))
