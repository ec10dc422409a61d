"""Whoosh's matchers over our postings: of a term in a segment, and of a document's own terms, its vector."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from whoosh.matching import LeafMatcher, ReadTooFar

from index.codec.extras import NOTHING
from index.codec.payload import Payload, interpret, known, put_together, take_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from whoosh.formats import Format
    from whoosh.scoring import BaseScorer

    from index.codec.postings import Postings


class _Block:
    """One block, decoded: its documents at once, the rest as far as it was asked for."""

    __slots__ = ("_begins", "_number", "_places", "_postings", "_weights", "documents", "extra")

    def __init__(self, postings: Postings, number: int) -> None:
        self.documents = list(postings.blocks.documents(number))
        self.extra = postings.kept_besides(number)
        self._postings = postings
        self._number = number
        self._weights: list[float] | None = None
        self._begins: list[int] | None = None
        self._places: Sequence[int] = ()

    def weights(self) -> list[float]:
        """Return the weight of each posting."""
        if self._weights is None:
            self._weights = list(self.extra.weights) or [float(one + 1) for one in self._frequencies()]
        return self._weights

    def kept(self, index: int) -> bytes | None:
        """Return a posting's value where it is kept as it was."""
        values = self.extra.values
        return values[index] if values else None

    def place_range(self, index: int) -> tuple[int, int]:
        """Return where the places of a posting are among those of the block, half-open."""
        if self._begins is None:
            self._begins = list(accumulate((one + 1 for one in self._frequencies()), initial=0))
            self._places = self._postings.places(self._number)
        return self._begins[index], self._begins[index + 1]

    def places(self, index: int) -> Sequence[int]:
        """Return the places of a posting, `()` where none are kept."""
        begin, end = self.place_range(index)
        return self._places[begin:end]

    def payload(self, index: int) -> Payload:
        """Return a posting in numbers."""
        begin, end = self.place_range(index)
        extra = self.extra
        if extra is NOTHING:
            return Payload(end - begin, self._places[begin:end])
        return Payload(
            end - begin, self._places[begin:end], extra.characters[2 * begin : 2 * end], extra.boosts[begin:end]
        )

    def _frequencies(self) -> Iterable[int]:
        return self._postings.blocks.frequencies(self._number)


