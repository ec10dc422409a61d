"""The postings of single terms as numpy arrays: few calls for each, as most terms of a search have few postings.

Blocks of one width stand in their stream one behind the other, so what is of one width is decoded at a go, or is not
decoded at all: it is a slice of the mapped file. `index.segment.blocks` describes the runs and their streams.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from index.segment.blocks import BLOCK, LEAST, SHARED, STREAMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.segment.reader import Segment, Term

    Numbers = NDArray[np.int64]
    Unsigned = NDArray[np.unsignedinteger]

_TYPES: dict[str, Any] = {"B": np.uint8, "H": np.uint16, "I": np.uint32}
_CODES = {"documents": 7, "freqs": 9, "places": 11}
"""Where in `block_shape` the width code of a run is."""


def column(segment: Segment, name: str) -> NDArray[Any]:
    """Return a section of a segment as an array; nothing is copied."""
    section = segment.sections[name]
    return np.frombuffer(section, _TYPES[section.format])


class TermArrays:
    """Decodes the postings of a segment's terms; holds its sections of blocks as arrays."""

    def __init__(self, segment: Segment) -> None:
        self._blocks = segment.blocks
        self._first = column(segment, "block_first")
        self._shape = column(segment, "block_shape")
        self._streams: dict[tuple[str, int], NDArray[Any]] = {
            (run, code): column(segment, name) for run, code, name, _ in STREAMS
        }
        # Most segments have runs of one width only, and documents that all share their high bits.
        used = [key for key, stream in self._streams.items() if len(stream)]
        widths = {run: [code for of, code in used if of == run] for run in LEAST}
        self._only = {run: codes[0] if len(codes) == 1 else 0 for run, codes in widths.items()}
        self._low = self._streams["documents", 2] if segment.documents <= SHARED + 1 else None

    def documents(self, term: Term, count: int) -> NDArray[np.integer]:
        """Return the first documents of a term, in order: a slice of the file where a segment has 2^16 at the most."""
        first, end, _, _ = term
        start = self._blocks.documents_at[first]
        if self._low is not None:
            return self._low[start : start + count]
        found = self._run("documents", first, end, count, self._blocks.documents_at).astype(np.int64)
        high = self._first[first:end] & np.uint32(~SHARED & 0xFFFFFFFF)
        high[(self._shape[first:end] >> _CODES["documents"] & 3) != 2] = 0
        found += high.repeat(BLOCK)[:count]
        return found

    def frequencies(self, term: Term, count: int) -> Unsigned:
        """Return the frequency minus 1 of the first postings of a term, in order."""
        first, end, _, _ = term
        return self._run("freqs", first, end, count, self._blocks.freqs_at)

    def first_place(self, term: Term) -> int:
        """Return where the positions of a term's first posting begin in their stream."""
        return self._blocks.places_at[term.first]

    def place_stream(self, term: Term) -> NDArray[Any] | None:
        """Return the stream that has all positions of a term; None where they are of several widths."""
        code = self._only["places"] or self._code("places", term.first, term.last)
        return self._streams["places", code] if code else None

    def places_of(self, term: Term, number: int) -> Sequence[int]:
        """Return the positions of a posting of a term, by its number."""
        return self._blocks.places_of(term.first + number // BLOCK, number % BLOCK)

    def _run(self, run: str, first: int, end: int, count: int, starts: memoryview) -> NDArray[Any]:
        """Return numbers of a run of documents or frequencies, of the first postings in the blocks `[first, end)`."""
        code = self._only[run] or self._code_of(run, first, end - 1, starts)
        if code:
            # The runs of one width stand side by side.
            start = starts[first]
            return self._streams[run, code][start : start + count]
        found = np.empty(count, np.uint32)
        each = self._shape[first:end] >> _CODES[run] & 3
        changes = (each[1:] != each[:-1]).nonzero()[0] + 1
        for begin, stop in pairwise((0, *changes.tolist(), end - first)):
            here = found[begin * BLOCK : stop * BLOCK]
            start = starts[first + begin]
            here[:] = self._streams[run, int(each[begin])][start : start + len(here)]
        return found

    def _code_of(self, run: str, first: int, last: int, starts: memoryview) -> int:
        """Return the width code of a run of documents or frequencies in all of a term's blocks; 0 if they differ."""
        code = self._blocks.shape[first] >> _CODES[run] & 3
        # All blocks but the last are full, and what is in another stream is missing from this one.
        together = starts[last] - starts[first] == (last - first) * BLOCK
        return code if together and self._blocks.shape[last] >> _CODES[run] & 3 == code else 0

    def _code(self, run: str, first: int, end: int) -> int:
        """Return the width code of a run that all of the blocks `[first, end)` have; 0 where they differ."""
        codes = {shape >> _CODES[run] & 3 for shape in self._blocks.shape[first:end]}
        return codes.pop() if len(codes) == 1 else 0
