"""The standings of a segment: columns with a number for each, in the order of their events. docs/format.md."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from index.standing import RETAGGED, TURNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typing_extensions import Buffer

    from index.segment.layout import SegmentFile
    from index.standing import Standing

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

    def add(self, standing: Standing) -> None:
        """Add the next standing."""
        for name, column in self._columns.items():
            column.append(getattr(standing, name.removeprefix("standing_")))
        for tag in standing.tags:
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


class Standings:
    """The standings of a segment up to a position. Costs nothing where there are none."""

    def __init__(self, sections: Mapping[str, memoryview], position: int) -> None:
        self._sections = sections
        self._count = bisect_right(sections["standing_position"], position)

    def __bool__(self) -> bool:
        return bool(self._count)

    def turned(self) -> dict[int, int]:
        """Return the flags of the last standing that has TURNS, of each version that has one, by its position."""
        versions, flags = self._sections["standing_version"], self._sections["standing_flags"]
        turning = self._sections["turning"]
        end = bisect_right(turning, self._count - 1)
        return {versions[row]: flags[row] for row in turning[:end]}

    def last(self) -> dict[int, int]:
        """Return the number of the last standing of each version, by the version's position."""
        # In one call, as there may be a million: later ones take the place of earlier ones.
        return dict(zip(self._sections["standing_version"][: self._count], range(self._count), strict=True))

    def having(self, name: str, mask: int, rows: Mapping[int, int]) -> list[int]:
        """Return those of some versions, each with the number of a standing, in which a column has a bit of a mask."""
        column = self._sections[name][: self._count].tolist()
        return [version for version, row in rows.items() if column[row] & mask]

    def tags(self, rows: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
        """Yield those of some versions, each with the number of a standing, that have other tags than they state.

        Each comes with these tags in UTF-8, a line feed behind each.
        """
        starts = self._sections["standing_tags"][: self._count + 1].tolist()
        data = bytes(self._sections["tag_bytes"][: starts[-1]])
        for version in self.having("standing_flags", RETAGGED, rows):
            row = rows[version]
            yield version, data[starts[row] : starts[row + 1]]
