"""The codec of the archive's own segments: reading only.

They are built by `index.segment.writer`, never through Whoosh's writer, and nothing in them is ever deleted or stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec import base

from index import schema_fields as schema
from index.codec.columns import NumbersReader
from index.codec.terms import TermsReader
from index.segment.lengths import TABLE
from index.segment.writer import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.segment.reader import Segment


class ProjectionCodec(base.Codec):  # type: ignore[misc]
    """The codec of one open segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def terms_reader(self, storage: object, segment: object) -> TermsReader:  # noqa: ARG002 - the signature is Whoosh's
        """Return the reader of the inverted index."""
        return TermsReader(self._segment, owned=False)

    def per_document_reader(self, storage: object, segment: object) -> _Documents:  # noqa: ARG002
        """Return the reader of lengths and columns."""
        return _Documents(self._segment)


class ProjectionSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh knows of a segment: its size, and its codec."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(segment.path.stem)
        self._segment = segment

    def codec(self) -> ProjectionCodec:
        """Return the codec."""
        return ProjectionCodec(self._segment)

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


class _Documents(base.PerDocumentReader):  # type: ignore[misc]
    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def close(self) -> None:
        """Leave the segment open: it belongs to whoever opened it."""

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

    def column_reader(self, fieldname: str, column: object) -> NumbersReader:  # noqa: ARG002
        return NumbersReader(self._segment.sections[fieldname])

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
