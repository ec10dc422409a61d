"""Blocks of postings: how they are encoded, with numpy for many and in plain Python for few. The bytes are the same.

The postings of a term, in the order of their documents, are cut into blocks of at most 128. Each block has three runs
of numbers:

    gaps          of documents: each minus the one ahead, for all but the first
    frequencies   minus 1; none where all are 1
    places        the positions of each posting, as they are: a phrase reads a few of them from the middle of a block

A run takes 1, 2 or 4 bytes a number, as its largest needs, and stands in the stream of that width: in one of the nine
sections `gaps1` to `places4`. A block is described by one item in each of these sections:

    block_first   I  its first document
    block_shape   H  postings - 1 (7 bits), then 2 bits each: the width codes of gaps, frequencies and places
    block_gaps    I  where its gaps begin in their stream, in numbers; so for block_freqs and block_places
    block_peak    B  its highest frequency, 255 for that and above
    block_short   B  its lowest length byte: the shortest field among its documents

The highest frequency and the shortest field bound the score of a whole block, which top-k needs to pass over it.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BLOCK = 128
WIDTHS = (0, 1, 2, 4)
"""Bytes of a number, by code."""
FORMATS = ("", "B", "H", "I")
PEAK_MOST = 255


class Shape(NamedTuple):
    """What `block_shape` says: the number of postings, and the codes of the widths."""

    postings: int
    gaps: int
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
    return shape.postings - 1 | shape.gaps << 7 | shape.freqs << 9 | shape.places << 11


def width_code(largest: int) -> int:
    """Return the code of the width that a number needs, 1 at least."""
    return 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 3


STREAMS = tuple(
    (run, code, f"{run}{WIDTHS[code]}", FORMATS[code]) for run in ("gaps", "freqs", "places") for code in (1, 2, 3)
)
"""The streams: run, width code, name of the section, type code of its numbers."""

SECTIONS = {
    "block_first": "I",
    "block_shape": "H",
    "block_gaps": "I",
    "block_freqs": "I",
    "block_places": "I",
    "block_peak": "B",
    "block_short": "B",
    **{name: type_code for _, _, name, type_code in STREAMS},
}
"""All sections of blocks, with the type codes of their numbers."""


class Encoder:
    """Encodes terms in order, in plain Python; holds the sections of blocks as they grow."""

    def __init__(self) -> None:
        self.sections = {name: array(type_code) for name, type_code in SECTIONS.items()}

    def add(
        self, postings: Sequence[tuple[int, Sequence[int]]], lengths: Sequence[int] | Mapping[int, int] | None
    ) -> int:
        """Encode the postings of a term: (document, positions) in order; return how many blocks they take.

        `lengths` are the length bytes of the field by document, None for a field that is not scored.
        """
        for begin in range(0, len(postings), BLOCK):
            block = postings[begin : begin + BLOCK]
            documents = [document for document, _ in block]
            counts = [len(positions) for _, positions in block]
            self._add_block(documents, counts, list(chain.from_iterable(here for _, here in block)), lengths)
        return -(-len(postings) // BLOCK)

    def add_unplaced(
        self, postings: Sequence[tuple[int, int]], lengths: Sequence[int] | Mapping[int, int] | None
    ) -> int:
        """Encode the postings of a term whose positions are not kept: (document, frequency) in order; as `add`."""
        for begin in range(0, len(postings), BLOCK):
            block = postings[begin : begin + BLOCK]
            self._add_block([document for document, _ in block], [count for _, count in block], [], lengths)
        return -(-len(postings) // BLOCK)

    def _add_block(
        self,
        documents: list[int],
        counts: list[int],
        places: list[int],
        lengths: Sequence[int] | Mapping[int, int] | None,
    ) -> None:
        gaps = [after - before for before, after in pairwise(documents)]
        frequencies = [count - 1 for count in counts]
        most = max(frequencies)
        shape = Shape(
            len(documents),
            width_code(max(gaps)) if gaps else 0,
            width_code(most) if most else 0,
            width_code(max(places)) if places else 0,
        )
        sections = self.sections
        sections["block_first"].append(documents[0])
        sections["block_shape"].append(shape_code(shape))
        sections["block_peak"].append(min(most + 1, PEAK_MOST))
        sections["block_short"].append(min(lengths[document] for document in documents) if lengths is not None else 0)
        self._add_run("gaps", gaps, shape.gaps)
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

    __slots__ = ("_freqs", "_gaps", "_places", "first", "freqs", "gaps", "peak", "places", "shape", "short")

    def __init__(self, sections: dict[str, memoryview]) -> None:
        self.first = sections["block_first"]
        self.shape = sections["block_shape"]
        self.peak = sections["block_peak"]
        self.short = sections["block_short"]
        self.gaps = sections["block_gaps"]
        self.freqs = sections["block_freqs"]
        self.places = sections["block_places"]
        self._gaps, self._freqs, self._places = (
            (None, *(sections[f"{run}{width}"] for width in WIDTHS[1:])) for run in ("gaps", "freqs", "places")
        )

    def documents(self, block: int) -> Iterable[int]:
        """Return the documents of a block, to be iterated once, in order."""
        shape = SHAPES[self.shape[block]]
        stream = self._gaps[shape.gaps]
        if stream is None:
            return (self.first[block],)
        start = self.gaps[block]
        return accumulate(stream[start : start + shape.postings - 1], initial=self.first[block])

    def frequencies(self, block: int) -> Sequence[int] | None:
        """Return the frequencies minus 1 of a block, None where all are 0."""
        shape = SHAPES[self.shape[block]]
        stream = self._freqs[shape.freqs]
        if stream is None:
            return None
        start = self.freqs[block]
        return stream[start : start + shape.postings]

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
