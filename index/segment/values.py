"""The values of the fields of names as they were stated: a dictionary of them, and a number for each document.

The postings of a field of names have folded words, from which no value comes back. To count publishers, values are
needed: so each distinct list of values that a document has in a field is kept once, and a document has its number.
docs/format.md, "Values".
"""

from __future__ import annotations

import json
from array import array
from itertools import repeat
from typing import TYPE_CHECKING

from index import schema_fields as schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from index.segment.layout import SegmentFile

_WIDTHS = ((1 << 8, "B"), (1 << 16, "H"), (1 << 32, "I"))


def dictionary(name: str) -> str:
    """Return the name of the section that has the distinct lists of a field, a line of JSON each, in order."""
    return f"lists_{name}"


def column(name: str) -> str:
    """Return the name of the section that has a number for each document: 0 for no values, *n* for line *n*, from 1."""
    return f"list_{name}"


def lines(section: memoryview) -> list[bytes]:
    """Return the lines of a dictionary by number, with an empty list as number 0."""
    return [b"[]", *bytes(section).split(b"\n")[:-1]]


def values_of(line: bytes) -> tuple[str, ...]:
    """Return the values that a line stands for."""
    return tuple(json.loads(line))


class _Field:
    """One field as it is collected: lines with provisional numbers, and the number of each document."""

    def __init__(self) -> None:
        self.numbers = array("I")
        self._by_line: dict[bytes, int] = {b"[]": 0}

    def extend(self, known: Iterable[bytes], numbers: Iterable[int]) -> None:
        table = [self._number(line) for line in known]
        self.numbers.extend(map(table.__getitem__, numbers))

    def write(self, name: str, file: SegmentFile) -> None:
        """Write both sections; of equal documents they are equal, in whatever way they were collected."""
        ordered = sorted(line for line in self._by_line if line != b"[]")
        table = array("I", repeat(0, len(self._by_line)))
        for number, line in enumerate(ordered, 1):
            table[self._by_line[line]] = number
        code = next(code for bound, code in _WIDTHS if len(ordered) < bound)
        file.add(dictionary(name), "B", [b"".join([line + b"\n" for line in ordered])])
        file.add(column(name), code, [array(code, map(table.__getitem__, self.numbers))])

    def _number(self, line: bytes) -> int:
        return self._by_line.setdefault(line, len(self._by_line))


class ValueColumns:
    """The values of documents as they are collected, or put together from those of segments."""

    def __init__(self) -> None:
        self._fields = {name: _Field() for name in schema.COUNTED}

    def take(self, name: str, lists: Iterable[tuple[str, ...]], numbers: Iterable[int]) -> None:
        """Add the values of documents in a field: lists that differ, none first, and the number of each document's."""
        # In ASCII: whatever a value holds, a line feed or half of a surrogate pair, it is one line.
        known = [json.dumps(values, separators=(",", ":")).encode("ascii") for values in lists]
        self._fields[name].extend(known, numbers)

    def extend(self, sections: Mapping[str, memoryview]) -> None:
        """Add those of a segment's documents."""
        for name, field in self._fields.items():
            field.extend(lines(sections[dictionary(name)]), sections[column(name)])

    def write(self, file: SegmentFile) -> None:
        """Write the sections."""
        for name, field in self._fields.items():
            field.write(name, file)
