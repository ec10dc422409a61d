"""All that a query finds, to be counted: documents by part, and how many of them have which values and days.

Nothing is read from the archive: the columns of the segments have what is counted. Of a million
documents, values were measured to take 0.1 µs each, days 0.6, and both together, hardly two alike, 2 µs. Memory is for
the distinct ones.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from index import schema_fields as schema
from index.evaluate import current_documents
from index.segment.values import column, dictionary, lines, values_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from index.evaluate import Plan
    from index.reading import Part, View

Days: TypeAlias = tuple[int, int]
"""The first and the last day that a date can mean, as proleptic Gregorian ordinals; both 0 where that is not known."""

Values: TypeAlias = tuple[str, ...]
"""What a document has in a field of names: none, one or several."""


class Matching:
    """The current documents of a view that match a plan; without a plan, all current ones.

    Those recorded ahead of the position `since` are left out.
    """

    def __init__(self, view: View, plan: Plan | None, *, since: int | None = None) -> None:
        self.view = view
        self._plan = plan
        self._first = 0 if since is None else view.document_at(since)

    @cached_property
    def parts(self) -> list[tuple[Part, Collection[int]]]:
        """The documents by part, as numbers in it, in no order."""
        first = self._first
        found = [(part, self._documents(part)) for part in self.view.parts]
        if not first:
            return found
        return [(part, [one for one in documents if part.offset + one >= first]) for part, documents in found]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(len(documents) for _, documents in self.parts)

    def days(self) -> Counter[Days]:
        """Count them by the days of their dates."""
        found: Counter[Days] = Counter()
        for part, documents in self.parts:
            found.update(_days(part, documents))
        return found

    def values(self, name: str) -> Counter[Values]:
        """Count them by their values in a field of names."""
        found: Counter[Values] = Counter()
        for part, documents in self.parts:
            lists = lines(part.segment.sections[dictionary(name)])
            for number, count in Counter(_numbers(part, name, documents)).items():
                found[values_of(lists[number])] += count
        if name == schema.TAG:
            for stated, tags in self._retagged():
                found[stated] -= 1
                found[tags] += 1
        return +found

    def values_and_days(self, name: str) -> Counter[tuple[Values, Days]]:
        """Count them by their values in a field of names, other than tags, and the days of their dates."""
        found: Counter[tuple[Values, Days]] = Counter()
        for part, documents in self.parts:
            lists = lines(part.segment.sections[dictionary(name)])
            pairs = Counter(zip(_numbers(part, name, documents), _days(part, documents), strict=True))
            for (number, days), count in pairs.items():
                found[values_of(lists[number]), days] += count
        return found

    def _documents(self, part: Part) -> Collection[int]:
        if self._plan is not None:
            return current_documents(self._plan, part)
        every = range(part.limit)
        return set(every).difference(part.hidden) if part.hidden else every

    def _retagged(self) -> Iterator[tuple[Values, Values]]:
        """Yield the tags that a version states and those that its article has, where they may differ."""
        if not self.view.states:
            return
        others = self.view.states.tags()
        for part, documents in self.parts:
            here = others.keys() & {part.offset + document for document in documents} if others else ()
            lists = lines(part.segment.sections[dictionary(schema.TAG)]) if here else []
            numbers = part.segment.sections[column(schema.TAG)]
            for document in here:
                yield values_of(lists[numbers[document - part.offset]]), others[document]


def _numbers(part: Part, name: str, documents: Collection[int]) -> Iterable[int]:
    return _each(part.segment.sections[column(name)], documents)


def _days(part: Part, documents: Collection[int]) -> Iterable[Days]:
    sections = part.segment.sections
    return zip(_each(sections["first_day"], documents), _each(sections["last_day"], documents), strict=True)


def _each(section: memoryview, documents: Collection[int]) -> Iterable[int]:
    """Return the number of each of some documents in a column: a list is quicker to look into, if it pays to make."""
    many = len(documents) * _FEW > len(section)
    return map((section.tolist() if many else section).__getitem__, documents)


_FEW = 8
"""Looking at one in so many numbers takes less time than making a list of all."""
