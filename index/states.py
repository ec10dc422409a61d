"""How the documents of a view stand: hidden, retracted, corrected, noted on, tagged, as of its position.

Read from the standings of the segments (`index.standing`): all of a version's standings count up to that position, and
the last one holds. What is hidden is found at once, among those that turned; the rest when a query asks for it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from index.segment.standings import Standings
from index.standing import RETRACTED, WITHHELD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from index.reading import View
    from index.segment.reader import Segment

    Row = tuple[Standings, int]

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
        return self._documents(version for version, flags in turned.items() if flags & mask)

    def are(self, state: str) -> frozenset[int]:
        """Return the documents that are in a state: one of those that a query may name."""
        has = _TESTS[state]
        return frozenset(self._documents(version for version, row in self._last.items() if has(*row)))

    def retagged(self, matches: Callable[[str], bool]) -> tuple[frozenset[int], frozenset[int]]:
        """Return the documents that have other tags than their versions state, and those that have a tag that matches.

        `matches` is asked once for each tag, however many documents have it.
        """
        known: dict[bytes, bool] = {}

        def holds(tag: bytes) -> bool:
            if tag not in known:
                known[tag] = matches(tag.decode())
            return known[tag]

        retagged = {
            version: tags for version, (some, row) in self._last.items() if (tags := some.tags(row)) is not None
        }
        found = (version for version, tags in retagged.items() if any(map(holds, tags)))
        return frozenset(self._documents(retagged)), frozenset(self._documents(found))

    @cached_property
    def _last(self) -> dict[int, Row]:
        last: dict[int, Row] = {}
        for standings in self._standings:
            last |= {version: (standings, row) for version, row in standings.last().items()}
        return last

    def _documents(self, versions: Iterable[int]) -> set[int]:
        return set(self._numbers(versions))

    def _numbers(self, versions: Iterable[int]) -> Iterator[int]:
        """Yield the documents of versions by their positions; those that the index does not have are left out."""
        view = self._view
        for version in versions:
            document = view.document_at(version)
            if document < view.generation.state.documents and view.position_of(document) == version:
                yield document


_TESTS: dict[str, Callable[[Standings, int], bool]] = {
    RETRACTED_STATE: lambda standings, row: bool(standings.flags(row) & RETRACTED),
    WITHHELD_STATE: lambda standings, row: bool(standings.flags(row) & WITHHELD),
    CORRECTED_STATE: lambda standings, row: standings.corrections(row) > 0,
    NOTED_STATE: lambda standings, row: standings.notes(row) > 0,
}
