"""JSON Lines: one record a line, each an article of its own.

A record that cannot be read is a problem with its line's number, from 1, and the others go on. What is read of a record
is in `archive.importers.json_records`.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO

from archive.importers.json_records import read_record
from archive.importers.protocol import Problem, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.protocol import Draft

MAX_LINE = 64 * 1024 * 1024
"""The longest line that is read, in bytes."""

_SKIPPED_AT_ONCE = 1024 * 1024
_OBJECT = re.compile(rb'\s*\{\s*(?:["}]|$)')


class JsonlImporter:
    """Reads one record after the other; no more than one line, of `max_line` bytes at most, is held."""

    name = "jsonl"
    version = 2
    isolated = False

    def __init__(self, *, max_line: int = MAX_LINE) -> None:
        self._max_line = max_line

    def detect(self, head: bytes) -> bool:
        """Tell whether a file begins like a JSON object.

        The first record need not be valid: a file of JSON that is broken is reported, not archived as a text.
        """
        return _OBJECT.match(head.removeprefix(codecs.BOM_UTF8)) is not None

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem]:
        """Yield a record for each line that is not blank, or a problem where it is too long.

        A file whose first line is a lone `{` is taken for one record over several lines.
        """
        records = 0
        for number, line in self._lines(stream):
            if line is None:
                records += 1
                yield Problem(
                    message=f"the line is longer than {self._max_line:,} bytes; import this record's text by itself",
                    line=number,
                )
                continue
            record = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if record.strip() == b"{" and not records:
                rest = stream.read(self._max_line + 1)
                if len(rest) > self._max_line:
                    yield Problem(message=f"the record is longer than {self._max_line:,} bytes", line=number)
                    return
                record += b"\n" + rest.rstrip()
            if record.strip():
                records += 1
                yield Record(original=record, format=self.name, line=number)
        if not records:
            yield Problem(message="empty: nothing to archive")

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield a draft or a problem, or both where a date was left out."""
        return read_record(record, extractor=f"{self.name}/{self.version}")

    def _lines(self, stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
        """Yield each line that is not empty as its number and its bytes without the end, None where it is too long."""
        number = 0
        # One for the newline and one that tells a line too long from one that just fits; "\r\n" has two.
        while line := stream.readline(self._max_line + 2):
            number += 1
            if line == b"\n":
                continue
            bare = line.removesuffix(b"\n").removesuffix(b"\r")
            if len(bare) <= self._max_line:
                yield number, bare
                continue
            while line and not line.endswith(b"\n"):
                line = stream.readline(_SKIPPED_AT_ONCE)
            yield number, None
