"""Lists of postings of any schema, in the blocks of `index.segment.blocks` and what they keep besides: both ways.

Beside the sections of blocks stand these, with an item for each block, and empty where no block needs them:

    block_extra   Q  where its run begins in `extra`; one item more, the length of `extra`
    extra         B  the runs, `index.codec.extras`
    block_long    B  its highest length byte: the longest field among its documents
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from index.codec.extras import NOTHING, Extra, decode_extra, encode_extra
from index.codec.files import Spool
from index.codec.payload import Payload, take_apart
from index.segment.blocks import BLOCK, LEAST, SECTIONS, SHAPES, STREAMS, WIDTHS, Blocks, Encoder
from index.segment.lengths import TABLE, length_byte

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from whoosh.formats import Format

    from index.segment.layout import SegmentFile

_PENDING = 1 << 17
"""Places that are encoded in memory before they go to their spools."""


class Written(NamedTuple):
    """A list that was written: how many blocks, postings and tokens it has, and what its postings weigh together."""

    blocks: int
    postings: int
    tokens: int
    weight: float


class PostingsWriter:
    """Encodes lists of postings one after the other, in bounded memory; `write` puts them into a segment file."""

    def __init__(self, folder: str | None) -> None:
        """Spool to unnamed files in a folder, None for the system's."""
        self.blocks = 0
        self._spools = {name: Spool(folder) for name in (*SECTIONS, "extra", "block_long")}
        self._extra_starts = array("Q")
        self._streams = dict.fromkeys((name for _, _, name, _ in STREAMS), 0)
        self._encoder = Encoder()
        self._pending = 0
        self._format: Format = None
        self._length_bytes: dict[int, int] = {}
        self._begin_block()

    def begin(self, format_: Format) -> None:
        """Begin a list of a format's postings."""
        self._format = format_
        self._first = self.blocks
        self._postings = self._tokens = 0
        self._weight = 0.0

    def add(self, document: int, weight: float, value: bytes, length: int) -> None:
        """Add a posting; documents ascend. `length` is that of the field in tokens, 0 where it is not known."""
        if len(self._documents) == BLOCK:
            self._end_block()
        self._documents.append(document)
        self._weights.append(weight)
        self._values.append(value)
        known = self._length_bytes
        if length not in known:
            known[length] = length_byte(length)
        self._lengths.append(known[length])

    def finish(self) -> Written:
        """End the list."""
        if self._documents:
            self._end_block()
        return Written(self.blocks - self._first, self._postings, self._tokens, self._weight)

    def _begin_block(self) -> None:
        self._documents: list[int] = []
        self._weights: list[float] = []
        self._values: list[bytes] = []
        self._lengths: list[int] = []

    def _end_block(self) -> None:
        taken = [take_apart(self._format, value) for value in self._values]
        payloads = [payload for payload in taken if payload is not None]
        kept = None
        if len(payloads) < len(taken):
            # One value that numbers cannot stand for: all of the block are kept as they are.
            payloads = [Payload(1)] * len(taken)
            kept = self._values
        run = encode_extra(payloads, self._weights, kept)
        if all(payload.places for payload in payloads):
            placed = [(document, payload.places) for document, payload in zip(self._documents, payloads, strict=True)]
            self._encoder.add(placed, None)
        else:
            counted = zip(self._documents, (payload.frequency for payload in payloads), strict=True)
            self._encoder.add_unplaced(list(counted), None)
        # Of lengths the encoder would also make a bound for BM25F's scores. Any weighting may be Whoosh's, which makes
        # its bounds of the highest weight, the shortest and the longest field.
        self._encoder.sections["block_short"][-1] = min(self._lengths)
        self._extra_starts.append(self._spools["extra"].size)
        self._spools["extra"].write(run)
        self._spools["block_long"].write(bytes((max(self._lengths),)))
        tokens = sum(payload.frequency for payload in payloads)
        weights = decode_extra(run, len(payloads), tokens).weights
        self._weight += sum(weights) if weights else tokens
        self._tokens += tokens
        self._postings += len(payloads)
        self.blocks += 1
        self._pending += tokens
        if self._pending >= _PENDING:
            self._spill()
        self._begin_block()

    def _spill(self) -> None:
        """Move what is encoded to the spools; where runs begin is counted from the beginning of their streams."""
        sections = self._encoder.sections
        for run in LEAST:
            # A run of the width 0 begins nowhere, and some widths are never used.
            bases = [self._streams.get(f"{run}{width}", 0) for width in WIDTHS]
            starts = sections[f"block_{run}"]
            for number, shape in enumerate(sections["block_shape"]):
                starts[number] += bases[getattr(SHAPES[shape], run)]
        for name in self._streams:
            self._streams[name] += len(sections[name])
        for name, section in sections.items():
            self._spools[name].write(section)
        self._encoder = Encoder()
        self._pending = 0

    def write(self, file: SegmentFile) -> None:
        """Write all sections, and give the spools up."""
        self._spill()
        for name, type_code in SECTIONS.items():
            file.add(name, type_code, self._spools[name])
        extras = bool(self._spools["extra"].size)
        self._extra_starts.append(self._spools["extra"].size)
        file.add("block_extra", "Q", [self._extra_starts] if extras else [])
        for name in ("extra", "block_long"):
            file.add(name, "B", self._spools[name])

    def close(self) -> None:
        """Give the spools up, written or not."""
        for spool in self._spools.values():
            spool.close()


class Postings:
    """The postings of a segment, read a block at a time; a segment of the projection has nothing but blocks."""

    def __init__(self, sections: Mapping[str, memoryview]) -> None:
        self.blocks = Blocks(dict(sections))
        self._extra_starts = sections.get("block_extra")
        self._extra = sections.get("extra")
        self._long = sections.get("block_long")

    def count(self, block: int) -> int:
        """Return how many postings a block has."""
        return SHAPES[self.blocks.shape[block]].postings

    def places(self, block: int) -> Sequence[int]:
        """Return the places of all postings of a block, and what stands behind them; `()` where none are kept."""
        return self.blocks.all_places(block)

    def kept_besides(self, block: int) -> Extra:
        """Return what a block keeps besides. Raises BadSegmentError."""
        if not self._extra_starts or self._extra is None:
            return NOTHING
        run = bytes(self._extra[self._extra_starts[block] : self._extra_starts[block + 1]])
        if not run:
            return NOTHING
        count = self.count(block)
        return decode_extra(run, count, count + sum(self.blocks.frequencies(block)))

    def shortest(self, block: int) -> int:
        """Return the length of the shortest field among a block's documents."""
        return TABLE[self.blocks.short[block]]

    def longest(self, block: int) -> int:
        """Return the length of the longest field among a block's documents, or more where that is not kept."""
        return TABLE[self._long[block]] if self._long is not None else TABLE[-1]

    def heaviest(self, block: int) -> float:
        """Return the highest weight in a block."""
        weights = self.kept_besides(block).weights
        if weights:
            return max(weights)
        stated = int(self.blocks.peak[block])
        if stated < 255:
            return stated
        # The byte does not say.
        return max(self.blocks.frequencies(block)) + 1

    def block_with(self, document: int, first: int, last: int) -> int:
        """Return the last of the blocks `[first, last)` that begins at or before a document; `first - 1` for none."""
        return bisect_right(self.blocks.first, document, first, last) - 1
