"""Our segments as a codec of Whoosh's: its readers, matchers and queries run on them unchanged.

Reading only: segments are built by `index.segment.writer`, never through Whoosh's writer, and nothing in them is ever
deleted or stored. What Whoosh asks of a codec is in `whoosh.codec.base`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from whoosh.codec import base
from whoosh.columns import ColumnReader
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span
from whoosh.reading import TermInfo

from index import schema_fields as schema
from index.segment.lengths import TABLE
from index.segment.writer import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from whoosh.fields import FieldType
    from whoosh.formats import Format
    from whoosh.scoring import BaseScorer

    from index.segment.reader import Segment, Term


class SegmentCodec(base.Codec):  # type: ignore[misc]
    """The codec of one open segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def terms_reader(self, storage: object, segment: object) -> _Terms:  # noqa: ARG002 - the signature is Whoosh's
        """Return the reader of the inverted index."""
        return _Terms(self._segment)

    def per_document_reader(self, storage: object, segment: object) -> _Documents:  # noqa: ARG002
        """Return the reader of lengths and columns."""
        return _Documents(self._segment)


class SegmentInfo(base.Segment):  # type: ignore[misc]
    """What Whoosh knows of a segment: its size, and its codec."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(segment.path.stem)
        self._segment = segment

    def codec(self) -> SegmentCodec:
        """Return the codec."""
        return SegmentCodec(self._segment)

    def doc_count_all(self) -> int:
        """Return the number of documents."""
        return self._segment.documents

    def deleted_count(self) -> int:
        """Return 0: nothing is deleted from a projection."""
        return 0

    def deleted_docs(self) -> Sequence[int]:
        """Return nothing."""
        return ()

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def should_assemble(self) -> bool:
        """Return False: a segment is one file already."""
        return False


class _Terms(base.TermsReader):  # type: ignore[misc]
    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._segment.term(*term) is not None

    def cursor(self, fieldname: str, fieldobj: FieldType) -> _Cursor:
        return _Cursor(self._segment, fieldname, fieldobj)

    def indexed_field_names(self) -> list[str]:
        return [name for name, (first, last) in self._segment.fields.items() if first < last]

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self._segment.fields):
            yield from self.terms_from(name, b"", only=True)

    def terms_from(self, fieldname: str, prefix: bytes, *, only: bool = False) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self._segment.fields):
            if name == fieldname or (name > fieldname and not only):
                first = self._segment.find(name, prefix if name == fieldname else b"")
                for number in range(first, self._segment.fields[name][1]):
                    yield name, self._segment.spelling(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        term = self._term(fieldname, text)
        blocks = self._segment.blocks
        last = list(blocks.documents(term.last - 1))[-1]
        return TermInfo(
            weight=term.tokens,
            df=term.postings,
            minlength=TABLE[min(blocks.short[term.first : term.last])],
            # Longer than anything: an upper bound that no score ever reaches.
            maxlength=TABLE[-1],
            maxweight=max(peak(self._segment, block) for block in range(term.first, term.last)),
            minid=blocks.first[term.first],
            maxid=last,
        )

    def frequency(self, fieldname: str, text: bytes) -> int:
        return self._term(fieldname, text).tokens

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self._term(fieldname, text).postings

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None) -> _Postings:
        return _Postings(self._segment, self._term(fieldname, text), format_, (fieldname, text), scorer)

    def close(self) -> None:
        """Leave the segment open: it belongs to whoever opened it."""

    def _term(self, fieldname: str, text: bytes) -> Term:
        term = self._segment.term(fieldname, text)
        if term is None:
            raise KeyError((fieldname, text))
        return term


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    def __init__(self, segment: Segment, field: str, fieldobj: FieldType) -> None:
        self._segment = segment
        self._field = field
        self._decode: Callable[[bytes], str] = fieldobj.from_bytes
        self._number, self._last = segment.fields.get(field, (0, 0))

    def first(self) -> str | None:
        self._number = self._segment.fields.get(self._field, (0, 0))[0]
        return self.text()

    def find(self, term: bytes | str) -> str | None:
        # Whoosh's automata ask by text, its readers by bytes.
        self._number = self._segment.find(self._field, term.encode() if isinstance(term, str) else term)
        return self.text()

    def next(self) -> str | None:
        self._number += 1
        return self.text()

    def text(self) -> str | None:
        return self._decode(self._segment.spelling(self._number)) if self.is_valid() else None

    def term_info(self) -> TermInfo:
        return _Terms(self._segment).term_info(self._field, self._segment.spelling(self._number))

    def is_valid(self) -> bool:
        return self._number < self._last


class _Documents(base.PerDocumentReader):  # type: ignore[misc]
    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def close(self) -> None:
        """Leave the segment open."""

    def doc_count(self) -> int:
        return self._segment.documents

    def doc_count_all(self) -> int:
        return self._segment.documents

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False

    def deleted_docs(self) -> Sequence[int]:
        return ()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in COLUMNS

    def list_columns(self) -> list[str]:
        return list(COLUMNS)

    def column_reader(self, fieldname: str, column: object) -> _Column:  # noqa: ARG002
        return _Column(self._segment.sections[fieldname])

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return TABLE[self._segment.sections[f"short_{fieldname}"][docnum]] if fieldname in schema.SCORED else default

    def field_length(self, fieldname: str) -> int:
        return self._segment.tokens.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        return TABLE[min(self._segment.sections[f"short_{fieldname}"], default=0)] if fieldname in schema.SCORED else 0

    def max_field_length(self, fieldname: str) -> int:
        return TABLE[max(self._segment.sections[f"short_{fieldname}"], default=0)] if fieldname in schema.SCORED else 0

    def has_vector(self, docnum: int, fieldname: str) -> bool:  # noqa: ARG002
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:  # noqa: ARG002
        return {}


class _Column(ColumnReader):  # type: ignore[misc]
    def __init__(self, values: memoryview) -> None:
        self._values = values

    def __getitem__(self, docnum: int) -> int:
        return int(self._values[docnum])

    def __len__(self) -> int:
        return len(self._values)

    def sort_key(self, docnum: int) -> int:
        return int(self._values[docnum])

    def load(self) -> memoryview:
        return self._values


def peak(segment: Segment, block: int) -> int:
    """Return the highest frequency in a block, read from the postings where the byte for it does not say."""
    stated = int(segment.blocks.peak[block])
    if stated < 255:
        return stated
    frequencies = segment.blocks.frequencies(block)
    return max(frequencies) + 1 if frequencies is not None else 1


class _Postings(LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher over one term's blocks; decodes a block when it comes to it."""

    def __init__(
        self, segment: Segment, entry: Term, format_: Format, term: tuple[str, bytes], scorer: BaseScorer | None
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._segment = segment
        self._entry = entry
        self._term = term
        self._block = entry.first
        self._load()

    def _load(self) -> None:
        self._index = 0
        if self._block < self._entry.last:
            self._documents = list(self._segment.blocks.documents(self._block))
            self._frequencies = self._segment.blocks.frequencies(self._block)

    def is_active(self) -> bool:
        return self._block < self._entry.last

    def reset(self) -> None:
        self._block = self._entry.first
        self._load()

    def copy(self) -> _Postings:
        twin = _Postings(self._segment, self._entry, self.format, self._term, self.scorer)
        twin._block = self._block
        twin._load()
        twin._index = self._index
        return twin

    def id(self) -> int:
        return self._documents[self._index]

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._index += 1
        if self._index == len(self._documents):
            self._block += 1
            self._load()
            return True
        return False

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name
        if not self.is_active():
            raise ReadTooFar
        if id <= self.id():
            return
        if id > self._documents[-1]:
            # The last block that begins at or before the document is the one that may hold it.
            self._block = max(
                self._block + 1, bisect_right(self._segment.blocks.first, id, self._block + 1, self._entry.last) - 1
            )
            self._load()
            if not self.is_active():
                return
        self._index = bisect_left(self._documents, id, self._index)
        if self._index == len(self._documents):
            self._block += 1
            self._load()

    def weight(self) -> float:
        return float(self._frequencies[self._index] + 1) if self._frequencies is not None else 1.0

    def value(self) -> bytes:
        """Return the posting as Whoosh's format would have it stored."""
        encoded: bytes = self.format.encode(self._positions())
        return encoded

    def value_as(self, astype: str) -> Any:
        if astype == "positions":
            return self._positions()
        if astype in {"weight", "frequency"}:
            return self.weight() if astype == "weight" else int(self.weight())
        return super().value_as(astype)

    def spans(self) -> list[Span]:
        return [Span(position) for position in self._positions()]

    def skip_to_quality(self, minquality: float) -> int:
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._block += 1
            self._load()
            skipped += 1
        return skipped

    def block_min_length(self) -> int:
        return TABLE[self._segment.blocks.short[self._block]]

    def block_max_length(self) -> int:
        return TABLE[-1]

    def block_max_weight(self) -> int:
        return peak(self._segment, self._block)

    def block_min_id(self) -> int:
        return self._documents[0]

    def block_max_id(self) -> int:
        return self._documents[-1]

    def _positions(self) -> list[int]:
        ahead = self._frequencies[: self._index] if self._frequencies is not None else ()
        begin = sum(ahead) + self._index
        places = self._segment.blocks.all_places(self._block)
        return list(places[begin : begin + int(self.weight())])
