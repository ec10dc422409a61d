"""Whoosh's reader of the inverted index, over an open segment: of the projection, or of any schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from index.codec.matcher import BlockMatcher
from index.codec.postings import Postings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.fields import FieldType
    from whoosh.formats import Format
    from whoosh.scoring import BaseScorer

    from index.segment.reader import Segment


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms and postings of a segment."""

    def __init__(self, segment: Segment, *, owned: bool) -> None:
        """Read an open segment, which is closed with the reader if it owns it."""
        self._segment = segment
        self._owned = owned
        self._postings = Postings(segment.sections)
        self._weights = segment.sections.get("term_weight")

    def close(self) -> None:
        """Close the segment, if it is the reader's."""
        if self._owned:
            self._segment.close()

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._number(*term) is not None

    def cursor(self, fieldname: str, fieldobj: FieldType) -> Cursor:
        """Return a cursor at the first term of a field."""
        return Cursor(self, self._segment, fieldname, fieldobj)

    def indexed_field_names(self) -> list[str]:
        """Return the fields that have terms."""
        return [name for name, (first, last) in self._segment.fields.items() if first < last]

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield (field, term) by field and in the order of bytes."""
        for name in sorted(self._segment.fields):
            first, last = self._segment.fields[name]
            for number in range(first, last):
                yield name, self._segment.spelling(number)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield (field, term) from the first term of a field that is not before `prefix`, through later fields."""
        for name in sorted(self._segment.fields):
            if name >= fieldname:
                first = self._segment.find(name, prefix if name == fieldname else b"")
                for number in range(first, self._segment.fields[name][1]):
                    yield name, self._segment.spelling(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield all terms, each with what Whoosh wants to know of it."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield from a term on, as `terms_from`, each with what Whoosh wants to know of it."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return what Whoosh wants to know of a term. Raises KeyError."""
        return self.info_of(self._require(fieldname, text))

    def info_of(self, number: int) -> TermInfo:
        """Return what Whoosh wants to know of a term by its number."""
        term = self._segment.entry(number)
        blocks = range(term.first, term.last)
        postings = self._postings
        *_, last = postings.blocks.documents(term.last - 1)
        return TermInfo(
            weight=self._weight(number),
            df=term.postings,
            minlength=min(map(postings.shortest, blocks)),
            maxlength=max(map(postings.longest, blocks)),
            maxweight=max(map(postings.heaviest, blocks)),
            minid=int(postings.blocks.first[term.first]),
            maxid=last,
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return what the postings of a term weigh together. Raises KeyError."""
        return self._weight(self._require(fieldname, text))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return how many postings a term has. Raises KeyError."""
        return self._segment.entry(self._require(fieldname, text)).postings

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None) -> BlockMatcher:
        """Return a matcher over the postings of a term. Raises TermNotFound."""
        number = self._number(fieldname, text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        term = self._segment.entry(number)
        return BlockMatcher(self._postings, (term.first, term.last), format_, (fieldname, text), scorer)

    def _weight(self, number: int) -> float:
        return self._weights[number] if self._weights else self._segment.entry(number).tokens

    def _number(self, fieldname: str, text: bytes) -> int | None:
        number = self._segment.find(fieldname, text)
        _, last = self._segment.fields.get(fieldname, (0, 0))
        return number if number < last and self._segment.spelling(number) == text else None

    def _require(self, fieldname: str, text: bytes) -> int:
        number = self._number(fieldname, text)
        if number is None:
            raise KeyError((fieldname, text))
        return number


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of one field in order."""

    def __init__(self, terms: TermsReader, segment: Segment, field: str, fieldobj: FieldType) -> None:
        self._terms = terms
        self._segment = segment
        self._field = field
        self._fieldobj = fieldobj
        self._number, self._last = segment.fields.get(field, (0, 0))

    def first(self) -> object:
        """Go to the first term."""
        self._number = self._segment.fields.get(self._field, (0, 0))[0]
        return self.text()

    def find(self, term: bytes | str) -> object:
        """Go to the first term that is not before one, which is text from Whoosh's automata, bytes from its readers."""
        self._number = self._segment.find(self._field, term if isinstance(term, bytes) else self._encode(term))
        return self.text()

    def _encode(self, text: str) -> bytes:
        try:
            return bytes(self._fieldobj.to_bytes(text))
        except UnicodeEncodeError:
            # An automaton counts through all code points, surrogates too. They sort where their bytes would.
            return text.encode(errors="surrogatepass")

    def next(self) -> object:
        """Go to the next term."""
        self._number += 1
        return self.text()

    def text(self) -> object:
        """Return the term as its field spells it, None behind the last."""
        if not self.is_valid():
            return None
        decoded: object = self._fieldobj.from_bytes(self._segment.spelling(self._number))
        return decoded

    def term_info(self) -> TermInfo | None:
        """Return what Whoosh wants to know of the term, None behind the last."""
        return self._terms.info_of(self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Say whether there is a term here."""
        return self._number < self._last
