"""Facets: which values the articles that a query finds have, and how many of them each; and their sources.

A value is counted as it was stated, letter by letter. An article that has several, as of authors and tags, counts once
for each; so only facets of one value a document add up to the number of hits.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import attrs

from index import schema_fields as schema
from index.periods import UNKNOWN, spelt

if TYPE_CHECKING:
    from index.matching import Matching
    from index.periods import By, Days

_PERIODS: Final[dict[str, By]] = {"month": "month", "year": "year"}
FACETS: Final = (*schema.COUNTED, *_PERIODS)
"""What can be counted by."""


class ValueCount(NamedTuple):
    """A value, None where none is known, and how many articles have it."""

    value: str | None
    articles: int


def facets(matching: Matching, names: tuple[str, ...]) -> dict[str, tuple[ValueCount, ...]]:
    """Count what matches by each of some FACETS: names by how many have them, periods in the order of time."""
    return {
        name: _by_period(matching, _PERIODS[name]) if name in _PERIODS else _by_name(matching, name) for name in names
    }


def _by_name(matching: Matching, name: str) -> tuple[ValueCount, ...]:
    found: Counter[str | None] = Counter()
    for values, count in matching.values(name).items():
        for value in set(values) or (None,):
            found[value] += count
    return tuple(ValueCount(value, found[value]) for value in sorted(found, key=lambda one: _rank(one, found[one])))


def _rank(value: str | None, count: int) -> tuple[bool, int, str]:
    """Order values by how many there are, then by name; what is not known comes last."""
    return value is None, -count, value or ""


def _by_period(matching: Matching, by: By) -> tuple[ValueCount, ...]:
    from index.timeline import timeline

    buckets = timeline(matching, by).buckets
    return tuple(ValueCount(bucket.period and bucket.period.name, bucket.articles) for bucket in buckets)


@attrs.frozen
class Source:
    """A publisher or an agency, how many articles are from there, and the dates of the first and the last of these.

    Dates are EDTF, as precise as they are known; None where no article has one with a year.
    """

    kind: str
    name: str
    count: int
    first: str | None
    last: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return the source as JSON has it."""
        return attrs.asdict(self)


SOURCES: Final = ("publisher", "agency")


def sources(matching: Matching) -> tuple[Source, ...]:
    """Count what matches by publisher and by agency, publishers first, of each those with the most articles first."""
    found: list[Source] = []
    for kind in SOURCES:
        counts: Counter[str] = Counter()
        dates: dict[str, set[Days]] = {}
        for (values, days), count in matching.values_and_days(kind).items():
            for value in set(values):
                counts[value] += count
                dates.setdefault(value, set()).add(days)
        named = sorted((_rank(name, count), name) for name, count in counts.items())
        found += [Source(kind, name, counts[name], *_ends(dates[name])) for _, name in named]
    return tuple(found)


def _ends(dates: set[Days]) -> tuple[str | None, str | None]:
    """Return the earliest and the latest of some dates, of those that begin or end together the most precise one."""
    known = dates - {UNKNOWN}
    if not known:
        return None, None
    return spelt(min(known)), spelt(max(known, key=lambda days: (days[1], days[0])))
