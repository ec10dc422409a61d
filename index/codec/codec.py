"""A codec of Whoosh's for any schema: `index.writer(codec=BlockCodec())` writes segments in our format.

A segment is two files, as Whoosh writes what belongs to documents before what belongs to terms, and reads the one for
the other: `.doc` by `document_writer`, `.trm` by `field_writer`. Both are containers of `index.segment.layout`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.codec import base

from index.codec.automata import Automata
from index.codec.document_writer import DOCUMENTS, DocumentWriter
from index.codec.documents import DocumentReader, added_column
from index.codec.field_writer import TERMS, FieldWriter, open_terms
from index.codec.files import check_file
from index.codec.segment import BlockSegment
from index.codec.terms import TermsReader

if TYPE_CHECKING:
    from whoosh.filedb.filestore import Storage


class BlockCodec(base.Codec):  # type: ignore[misc]
    """Writes and reads segments of any schema. Has no settings and no state."""

    def per_document_writer(self, storage: Storage, segment: BlockSegment) -> DocumentWriter:
        """Return a writer of what is kept by document."""
        return DocumentWriter(storage, segment)

    def field_writer(self, storage: Storage, segment: BlockSegment) -> FieldWriter:
        """Return a writer of terms and postings."""
        return FieldWriter(storage, segment)

    def per_document_reader(self, storage: Storage, segment: BlockSegment) -> DocumentReader:
        """Return a reader of what is kept by document. Raises BadSegmentError, OSError."""
        return DocumentReader(storage, segment)

    def terms_reader(self, storage: Storage, segment: BlockSegment) -> TermsReader:
        """Return a reader of terms and postings. Raises BadSegmentError, OSError."""
        return TermsReader(open_terms(storage, segment), owned=True)

    def automata(self, storage: Storage, segment: BlockSegment) -> Automata:  # noqa: ARG002 - Whoosh's signature
        """Return what finds the terms that are like a word."""
        return Automata()

    @classmethod
    def column_filename(cls, segment: BlockSegment, fieldname: str) -> str:
        """Return the name of the file for a column that Whoosh's `add_sortable` adds to a segment by itself."""
        return added_column(segment, fieldname)

    def check(self, storage: Storage, segment: BlockSegment) -> None:
        """Read a segment's files and compare their checksums, as opening does not. Raises BadSegmentError, OSError."""
        for suffix in (DOCUMENTS, TERMS):
            check_file(storage, segment.make_filename(suffix))

    def new_segment(self, storage: Storage, indexname: str) -> BlockSegment:  # noqa: ARG002
        """Return a segment that is still to be written, under a name of its own."""
        return BlockSegment(indexname)
