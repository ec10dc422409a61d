"""How the documents of a view stand: hidden, retracted, corrected, noted on, tagged, as of its position.

Read from the standings of the segments (`index.standing`): all of a version's standings count up to that position, and
the last one holds. What is hidden is found at once, among those that turned; the rest when a query asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from index.standing import RETAGGED, RETRACTED, WITHHELD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from index.reading import View
    from index.segment.reader import Segment

RETRACTED_STATE, WITHHELD_STATE, CORRECTED_STATE, NOTED_STATE = "retracted", "withheld", "correction", "note"


class States:
    """The standings of a view, by the numbers of its documents."""

    def __init__(self, view: View, segments: Iterable[Segment]) -> None:
        self._view = view
        # A segment may have standings and no documents.
        self._standings = [some for one in segments if (some := Standings(one.sections, view.position))]

    def __bool__(self) -> bool:
        return bool(self._standings)

    def hidden(self, mask: int) -> set[int]:
        """Return the documents whose last standing has one of some flags that hide: WITHHELD, ERASED, or both."""
        turned: dict[int, int] = {}
        for standings in self._standings:
            turned |= standings.turned()
        return self._documents({version for version, flags in turned.items() if flags & mask})

    def are(self, state: str) -> frozenset[int]:
        """Return the documents that are in a state: one of those that a query may name."""
        name, mask = _COLUMNS[state]
        versions = {version for standings, rows in self._last for version in standings.having(name, mask, rows)}
        return frozenset(self._documents(versions))

    def retagged(self, matches: Callable[[str], bool]) -> tuple[frozenset[int], frozenset[int]]:
        """Return the documents that have other tags than their versions state, and those that have a tag that matches.

        `matches` is asked once for each tag of each list of tags that there is, however many documents have it.
        """
        known: dict[bytes, bool] = {}
        retagged: set[int] = set()
        found: set[int] = set()
        for standings, rows in self._last:
            for version, tags in standings.tags(rows):
                retagged.add(version)
                if tags not in known:
                    known[tags] = any(matches(tag) for tag in tags.decode().split("\n")[:-1])
                if known[tags]:
                    found.add(version)
        return frozenset(self._documents(retagged)), frozenset(self._documents(found))

    def tags(self) -> dict[int, tuple[str, ...]]:
        """Return the tags of each document that has other tags than its version states."""
        return {
            document: tuple(tags.decode().split("\n")[:-1])
            for standings, rows in self._last
            for version, tags in standings.tags(rows)
            for document in self._documents({version})
        }

    @cached_property
    def _last(self) -> list[tuple[Standings, dict[int, int]]]:
        """The last standings of versions, by segment: in each those of versions that have no later one."""
        seen: set[int] = set()
        last: list[tuple[Standings, dict[int, int]]] = []
        for standings in reversed(self._standings):
            rows = standings.last()
            if seen:
                rows = {version: row for version, row in rows.items() if version not in seen}
            seen.update(rows)
            last.append((standings, rows))
        return last

    def _documents(self, versions: set[int]) -> set[int]:
        """Return the documents of versions by their positions; those that the index does not have are left out."""
        view = self._view
        if len(versions) * _FEW < view.limit:
            numbers = ((version, view.document_at(version)) for version in versions)
            end = view.generation.state.documents
            return {number for version, number in numbers if number < end and view.position_of(number) == version}
        found: set[int] = set()
        for part in view.parts:
            positions = part.segment.sections["position"][: part.limit].tolist()
            found.update([number for number, position in enumerate(positions, part.offset) if position in versions])
        return found


_FEW = 16
"""Finding one in so many by bisection is quicker than looking at all."""

_ALL = 0xFFFFFFFF
_COLUMNS = {
    RETRACTED_STATE: ("standing_flags", RETRACTED),
    WITHHELD_STATE: ("standing_flags", WITHHELD),
    CORRECTED_STATE: ("standing_corrections", _ALL),
    NOTED_STATE: ("standing_notes", _ALL),
}
"""Where each state stands, and the bits that are not 0 then."""


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
