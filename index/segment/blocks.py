"""Blocks of postings: how they are encoded, with numpy for many and in plain Python for few. The bytes are the same.

The postings of a term, in the order of their documents, are cut into blocks of at most 128. Each block has three runs
of numbers:

    documents     as they are; their low 16 bits where all of them share the others
    frequencies   minus 1
    places        the positions of each posting, as they are

Nothing is a difference from what stands ahead of it: a search reads a few postings from the middle of a block, and
finds them by bisection.

A run takes 1, 2 or 4 bytes a number, and stands in the stream of that width: in one of the seven sections `documents2`
to `places4`. Narrower streams than these would save a fiftieth of the space. But so nearly all runs of a kind have one
width: those of a term stand side by side, and its list is a slice of the file. A block is described by one item in each
of these sections:

    block_first     I  its first document
    block_shape     H  postings - 1 (7 bits), then 2 bits each: the width codes of documents, frequencies and places
    block_documents I  where its documents begin in their stream, in numbers; so for block_freqs and block_places
    block_peak      B  its highest frequency, 255 for that and above
    block_short     B  its lowest length byte: the shortest field among its documents
    block_best      H  the highest share of the most that a term can add to a score (`index.bm25`); 0 where none scores

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
    from collections.abc import Sequence

    from index.segment.lengths import Lengths

BLOCK = 128
WIDTHS = (0, 1, 2, 4)
"""Bytes of a number, by code."""
FORMATS = ("", "B", "H", "I")
PEAK_MOST = 255


class Shape(NamedTuple):
    """What `block_shape` says: the number of postings, and the codes of the widths."""

    postings: int
    documents: int
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
    return shape.postings - 1 | shape.documents << 7 | shape.freqs << 9 | shape.places << 11


def width_code(largest: int, least: int) -> int:
    """Return the code of the width that a number needs, one of `least` at least."""
    return max(least, 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 3)


LEAST = {"documents": 2, "freqs": 1, "places": 2}
"""The runs, with the code of the least width that each has."""

STREAMS = tuple(
    (run, code, f"{run}{WIDTHS[code]}", FORMATS[code]) for run, least in LEAST.items() for code in range(least, 4)
)
"""The streams: run, width code, name of the section, type code of its numbers."""

SHARED = 0xFFFF
"""The bits of a document that are left out of the others where a block has them all in common."""

SECTIONS = {
    "block_first": "I",
    "block_shape": "H",
    "block_documents": "I",
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
        documents = [document for document, _ in postings]
        counts = [len(positions) for _, positions in postings]
        return self.add_all(documents, counts, list(chain.from_iterable([here for _, here in postings])), lengths)

    def add_all(self, documents: list[int], counts: list[int], places: list[int], lengths: Lengths | None) -> int:
        """Encode the postings of a term: documents, how many positions each has, and these in one row; as `add`."""
        if len(documents) <= BLOCK:
            self._add_block(documents, counts, places, lengths)
            return 1
        at = 0
        for begin in range(0, len(documents), BLOCK):
            here = counts[begin : begin + BLOCK]
            end = at + sum(here)
            self._add_block(documents[begin : begin + BLOCK], here, places[at:end], lengths)
            at = end
        return -(-len(documents) // BLOCK)

    def add_unplaced(self, postings: Sequence[tuple[int, int]], lengths: Lengths | None) -> int:
        """Encode the postings of a term whose positions are not kept: (document, frequency) in order; as `add`."""
        for begin in range(0, len(postings), BLOCK):
            block = postings[begin : begin + BLOCK]
            self._add_block([document for document, _ in block], [count for _, count in block], [], lengths)
        return -(-len(postings) // BLOCK)

    def _add_block(self, documents: list[int], counts: list[int], places: list[int], lengths: Lengths | None) -> None:
        most = max(counts)
        shape = Shape(
            len(documents),
            2 if documents[0] >> 16 == documents[-1] >> 16 else 3,
            width_code(most - 1, LEAST["freqs"]),
            width_code(max(places), LEAST["places"]) if places else 0,
        )
        sections = self.sections
        sections["block_first"].append(documents[0])
        sections["block_shape"].append(shape_code(shape))
        sections["block_peak"].append(min(most, PEAK_MOST))
        short = [lengths.short[document] for document in documents] if lengths is not None else [0]
        sections["block_short"].append(min(short))
        sections["block_best"].append(highest_share(counts, short, lengths.norms) if lengths is not None else 0)
        if shape.documents == 2:
            documents = [document & SHARED for document in documents]
        self._add_run("documents", documents, shape.documents)
        self._add_run("freqs", [count - 1 for count in counts], shape.freqs)
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
        "_documents", "_freqs", "_places", "best", "documents_at", "first", "freqs_at", "peak", "places_at", "shape",
        "short",
    )  # fmt: skip

    def __init__(self, sections: dict[str, memoryview]) -> None:
        self.first = sections["block_first"]
        self.shape = sections["block_shape"]
        self.peak = sections["block_peak"]
        self.short = sections["block_short"]
        self.best = sections["block_best"]
        self.documents_at = sections["block_documents"]
        self.freqs_at = sections["block_freqs"]
        self.places_at = sections["block_places"]
        # By width code; `()` where a run is never of that width.
        self._documents, self._freqs, self._places = (
            [sections.get(f"{run}{width}", ()) for width in WIDTHS] for run in LEAST
        )

    def documents(self, block: int) -> Sequence[int]:
        """Return the documents of a block, in order."""
        shape = SHAPES[self.shape[block]]
        start = self.documents_at[block]
        found = self._documents[shape.documents][start : start + shape.postings]
        base = self._base(block, shape)
        return list(map(base.__add__, found)) if base else found

    def find(self, block: int, document: int) -> int:
        """Return the number of a document's posting in a block, -1 where the block does not have it."""
        shape = SHAPES[self.shape[block]]
        stream = self._documents[shape.documents]
        document -= self._base(block, shape)
        start = self.documents_at[block]
        end = start + shape.postings
        index = bisect_left(stream, document, start, end)
        return index - start if index < end and stream[index] == document else -1

    def frequencies(self, block: int) -> Sequence[int]:
        """Return the frequency minus 1 of each posting of a block."""
        shape = SHAPES[self.shape[block]]
        start = self.freqs_at[block]
        return self._freqs[shape.freqs][start : start + shape.postings]

    def frequency(self, block: int, number: int) -> int:
        """Return the frequency minus 1 of one posting of a block, by its number there."""
        return self._freqs[SHAPES[self.shape[block]].freqs][self.freqs_at[block] + number]

    def places_of(self, block: int, number: int) -> Sequence[int]:
        """Return the positions of one posting of a block, by its number there."""
        shape = SHAPES[self.shape[block]]
        stream = self._freqs[shape.freqs]
        start = self.freqs_at[block]
        begin = self.places_at[block] + number + sum(stream[start : start + number])
        return self._places[shape.places][begin : begin + stream[start + number] + 1]

    def all_places(self, block: int) -> Sequence[int]:
        """Return the positions of all postings of a block in one row, and what stands behind it.

        Where a posting's begin is the sum of the frequencies ahead of it.
        """
        return self._places[SHAPES[self.shape[block]].places][self.places_at[block] :]

    def _base(self, block: int, shape: Shape) -> int:
        """Return what is added to the documents of a block as they are kept."""
        return self.first[block] & ~SHARED if shape.documents == 2 else 0
