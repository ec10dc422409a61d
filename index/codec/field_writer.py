"""Whoosh's writer of the inverted index: terms and postings as they come, sorted, from its pool. One file, `.trm`."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import TYPE_CHECKING

from whoosh.codec import base

from index.codec.files import Spool, folder_of, read_file, segment_file
from index.codec.postings import PostingsWriter, Written
from index.segment.layout import FORMAT
from index.segment.reader import Segment
from index.segment.writer import LEXICON, Lexicon

if TYPE_CHECKING:
    from whoosh.fields import FieldType
    from whoosh.filedb.filestore import Storage

    from index.codec.segment import BlockSegment

_TERMS = 4096
"""Terms that are put into the lexicon at a time."""

TERMS = ".trm"
"""What the names of the files end in."""


def open_terms(storage: Storage, segment: BlockSegment) -> Segment:
    """Return the terms of a segment, open. Raises BadSegmentError, OSError."""
    name = segment.make_filename(TERMS)
    return Segment(Path(name), read_file(storage, name))


class FieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Writes the terms of a segment field by field; the file is there, and synced, when it is closed.

    Postings are encoded a block at a time, terms go to unnamed files some thousand at a time. What is held is 8 bytes
    for each term, for what its postings weigh.
    """

    def __init__(self, storage: Storage, segment: BlockSegment) -> None:
        self.is_closed = False
        self._storage = storage
        self._segment = segment
        folder = folder_of(storage)
        self._spools = {name: Spool(folder) for name in LEXICON}
        self._lexicon = Lexicon(self._spools)
        self._postings = PostingsWriter(folder)
        self._terms: list[bytes] = []
        self._written: list[Written] = []
        self._weights = array("d")
        self._weighted = False
        self._documents = 0
        self._field: str | None = None
        self._term: bytes | None = None

    def start_field(self, fieldname: str, fieldobj: FieldType) -> None:
        """Begin a field; they come in the order of their names. Raises OutOfOrderError."""
        if self._field is not None and fieldname <= self._field:
            raise base.OutOfOrderError(f"the field {fieldname!r} after {self._field!r}")
        self._flush()
        self._field = fieldname
        self._term = None
        self._format = fieldobj.format
        self._lexicon.begin(fieldname)

    def start_term(self, text: bytes) -> None:
        """Begin a term; they come in the order of their bytes. Raises OutOfOrderError."""
        if self._field is None:
            raise ValueError("a term was begun outside any field")
        if self._term is not None and text <= self._term:
            raise base.OutOfOrderError(f"the term {text!r} after {self._term!r} in the field {self._field!r}")
        self._term = text
        self._postings.begin(self._format)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        """Add a posting of the term: document, weight, encoded value, and the tokens of the field there, if known."""
        self._postings.add(docnum, weight, vbytes, length or 0)
        self._documents = max(self._documents, docnum + 1)

    def finish_term(self) -> None:
        """End the term."""
        if self._field is None or self._term is None:
            raise ValueError("a term was ended that was not begun")
        written = self._postings.finish()
        if not written.postings:
            return
        self._terms.append(self._term)
        self._written.append(written)
        if len(self._terms) == _TERMS:
            self._flush()
        self._weights.append(written.weight)
        self._weighted = self._weighted or written.weight != written.tokens

    def finish_field(self) -> None:
        """End the field."""
        self._flush()

    def _flush(self) -> None:
        if self._field is not None and self._terms:
            blocks, postings, tokens, _ = zip(*self._written, strict=True)
            self._lexicon.extend(self._field, self._terms, blocks, postings, tokens)
            self._terms, self._written = [], []

    def close(self) -> None:
        """Write the file."""
        if self.is_closed:
            return
        self.is_closed = True
        self._flush()
        try:
            with segment_file(self._storage, self._segment.make_filename(TERMS)) as file:
                self._postings.write(file)
                self._lexicon.write(file)
                file.add("term_weight", "d", [self._weights] if self._weighted else [])
                # Whose words these were before they were analysed, Whoosh does not tell.
                file.add("forms", "B", [])
                file.add("form_first", "I", [])
                file.finish(
                    {"format": FORMAT, "documents": self._documents, "fields": self._lexicon.fields, "tokens": {}}
                )
        finally:
            self._postings.close()
            for spool in self._spools.values():
                spool.close()
