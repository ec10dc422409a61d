"""The filters of a plan, which score 0: documents known by their numbers, and what was published within some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.leaves import Leaf, Scores, TermLeaf
    from index.query.ast import Date
    from index.reading import Part


class Chosen:
    """Documents that are known by their numbers in the view, such as those that are retracted. Scores 0."""

    guesses = bulk = False

    def __init__(self, chosen: frozenset[int]) -> None:
        self.chosen = chosen
        self._parts: dict[Part, frozenset[int]] = {}

    def leaves(self) -> list[Leaf]:
        """Return none."""
        return []

    def drivers(self, part: Part) -> list[TermLeaf] | None:  # noqa: ARG002
        """Return None."""
        return None

    def size(self, part: Part) -> int:
        """Return how many of them are in a part."""
        return len(self._within(part))

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:  # noqa: ARG002
        """Return those of them that are in a part."""
        here = self._within(part)
        return here if within is None else here.intersection(within)

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return 0 for each document that matches."""
        return dict.fromkeys(self.documents(part, within, sure=sure), 0.0)

    def _within(self, part: Part) -> frozenset[int]:
        known = self._parts.get(part)
        if known is None:
            known = frozenset([document - part.offset for document in self.chosen if part.has(document)])
            self._parts[part] = known
        return known


class Days:
    """What was published within some days for certain: an article of `2021` is not one of April 2021. Scores 0.

    If `doubtful`, what may have been published then, too: all but what was published at another time for certain.
    """

    guesses = bulk = False

    def __init__(self, earliest: Date | None, latest: Date | None, *, doubtful: bool = False) -> None:
        from datetime import date

        self.earliest = date(*earliest).toordinal() if earliest is not None else 1
        self.latest = date(*latest).toordinal() if latest is not None else date.max.toordinal()
        self.doubtful = doubtful

    def leaves(self) -> list[Leaf]:
        """Return none."""
        return []

    def drivers(self, part: Part) -> list[TermLeaf] | None:  # noqa: ARG002
        """Return None."""
        return None

    def size(self, part: Part) -> int:
        """Return more than any word has: a document at hand is checked at once, so let the words come first."""
        return part.limit

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:  # noqa: ARG002
        """Return the documents that were published within the days."""
        if within is None and self.doubtful:
            within = range(part.limit)
        if within is None:
            return part.published_within(self.earliest, self.latest)
        first, last = part.segment.sections["first_day"], part.segment.sections["last_day"]
        earliest, latest = self.earliest, self.latest
        if self.doubtful:
            # Of what has no certain year both are 0.
            return [
                document
                for document in within
                if not last[document] or (first[document] <= latest and last[document] >= earliest)
            ]
        return [document for document in within if earliest <= first[document] and last[document] <= latest]

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return 0 for each document that matches."""
        return dict.fromkeys(self.documents(part, within, sure=sure), 0.0)
