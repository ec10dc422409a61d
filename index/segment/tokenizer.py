"""From texts to numbered forms with numpy, a megabyte at a time; the numbers are those of `index.segment.vocabulary`.

Chunks are found by comparing bytes, and looked up by their bytes taken as one, two or four 64-bit words in a table for
chunks of that length. So a text costs Python work only for the chunks that are new, and for the longest ones.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from index.segment.chunk_table import ABSENT, ChunkTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.segment.vocabulary import Vocabulary

    Indices = NDArray[np.int64]
    Codes = NDArray[np.int32]

WINDOW = 1 << 20
"""Bytes that are cut at a time, at most: the arrays made of them stay in the processor's cache."""

_WORD = 8
_WORDS = (1, 2, 4)
"""Words of a key, by table. Longer chunks, of more than 32 bytes, are analysed each time: few are met again."""
_MARGIN = bytes([ord(" ")]) * (_WORD * _WORDS[-1])
"""Behind the last chunk, so that a key can be loaded whole wherever a chunk begins."""

_KEPT = np.array(
    [
        [(1 << 8 * min(max(length - _WORD * word, 0), _WORD)) - 1 for length in range(len(_MARGIN) + 1)]
        for word in range(_WORDS[-1])
    ],
    dtype=np.uint64,
)
"""By word and by the length of a chunk: the mask that keeps what of the word belongs to the chunk."""


class Tokenizer:
    """Numbers texts by a vocabulary, and keeps the chunks that it has met."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._tables = [ChunkTable(words) for words in _WORDS]
        self._size = max(WINDOW >> 5, 2)

    def number(self, chunks: Sequence[bytes], lengths: Sequence[bytes]) -> tuple[NDArray[np.uint32], Indices]:
        """Return the numbers of the forms of texts, one text after the other, and how many each text has.

        `chunks` and `lengths` are what `chunked` returns, the latter as bytes, of some texts after the other.
        """
        sizes = np.frombuffer(b"".join(lengths), np.uint32)
        begins = np.ones(len(sizes) + 1, dtype=np.int64)
        np.cumsum(sizes, out=begins[1:])
        begins[1:] += np.arange(1, len(begins))
        begins[1:] += 1
        data = b"".join((b" ", *chunks, _MARGIN))
        ahead = np.zeros(len(begins), dtype=np.int64)
        numbers = []
        start = 0
        last = len(data) - len(_MARGIN)
        while start < last:
            # A window begins and ends at a space; only a chunk that is longer than a window makes it longer.
            end = data.rfind(b" ", start + 1, start + self._size)
            if end < 0:
                end = data.find(b" ", start + self._size)
            here, at = self._window(data, start, end, begins)
            numbers.append(here)
            ahead += at
            start = end
            # Nearly all chunks of the first window are new, and each is looked at: it is a short one.
            self._size = min(self._size * 2, WINDOW)
        return np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.uint32), np.diff(ahead)

    def _window(self, data: bytes, start: int, end: int, begins: Indices) -> tuple[NDArray[np.uint32], Indices]:
        """Return the numbers of the chunks at `[start, end]`, and how many of them stand ahead of each beginning."""
        written = np.frombuffer(data, np.uint8)[start : end + 1] != ord(" ")
        edges = np.flatnonzero(written[1:] != written[:-1]) + (start + 1)
        starts, lengths = edges[0::2], edges[1::2] - edges[0::2]
        codes = np.empty(len(starts), dtype=np.int32)
        shortest = 1
        for table in range(len(_WORDS)):
            longest = _WORDS[table] * _WORD
            chosen = np.flatnonzero((lengths >= shortest) & (lengths <= longest))
            codes[chosen] = self._codes(table, data, starts[chosen], lengths[chosen])
            shortest = longest + 1
        long = np.flatnonzero(lengths >= shortest)
        codes[long] = ABSENT
        at = np.searchsorted(starts, begins)
        if codes.min(initial=0) >= 0:
            return codes.view(np.uint32), at
        places = np.flatnonzero(codes < 0)
        several = self._vocabulary.several
        analysed = iter(self._vocabulary.analyse(_cut(data, starts[long], lengths[long])))
        groups = [next(analysed) if code == ABSENT else several[~code] for code in codes[places].tolist()]
        return _expanded(codes, places, groups, at)

    def _codes(self, number: int, data: bytes, starts: Indices, lengths: Indices) -> Codes:
        """Return the codes of chunks, all short enough for a table; add those to it that are new."""
        table, words = self._tables[number], _WORDS[number]
        # A word at every byte, not only at multiples of eight.
        loaded: NDArray[np.uint64] = np.ndarray((len(data) - _WORD + 1,), "<u8", data, strides=(1,))
        key = [loaded[starts + word * _WORD] & _KEPT[word][lengths] for word in range(words)]
        codes = table.find(key)
        missed = np.flatnonzero(codes == ABSENT)
        if len(missed):
            chunks = _cut(data, starts[missed], lengths[missed])
            fresh = list(dict.fromkeys(chunks))
            found = dict(zip(fresh, self._vocabulary.codes(fresh), strict=True))
            codes[missed] = [found[chunk] for chunk in chunks]
            padded = b"".join([chunk.ljust(words * _WORD, b"\0") for chunk in fresh])
            columns = np.frombuffer(padded, "<u8").reshape(-1, words).T
            table.insert(list(columns), np.array(list(found.values()), dtype=np.int32))
        return codes


def _cut(data: bytes, starts: Indices, lengths: Indices) -> list[bytes]:
    return [data[start:end] for start, end in zip(starts.tolist(), (starts + lengths).tolist(), strict=True)]


def _expanded(
    codes: Codes, places: Indices, groups: list[tuple[int, ...]], at: Indices
) -> tuple[NDArray[np.uint32], Indices]:
    """Return codes with groups of any size put in at some places, and the indices `at` counted on."""
    sizes = np.fromiter(map(len, groups), np.int64, len(groups))
    counts = np.ones(len(codes), dtype=np.int64)
    counts[places] = sizes
    ahead = np.concatenate(([0], np.cumsum(counts)))
    expanded = np.repeat(codes, counts).view(np.uint32)
    offsets = np.cumsum(sizes) - sizes
    put = np.repeat(ahead[places] - offsets, sizes) + np.arange(int(sizes.sum()))
    expanded[put] = np.fromiter(chain.from_iterable(groups), np.uint32, len(put))
    return expanded, ahead[at]
