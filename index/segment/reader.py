"""Reading a segment: its file mapped into memory, opened without reading it. Standard library only."""

from __future__ import annotations

import mmap
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from index import analysis
from index.segment.blocks import Blocks
from index.segment.forms import Forms
from index.segment.layout import FORMAT, KEY_BYTES, BadSegmentError, checksum, read_directory, term_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Term(NamedTuple):
    """Where a term's postings are: the blocks `[first, last)`; and how many documents and tokens it has."""

    first: int
    last: int
    postings: int
    tokens: int


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        if not (size := file.seek(0, 2)):
            raise BadSegmentError("an empty file")
        return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)


class Segment:
    """A segment file, open. Immutable; may be used by several threads."""

    def __init__(self, path: Path, data: mmap.mmap | bytes | None = None) -> None:
        """Open a file, or the bytes of one that the caller has read or mapped. Raises BadSegmentError, OSError."""
        self.path = path
        self._map = _mapped(path) if data is None else data
        view = memoryview(self._map)
        directory = read_directory(view)
        if directory.get("format") != FORMAT:
            raise BadSegmentError(f"a segment of format {directory.get('format')}; this version reads {FORMAT}")
        self.documents: int = directory["documents"]
        self.fields: dict[str, tuple[int, int]] = {name: tuple(span) for name, span in directory["fields"].items()}
        self.tokens: dict[str, int] = directory["tokens"]
        self.sections: dict[str, memoryview] = {
            name: view[start : start + length].cast(type_code)
            for name, (start, length, type_code, _) in directory["sections"].items()
        }
        self._checksums: dict[str, int] = {name: crc for name, (*_, crc) in directory["sections"].items()}
        start, length, *_ = directory["sections"]["forms"]
        self.form_list = Forms(self._map, start, start + length, self.sections["form_first"])
        self.blocks = Blocks(self.sections)
        self._term_key = self.sections["term_key"]
        self._term_bytes = self.sections["term_bytes"]
        self._term_start = self.sections["term_start"]
        self._term_blocks = self.sections["term_blocks"]
        self._term_postings = self.sections["term_postings"]
        self._term_tokens = self.sections["term_tokens"]

    @property
    def standings(self) -> int:
        """The number of standings."""
        return len(self.sections["standing_position"])

    def close(self) -> None:
        """Let go of the memory map, which ends with the last view on it: what was read from it stays readable."""
        self.sections.clear()

    def release(self) -> None:
        """Give back the memory of the pages that were read; they are read again where they are needed."""
        if isinstance(self._map, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Read all sections and compare their checksums. Raises BadSegmentError, which names what is damaged."""
        for name, section in self.sections.items():
            if checksum(section) != self._checksums[name]:
                raise BadSegmentError(f"{self.path.name}: section {name!r} is damaged")

    def forms(self, prefix: bytes, limit: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield the forms of titles and texts that start with some bytes, in order, each with its term.

        Given a limit, they stand in a document below it. The term is in `title` or in `text`, or in both.
        """
        if limit is not None and limit < self.documents:
            forms = self.form_list.starting_with_below(prefix, limit)
        else:
            forms = self.form_list.starting_with(prefix)
        terms = analysis.stems([form.decode() for form in forms])
        return zip(forms, (term.encode() for term in terms), strict=True)

    def spelling(self, number: int) -> bytes:
        """Return a term's bytes."""
        return bytes(self._term_bytes[self._term_start[number] : self._term_start[number + 1]])

    def find(self, field: str, term: bytes) -> int:
        """Return the number of a field's first term that is not before `term`; that may be the end of the field."""
        first, last = self.fields.get(field, (0, 0))
        key = term_key(term)
        # Keys are found inside the interpreter; spellings are looked at where several terms share the key.
        first = bisect_left(self._term_key, key, first, last)
        last = bisect_right(self._term_key, key, first, last)
        return bisect_left(range(last), term, first, last, key=self.spelling)

    def term(self, field: str, term: bytes) -> Term | None:
        """Return a term's entry, None where the field does not have it."""
        first, last = self.fields.get(field, (0, 0))
        number = bisect_left(self._term_key, term_key(term), first, last)
        if number == last:
            return None
        if self._is(number, term):
            return self.entry(number)
        if len(term) < KEY_BYTES:
            # Of the terms that share its key it would be the first.
            return None
        number = self.find(field, term)
        return self.entry(number) if number < last and self._is(number, term) else None

    def _is(self, number: int, term: bytes) -> bool:
        start = self._term_start
        return self._term_bytes[start[number] : start[number + 1]] == term

    def terms_with_prefix(self, field: str, prefix: bytes) -> Iterator[bytes]:
        """Yield the terms of a field that begin so, in order."""
        for number in range(self.find(field, prefix), self.fields.get(field, (0, 0))[1]):
            spelling = self.spelling(number)
            if not spelling.startswith(prefix):
                break
            yield spelling

    def term_lines(self, field: str) -> str:
        """Return all terms of a field of names, a line feed behind each."""
        first, last = self.fields.get(field, (0, 0))
        return "".join([f"{self.spelling(number).decode()}\n" for number in range(first, last)])

    def entry(self, number: int) -> Term:
        """Return the entry of a term by its number."""
        first, last = self._term_blocks[number], self._term_blocks[number + 1]
        if not first < last <= len(self.blocks.first):
            # A flipped bit here would have billions of blocks read.
            raise BadSegmentError(f"{self.path.name}: term {number} is damaged")
        return Term(
            first,
            last,
            self._term_postings[number],
            self._term_tokens[number],
        )

    def postings(self, term: Term) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the documents of a term in order, each with the positions of the term in it."""
        blocks = self.blocks
        for block in range(term.first, term.last):
            for number, document in enumerate(blocks.documents(block)):
                yield document, blocks.places_of(block, number)
