"""The standings of a segment as they are written: columns with a number for each. `index.states` reads them.

docs/format.md, "Standings".
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from index.standing import TURNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Buffer

    from index.segment.layout import SegmentFile

SECTIONS = {
    "standing_position": "Q",
    "standing_version": "Q",
    "standing_flags": "B",
    "standing_corrections": "I",
    "standing_notes": "I",
    "standing_tags": "Q",
    "tag_bytes": "B",
    "turning": "I",
}
"""The sections, with the type codes of their numbers.

`standing_tags` says where the tags of each begin in `tag_bytes`, and has their end besides; a line feed ends each tag.
`turning` are the numbers of the standings that have the flag TURNS.
"""

_COLUMNS = ("standing_position", "standing_version", "standing_flags", "standing_corrections", "standing_notes")


class StandingRows:
    """Standings as they are collected, or put together from those of segments."""

    def __init__(self) -> None:
        self._columns = {name: array(SECTIONS[name]) for name in _COLUMNS}
        self._starts = array("Q", (0,))
        self._tags = bytearray()

    def __len__(self) -> int:
        return len(self._columns["standing_position"])

    def add(self, standing: tuple[Any, ...]) -> None:
        """Add the next standing, an `index.projection.Standing` or a plain tuple of the same."""
        *numbers, tags = standing
        for name, number in zip(_COLUMNS, numbers, strict=True):
            self._columns[name].append(number)
        for tag in tags:
            self._tags += " ".join(tag.split()).encode() + b"\n"
        self._starts.append(len(self._tags))

    def extend(self, sections: Mapping[str, memoryview]) -> None:
        """Add those of a segment."""
        for name, column in self._columns.items():
            column.frombytes(bytes(sections[name]))
        base = len(self._tags)
        self._starts.extend(base + start for start in sections["standing_tags"][1:])
        self._tags += bytes(sections["tag_bytes"])

    def write(self, file: SegmentFile) -> None:
        """Write the sections."""
        flags = self._columns["standing_flags"]
        turning = array("I", (number for number, flag in enumerate(flags) if flag & TURNS))
        pieces: dict[str, Buffer] = {
            **self._columns,
            "standing_tags": self._starts,
            "tag_bytes": bytes(self._tags),
            "turning": turning,
        }
        for name, type_code in SECTIONS.items():
            file.add(name, type_code, [pieces[name]])
