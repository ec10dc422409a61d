"""Whoosh's writer of what is kept by document: lengths, stored values, columns, vectors. One file, `.doc`.

The values of a document are kept aside until it is finished, so that nothing is left of one that is taken back.
"""

from __future__ import annotations

from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from whoosh.codec import base

from index.codec.columns import ColumnWriter, column_writer
from index.codec.files import Spool, folder_of, segment_file
from index.codec.postings import PostingsWriter
from index.codec.stored import encode_stored
from index.segment.layout import FORMAT
from index.segment.lengths import length_byte

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whoosh.columns import Column
    from whoosh.fields import FieldType
    from whoosh.filedb.filestore import Storage

    from index.codec.segment import BlockSegment
    from index.segment.layout import SegmentFile

DOCUMENTS = ".doc"
"""What the names of the files end in."""


class DocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Writes the documents of a segment one after the other; the file is there, and synced, when it is closed."""

    def __init__(self, storage: Storage, segment: BlockSegment) -> None:
        self.is_closed = False
        self._storage = storage
        self._segment = segment
        self._folder = folder_of(storage)
        self._documents = 0
        self._open = False
        self._lengths: dict[str, bytearray] = {}
        self._tokens: dict[str, int] = {}
        self._stored = Spool(self._folder)
        self._stored_starts = array("Q", [0])
        self._columns: dict[str, ColumnWriter] = {}
        self._vectors = _Vectors(self._folder)

    def start_doc(self, docnum: int) -> None:
        """Begin a document; they come in order. One that was begun and not finished is taken back."""
        if docnum != self._documents:
            raise ValueError(f"document {docnum} was begun where {self._documents} should follow")
        self._open = True
        self._new_values: dict[str, bytes] = {}
        self._new_lengths: dict[str, int] = {}
        self._new_columns: dict[str, ColumnWriter] = {}
        self._new_column_values: list[tuple[str, Any]] = []
        self._new_vectors: list[tuple[str, FieldType, list[tuple[str, float, bytes]]]] = []

    def add_field(self, fieldname: str, fieldobj: FieldType, value: Any, length: int | None) -> None:  # noqa: ARG002
        """Note a stored value, if there is one, and the tokens of a field. Raises UnstorableError."""
        if value is not None:
            self._new_values[fieldname] = encode_stored(value)
        if length:
            self._new_lengths[fieldname] = length

    def add_column_value(self, fieldname: str, columnobj: Column, value: Any) -> None:
        """Note the value of a column. Raises TypeError, OverflowError for one that does not fit."""
        column = self._columns.get(fieldname) or self._new_columns.get(fieldname)
        if column is None:
            column = self._new_columns[fieldname] = column_writer(columnobj, self._folder)
        self._new_column_values.append((fieldname, column.encode(value)))

    def add_vector_items(self, fieldname: str, fieldobj: FieldType, items: Iterable[tuple[str, float, bytes]]) -> None:
        """Note the document's terms in a field: text, weight and encoded value."""
        noted = list(items)
        if noted:
            self._new_vectors.append((fieldname, fieldobj, noted))

    def cancel_doc(self) -> None:
        """Take back the document that was begun."""
        self._open = False

    def finish_doc(self) -> None:
        """End the document."""
        if not self._open:
            return
        self._open = False
        document = self._documents
        self._columns |= self._new_columns
        for name, value in self._new_column_values:
            self._columns[name].add(document, value)
        for name, length in self._new_lengths.items():
            lengths = self._lengths.setdefault(name, bytearray())
            lengths.extend(bytes(document - len(lengths)))
            lengths.append(length_byte(length))
            self._tokens[name] = self._tokens.get(name, 0) + length
        if self._new_values:
            # The values are JSON already; so is the name of a field, in quotes.
            members = (encode_stored(name) + b":" + value for name, value in self._new_values.items())
            self._stored.write(b"{" + b",".join(members) + b"}")
        self._stored_starts.append(self._stored.size)
        for name, fieldobj, items in self._new_vectors:
            self._vectors.add(name, document, fieldobj, items)
        self._documents += 1

    def close(self) -> None:
        """Write the file."""
        if self.is_closed:
            return
        self.is_closed = True
        self.finish_doc()
        try:
            with segment_file(self._storage, self._segment.make_filename(DOCUMENTS)) as file:
                self._write(file)
        finally:
            self._stored.close()
            self._vectors.close()
            for column in self._columns.values():
                column.close()

    def _write(self, file: SegmentFile) -> None:
        for name, lengths in self._lengths.items():
            lengths.extend(bytes(self._documents - len(lengths)))
            file.add(f"short:{name}", "B", [lengths])
        file.add("stored", "B", self._stored)
        file.add("stored_start", "Q", [self._stored_starts])
        for name, column in self._columns.items():
            column.write(file, name, self._documents)
        self._vectors.write(file)
        file.finish(
            {
                "format": FORMAT,
                "documents": self._documents,
                "tokens": self._tokens,
                "columns": {name: column.kind for name, column in self._columns.items()},
                "vectors": sorted(self._vectors.fields),
            }
        )


class _Vectors:
    """The vectors of a segment: lists of postings whose documents are numbers of terms, in a lexicon of their own.

    The terms are numbered as they come, so that a vector can be written before all terms are known.
    """

    def __init__(self, folder: str | None) -> None:
        self.fields: dict[str, tuple[array[int], array[int]]] = {}
        self._numbers: dict[str, int] = {}
        self._postings = PostingsWriter(folder)
        self._blocks = array("I", [0])

    def add(self, field: str, document: int, fieldobj: FieldType, items: list[tuple[str, float, bytes]]) -> None:
        """Write the vector of a document."""
        numbers = self._numbers
        numbered = [(numbers.setdefault(text, len(numbers)), weight, value) for text, weight, value in items]
        self._postings.begin(fieldobj.vector)
        for number, weight, value in sorted(numbered, key=lambda item: item[0]):
            self._postings.add(number, weight, value, 0)
        documents, vectors = self.fields.setdefault(field, (array("I"), array("I")))
        documents.append(document)
        vectors.append(len(self._blocks) - 1)
        self._blocks.append(self._blocks[-1] + self._postings.finish().blocks)

    def write(self, file: SegmentFile) -> None:
        """Write the sections; there are none where there is no vector."""
        if not self.fields:
            return
        spelt = [text.encode(errors="surrogatepass") for text in self._numbers]
        file.add("vector_bytes", "B", spelt)
        file.add("vector_start", "Q", [array("Q", accumulate(map(len, spelt), initial=0))])
        file.add("vector_blocks", "I", [self._blocks])
        for name, (documents, vectors) in self.fields.items():
            file.add(f"vector_document:{name}", "I", [documents])
            file.add(f"vector_number:{name}", "I", [vectors])
        self._postings.write(file)

    def close(self) -> None:
        self._postings.close()