class BlockMatcher(LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher over the postings of the blocks `[first, last)`; decodes a block when it is asked about it."""

    def __init__(
        self,
        postings: Postings,
        blocks: tuple[int, int],
        format_: Format,
        term: tuple[str, bytes] | None = None,
        scorer: BaseScorer | None = None,
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._postings = postings
        self._first, self._last = blocks
        # Whether positions are had without putting a value together, which is most of what a phrase asks for.
        self._placed = known(format_) and format_.supports("positions")
        self.reset()

    def reset(self) -> None:
        """Go back to the first posting."""
        self._go_to(self._first)

    def _go_to(self, block: int) -> None:
        self._number = block
        self._index = 0
        self._size = self._postings.count(block) if block < self._last else 0
        self._decoded: _Block | None = None

    def _decode(self) -> _Block:
        self._decoded = _Block(self._postings, self._number)
        return self._decoded

    def is_active(self) -> bool:
        """Say whether there is a posting here."""
        return self._number < self._last

    def copy(self) -> BlockMatcher:
        """Return a matcher at the same posting."""
        twin = BlockMatcher(self._postings, (self._first, self._last), self.format, self._term, self.scorer)
        twin._number, twin._index, twin._size, twin._decoded = self._number, self._index, self._size, self._decoded
        return twin

    def id(self) -> int:
        """Return the document."""
        return (self._decoded or self._decode()).documents[self._index]

    def all_ids(self) -> Iterator[int]:
        """Yield the documents from here on; the matcher moves with them."""
        while self.is_active():
            yield from (self._decoded or self._decode()).documents[self._index :]
            self._go_to(self._number + 1)

    def next(self) -> bool:
        """Go to the next posting; return whether that is in another block. Raises ReadTooFar."""
        if not self.is_active():
            raise ReadTooFar
        self._index += 1
        if self._index < self._size:
            return False
        self._go_to(self._number + 1)
        return True

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name
        """Go to the first posting that is not before a document. Raises ReadTooFar."""
        if not self.is_active():
            raise ReadTooFar
        if id <= self.id():
            return
        if id > (self._decoded or self._decode()).documents[-1]:
            # The block that may hold the document, or the next one where that has nothing of the kind.
            self._go_to(max(self._number + 1, self._postings.block_with(id, self._number + 1, self._last)))
            if not self.is_active():
                return
        documents = (self._decoded or self._decode()).documents
        self._index = bisect_left(documents, id, self._index)
        if self._index == len(documents):
            self._go_to(self._number + 1)

    def weight(self) -> float:
        """Return the weight of the posting."""
        return (self._decoded or self._decode()).weights()[self._index]

    def value(self) -> bytes:
        """Return the posting as Whoosh's format would have it stored."""
        return _value(self._decoded or self._decode(), self._index, self.format)

    def value_as(self, astype: str) -> Any:
        """Return what the posting says, as its format would decode it."""
        block = self._decoded or self._decode()
        if astype == "positions" and self._placed and not block.extra.values:
            return list(block.places(self._index))
        return _value_as(block, self._index, self.format, astype)

    def items_as(self, astype: str) -> Iterator[tuple[int, Any]]:
        """Yield from here on the document and what its posting says."""
        while self.is_active():
            yield self.id(), self.value_as(astype)
            self.next()

    def skip_to_quality(self, minquality: float) -> int:
        """Pass over the blocks that cannot score more; return how many."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._go_to(self._number + 1)
            skipped += 1
        return skipped

    def block_min_length(self) -> int:
        """Return the length of the shortest field among the block's documents."""
        return self._postings.shortest(self._number)

    def block_max_length(self) -> int:
        """Return the length of the longest field among the block's documents."""
        return self._postings.longest(self._number)

    def block_max_weight(self) -> float:
        """Return the highest weight in the block."""
        return self._postings.heaviest(self._number)

    def block_min_id(self) -> int:
        """Return the first document of the block."""
        return int(self._postings.blocks.first[self._number])

    def block_max_id(self) -> int:
        """Return the last document of the block."""
        return (self._decoded or self._decode()).documents[-1]


class VectorMatcher(LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher over the terms of one document, in the order of their texts; the whole list is decoded."""

    scorer = None
    _term = None

    def __init__(self, postings: Postings, blocks: range, format_: Format, texts: Sequence[str]) -> None:
        """Take the terms' texts in the order of the postings."""
        self.format = format_
        decoded = [_Block(postings, number) for number in blocks]
        places = ((block, index) for block in decoded for index in range(len(block.documents)))
        self._items = sorted(zip(texts, places, strict=True), key=lambda item: item[0])
        self._index = 0

    def is_active(self) -> bool:
        """Say whether there is a posting here."""
        return self._index < len(self._items)

    def reset(self) -> None:
        """Go back to the first posting."""
        self._index = 0

    def copy(self) -> VectorMatcher:
        """Return a matcher at the same posting."""
        twin = object.__new__(VectorMatcher)
        twin.__dict__.update(self.__dict__)
        return twin

    def id(self) -> str:
        """Return the term."""
        return self._items[self._index][0]

    def next(self) -> bool:
        """Go to the next term; return False, all is one block. Raises ReadTooFar."""
        if not self.is_active():
            raise ReadTooFar
        self._index += 1
        return False

    def skip_to(self, id: str) -> None:  # noqa: A002 - Whoosh's name
        """Go to the first term that is not before a text. Raises ReadTooFar."""
        if not self.is_active():
            raise ReadTooFar
        self._index = bisect_left(self._items, id, self._index, key=lambda item: item[0])

    def weight(self) -> float:
        """Return the weight of the posting."""
        block, index = self._items[self._index][1]
        return block.weights()[index]

    def value(self) -> bytes:
        """Return the posting as Whoosh's format would have it stored."""
        block, index = self._items[self._index][1]
        return _value(block, index, self.format)

    def value_as(self, astype: str) -> Any:
        """Return what the posting says, as its format would decode it."""
        block, index = self._items[self._index][1]
        return _value_as(block, index, self.format, astype)

    def items_as(self, astype: str) -> Iterator[tuple[str, Any]]:
        """Yield from here on the term and what its posting says."""
        while self.is_active():
            yield self.id(), self.value_as(astype)
            self.next()


def _value(block: _Block, index: int, format_: Format) -> bytes:
    kept = block.kept(index)
    return put_together(format_, block.payload(index)) if kept is None else kept


def _value_as(block: _Block, index: int, format_: Format, wanted: str) -> Any:
    kept = block.kept(index)
    if kept is None:
        return interpret(format_, block.payload(index), wanted)
    if not known(format_):
        return format_.decoder(wanted)(kept)
    # Whoosh's formats would unpickle it.
    payload = take_apart(format_, kept)
    if payload is None:
        raise ValueError(f"a posting whose value no {type(format_).__name__} format made")
    return interpret(format_, payload, wanted)
