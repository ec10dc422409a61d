"""Blocks of postings: how they are encoded, with numpy for many and in plain Python for few. The bytes are the same.

The postings of a term, in the order of their documents, are cut into blocks of at most 128. Each block has three runs
of numbers:

    offsets       of documents: each minus the first one, for all but the first
    frequencies   minus 1; none where all are 1
    places        the positions of each posting, as they are

Nothing is a difference from what stands ahead of it: a search reads a few postings from the middle of a block, and
finds them by bisection.

A run takes 1, 2 or 4 bytes a number, as its largest needs, and stands in the stream of that width: in one of the nine
sections `offsets1` to `places4`. A block is described by one item in each of these sections:

    block_first   I  its first document
    block_shape   H  postings - 1 (7 bits), then 2 bits each: the width codes of offsets, frequencies and places
    block_offsets I  where its offsets begin in their stream, in numbers; so for block_freqs and block_places
    block_peak    B  its highest frequency, 255 for that and above
    block_short   B  its lowest length byte: the shortest field among its documents
    block_best    H  the highest share of the most that a term can add to a score (`index.bm25`); 0 where none scores

The best share bounds the score of a whole block, which top-k needs to pass over it. Whoosh's matchers make a wider
bound of the highest frequency and the shortest field.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from index.bm25 import highest_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.segment.lengths import Lengths

BLOCK = 128
WIDTHS = (0, 1, 2, 4)
"""Bytes of a number, by code."""
FORMATS = ("", "B", "H", "I")
PEAK_MOST = 255


class Shape(NamedTuple):
    """What `block_shape` says: the number of postings, and the codes of the widths."""

    postings: int
    offsets: int
    freqs: int
    places: int


class _Shapes(dict[int, Shape]):
    def __missing__(self, code: int) -> Shape:
        shape = self[code] = Shape((code & 127) + 1, code >> 7 & 3, code >> 9 & 3, code >> 11 & 3)
        return shape


SHAPES = _Shapes()
"""Every shape by its code, as they are met: a look-up is faster than shifting, in the innermost loop of a search."""


def shape_code(shape: Shape) -> int:
    """Return the code of a shape."""
    return shape.postings - 1 | shape.offsets << 7 | shape.freqs << 9 | shape.places << 11


def width_code(largest: int) -> int:
    """Return the code of the width that a number needs, 1 at least."""
    return 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 3


STREAMS = tuple(
    (run, code, f"{run}{WIDTHS[code]}", FORMATS[code]) for run in ("offsets", "freqs", "places") for code in (1, 2, 3)
)
"""The streams: run, width code, name of the section, type code of its numbers."""

SECTIONS = {
    "block_first": "I",
    "block_shape": "H",
    "block_offsets": "I",
    "block_freqs": "I",
    "block_places": "I",
    "block_peak": "B",
    "block_short": "B",
    "block_best": "H",
    **{name: type_code for _, _, name, type_code in STREAMS},
}
"""All sections of blocks, with the type codes of their numbers."""


class Encoder:
    """Encodes terms in order, in plain Python; holds the sections of blocks as they grow."""

    def __init__(self) -> None:
        self.sections = {name: array(type_code) for name, type_code in SECTIONS.items()}

    def add(self, postings: Sequence[tuple[int, Sequence[int]]], lengths: Lengths | None) -> int:
        """Encode the postings of a term: (document, positions) in order; return how many blocks they take.

        `lengths` are those of the field, None for one that is not scored.
        """
        for begin in range(0, len(postings), BLOCK):
            block = postings[begin : begin + BLOCK]
            documents = [document for document, _ in block]
            counts = [len(positions) for _, positions in block]
            self._add_block(documents, counts, list(chain.from_iterable(here for _, here in block)), lengths)
        return -(-len(postings) // BLOCK)

    def add_unplaced(self, postings: Sequence[tuple[int, int]], lengths: Lengths | None) -> int:
        """Encode the postings of a term whose positions are not kept: (document, frequency) in order; as `add`."""
        for begin in range(0, len(postings), BLOCK):
            block = postings[begin : begin + BLOCK]
            self._add_block([document for document, _ in block], [count for _, count in block], [], lengths)
        return -(-len(postings) // BLOCK)

    def _add_block(self, documents: list[int], counts: list[int], places: list[int], lengths: Lengths | None) -> None:
        offsets = [document - documents[0] for document in documents[1:]]
        frequencies = [count - 1 for count in counts]
        most = max(frequencies)
        shape = Shape(
            len(documents),
            width_code(offsets[-1]) if offsets else 0,
            width_code(most) if most else 0,
            width_code(max(places)) if places else 0,
        )
        sections = self.sections
        sections["block_first"].append(documents[0])
        sections["block_shape"].append(shape_code(shape))
        sections["block_peak"].append(min(most + 1, PEAK_MOST))
        short = [lengths.short[document] for document in documents] if lengths is not None else [0]
        sections["block_short"].append(min(short))
        sections["block_best"].append(highest_share(counts, short, lengths.norms) if lengths is not None else 0)
        self._add_run("offsets", offsets, shape.offsets)
        self._add_run("freqs", frequencies, shape.freqs)
        self._add_run("places", places, shape.places)

    def _add_run(self, run: str, numbers: Sequence[int], code: int) -> None:
        if not code:
            self.sections[f"block_{run}"].append(0)
            return
        stream = self.sections[f"{run}{WIDTHS[code]}"]
        self.sections[f"block_{run}"].append(len(stream))
        stream.extend(numbers)


class Blocks:
    """The sections of blocks of a segment, read: views on mapped memory."""

    __slots__ = (
        "_freqs", "_offsets", "_places", "best", "first", "freqs", "offsets", "peak", "places", "shape", "short",
    )  # fmt: skip

    def __init__(self, sections: dict[str, memoryview]) -> None:
        self.first = sections["block_first"]
        self.shape = sections["block_shape"]
        self.peak = sections["block_peak"]
        self.short = sections["block_short"]
        self.best = sections["block_best"]
        self.offsets = sections["block_offsets"]
        self.freqs = sections["block_freqs"]
        self.places = sections["block_places"]
        self._offsets, self._freqs, self._places = (
            (None, *(sections[f"{run}{width}"] for width in WIDTHS[1:])) for run in ("offsets", "freqs", "places")
        )

    def documents(self, block: int) -> Iterable[int]:
        """Return the documents of a block, to be iterated once, in order."""
        shape = SHAPES[self.shape[block]]
        first = self.first[block]
        stream = self._offsets[shape.offsets]
        if stream is None:
            return (first,)
        start = self.offsets[block]
        return chain((first,), map(first.__add__, stream[start : start + shape.postings - 1]))

    def find(self, block: int, document: int) -> int:
        """Return the number of a document's posting in a block, -1 where the block does not have it."""
        offset = document - self.first[block]
        if not offset:
            return 0
        shape = SHAPES[self.shape[block]]
        stream = self._offsets[shape.offsets]
        if stream is None:
            return -1
        start = self.offsets[block]
        end = start + shape.postings - 1
        index = bisect_left(stream, offset, start, end)
        return index - start + 1 if index < end and stream[index] == offset else -1

    def frequencies(self, block: int) -> Sequence[int] | None:
        """Return the frequencies minus 1 of a block, None where all are 0."""
        shape = SHAPES[self.shape[block]]
        stream = self._freqs[shape.freqs]
        if stream is None:
            return None
        start = self.freqs[block]
        return stream[start : start + shape.postings]

    def frequency(self, block: int, number: int) -> int:
        """Return the frequency minus 1 of one posting of a block, by its number there."""
        stream = self._freqs[SHAPES[self.shape[block]].freqs]
        return 0 if stream is None else stream[self.freqs[block] + number]

    def places_of(self, block: int, number: int) -> Sequence[int]:
        """Return the positions of one posting of a block, by its number there."""
        shape = SHAPES[self.shape[block]]
        stream = self._freqs[shape.freqs]
        begin = self.places[block] + number
        count = 1
        if stream is not None:
            start = self.freqs[block]
            begin += sum(stream[start : start + number])
            count += stream[start + number]
        places = self._places[shape.places]
        return () if places is None else places[begin : begin + count]

    def all_frequencies(self, block: int) -> Iterable[int]:
        """Return the frequency minus 1 of each posting of a block."""
        frequencies = self.frequencies(block)
        return (0,) * SHAPES[self.shape[block]].postings if frequencies is None else frequencies

    def all_places(self, block: int) -> Sequence[int]:
        """Return the positions of all postings of a block in one row, and what stands behind it.

        Where a posting's begin is the sum of the frequencies ahead of it.
        """
        stream = self._places[SHAPES[self.shape[block]].places]
        return () if stream is None else stream[self.places[block] :]
