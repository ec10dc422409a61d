"""Whoosh's reader of what is kept by document, over the file that `document_writer` wrote."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from whoosh.codec import base

from index.codec.columns import read_added_column, read_column
from index.codec.document_writer import DOCUMENTS
from index.codec.files import read_file, read_sections
from index.codec.matcher import VectorMatcher
from index.codec.postings import Postings
from index.codec.stored import decode_stored_fields
from index.segment.lengths import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from whoosh.columns import Column, ColumnReader
    from whoosh.filedb.filestore import Storage
    from whoosh.formats import Format

    from index.codec.segment import BlockSegment


def added_column(segment: BlockSegment, fieldname: str) -> str:
    """Return the name of the file with a column that was added to a segment after it was written."""
    return str(segment.make_filename(f".{fieldname}.col"))


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """The documents of a segment; which of them are deleted, the segment knows."""

    def __init__(self, storage: Storage, segment: BlockSegment) -> None:
        """Open the file. Raises BadSegmentError, OSError."""
        directory, self._sections = read_sections(read_file(storage, segment.make_filename(DOCUMENTS)))
        self._storage = storage
        self._segment = segment
        self._documents: int = directory["documents"]
        self._tokens: dict[str, int] = directory["tokens"]
        self._columns: dict[str, str] = directory["columns"]
        self._vectors = frozenset(directory["vectors"])
        self._postings = Postings(self._sections) if self._vectors else None

    def close(self) -> None:
        """Let go of the memory map, which ends with the last view on it."""
        self._sections.clear()

    def doc_count(self) -> int:
        """Return the number of documents without the deleted ones."""
        return self._documents - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        """Return the number of documents."""
        return self._documents

    def has_deletions(self) -> bool:
        """Say whether any document is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterable[int]:
        """Return the deleted documents."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Say whether a field has a column here."""
        return fieldname in self._columns or self._storage.file_exists(added_column(self._segment, fieldname))

    def list_columns(self) -> list[str]:
        """Return the fields that have a column."""
        return list(self._columns)

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:
        """Return a reader of a field's column, which is of the type `column`. Raises BadSegmentError."""
        if fieldname in self._columns:
            return read_column(self._sections, self._columns[fieldname], fieldname, column, self._documents)
        data = memoryview(read_file(self._storage, added_column(self._segment, fieldname)))
        return read_added_column(data, column, self._documents)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the tokens of a field in a document, on the scale of length bytes; `default` for none."""
        lengths = self._sections.get(f"short:{fieldname}")
        return (TABLE[lengths[docnum]] or default) if lengths is not None else default

    def doc_field_length_reader(self, fieldname: str, default: int = 0) -> Callable[[int], int]:
        """Return `doc_field_length` for one field."""
        lengths = self._sections.get(f"short:{fieldname}")
        return (lambda docnum: TABLE[lengths[docnum]] or default) if lengths is not None else lambda _: default

    def field_length(self, fieldname: str) -> int:
        """Return the tokens of a field in all documents."""
        return self._tokens.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """Return the tokens of a field where it is shortest, on the scale of length bytes."""
        return TABLE[min(self._sections.get(f"short:{fieldname}", b""), default=0)]

    def max_field_length(self, fieldname: str) -> int:
        """Return the tokens of a field where it is longest, on the scale of length bytes."""
        return TABLE[max(self._sections.get(f"short:{fieldname}", b""), default=0)]

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """Say whether a document has a vector in a field."""
        return self._vector(docnum, fieldname) is not None

    def vector(self, docnum: int, fieldname: str, format_: Format) -> VectorMatcher:
        """Return a matcher over a document's own terms. Raises KeyError where it has none in the field."""
        number = self._vector(docnum, fieldname)
        if number is None or self._postings is None:
            raise KeyError(f"document {docnum} has no vector in the field {fieldname!r}")
        blocks = range(*self._sections["vector_blocks"][number : number + 2])
        spelt, starts = self._sections["vector_bytes"], self._sections["vector_start"]
        texts = [
            bytes(spelt[starts[term] : starts[term + 1]]).decode(errors="surrogatepass")
            for block in blocks
            for term in self._postings.blocks.documents(block)
        ]
        return VectorMatcher(self._postings, blocks, format_, texts)

    def _vector(self, docnum: int, fieldname: str) -> int | None:
        if fieldname not in self._vectors:
            return None
        documents = self._sections[f"vector_document:{fieldname}"]
        index = bisect_left(documents, docnum)
        if index == len(documents) or documents[index] != docnum:
            return None
        return int(self._sections[f"vector_number:{fieldname}"][index])

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored values of a document. Raises BadSegmentError."""
        starts = self._sections["stored_start"]
        return decode_stored_fields(bytes(self._sections["stored"][starts[docnum] : starts[docnum + 1]]))
