"""JSON that is no JSON Lines: an array of records, objects over several lines, a JSON Feed, an answer of a service.

The records are cut out as they are read, so that a file may be of any length. What is read of one is in
`archive.importers.json_records`.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO

import attrs

from archive.importers.protocol import Problem, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.json_scan import Piece
    from archive.importers.protocol import Draft

MAX_RECORD = 64 * 1024 * 1024
"""The longest record, or object around records, that is read, in bytes."""

_LARGEST_HEAD = 64 * 1024
_STRING = rb'"(?:[^"\\]|\\.)*+"'
_ARRAY = re.compile(rb"\s*\[\s*(?:\{|\]\s*\Z|\[\s*\{|\Z)")
_OPEN_LINE = re.compile(rb"\s*\{\s*(?:\n|\r|\Z)|[^\n]*[\[{,]\s*\n\s*[\"\]}]")
_OBJECT = re.compile(rb'\s*\{\s*(?:["}]|\Z)')
# A member at the beginning of an object whose value is a list of objects, behind none but simple ones.
_LISTING = re.compile(
    rb"\s*\{(?:\s*" + _STRING + rb"\s*:\s*(?:" + _STRING + rb"|[-+.\w]+)\s*,)*+\s*"
    rb'"(?:articles|items|results|docs|documents|entries|posts|stories)"\s*:\s*\[',
    re.DOTALL,
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class JsonImporter:
    """Reads the objects of a JSON document; no more than one, of `max_record` bytes at most, is held."""

    name = "json"
    version = 1
    isolated = False

    def __init__(self, *, max_record: int = MAX_RECORD) -> None:
        self._max_record = max_record

    def detect(self, head: bytes) -> bool:
        """Tell whether a file begins like an array of objects, or an object that does not end with its line.

        So does one line that is a JSON Feed, or another object around a list of articles.
        """
        if head.startswith(_UTF16):
            return head[2:].decode("utf-16-be" if head.startswith(_UTF16[1]) else "utf-16-le", "replace").lstrip()[
                :1
            ] in {"[", "{"}
        start = head.removeprefix(codecs.BOM_UTF8)
        if _ARRAY.match(start):
            return True
        if not _OBJECT.match(start):
            return False
        return (
            _OPEN_LINE.match(start.lstrip()) is not None
            or b"jsonfeed.org/version" in start.partition(b"\n")[0]
            or _LISTING.match(start) is not None
        )

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem]:
        """Yield a record for each object, and a problem for each value that is none or is cut off."""
        from archive.importers.json_scan import pieces

        head = stream.read(len(codecs.BOM_UTF8))
        if head.startswith(_UTF16):
            yield Problem(message="UTF-16, but JSON must be UTF-8; convert it: iconv -f UTF-16 -t UTF-8")
            return
        found = 0
        for piece in pieces(_Behind(head.removeprefix(codecs.BOM_UTF8), stream), limit=self._max_record):
            found += 1
            if piece.fault is not None:
                yield self._fault(piece)
            else:
                yield from self._records(piece)
        if not found:
            yield from _none(head)

    def _records(self, piece: Piece) -> Iterator[Record | Problem]:
        """Yield the record that a value is; or those in it, where it is an object around a list of records."""
        from archive.importers.json_scan import pieces

        where = _listing(piece.data) if piece.data.startswith(b"{") else None
        if where is None:
            yield Record(original=piece.data, format=self.name, label=str(piece.number), line=piece.line)
            return
        start, end = where
        head = piece.data[:start] + b"[]" + piece.data[end:]
        ahead = piece.line + piece.data.count(b"\n", 0, start)
        for item in pieces(_Behind(piece.data[start:end], None), limit=self._max_record):
            placed = item._replace(line=ahead + item.line - 1)
            if item.fault is not None:
                yield self._fault(placed)
                continue
            yield Record(
                original=item.data,
                format=self.name,
                head=head if len(head) <= _LARGEST_HEAD else None,
                label=str(item.number),
                line=placed.line,
            )

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield a draft or a problem, or both where a value was left out."""
        from archive.importers.json_records import read_record

        return read_record(record, extractor=f"{self.name}/{self.version}")

    def _fault(self, piece: Piece) -> Problem:
        message = {
            "stray": 'not a JSON object; each record must be one, such as {"text": "..."}',
            "large": f"the record is longer than {self._max_record:,} bytes; import its text by itself",
            "open": "the file ends within this record, which was left out; get it again",
            "closed": "a bracket closes here that was not opened; what stands behind it may be left out",
        }[piece.fault or "stray"]
        return Problem(message=message, line=piece.line, label=str(piece.number))


@attrs.define
class _Behind:
    """A stream of some bytes and what follows them."""

    _first: bytes
    _stream: BinaryIO | None

    def read(self, size: int) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        return self._stream.read(size) if self._stream is not None else b""


def _none(head: bytes) -> Iterator[Problem]:
    """Yield the problem that there was nothing; an empty array is no problem, there is only nothing new."""
    if not head.strip():
        yield Problem(message="empty: nothing to archive")


def _listing(data: bytes) -> tuple[int, int] | None:
    """Return where the list of records in an object stands, `[start, end)`; None where the object is a record itself.

    A list is taken for one of records if the object has no text, title or address of its own (unless it is a JSON
    Feed), and the first thing in the list is an object that has.
    """
    from archive.importers import json_feed, json_ld
    from archive.importers.json_records import load
    from archive.importers.json_scan import items_of
    from archive.importers.members import MEMBERS, RecordError

    try:
        members = load(data, unit="record")
    except RecordError:
        return None
    if json_feed.is_feed(members):
        return items_of(data, "items")
    own = {name for field in ("text", "html", "title", "url") for name in MEMBERS[field]}
    if members.keys() & own or json_ld.is_document(members):
        return None
    for name, value in members.items():
        if (
            isinstance(value, list)
            and value
            and isinstance(value[0], dict)
            and (value[0].keys() & own or "@type" in value[0])
        ):
            return items_of(data, name)
    return None
