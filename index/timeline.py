"""Timelines: how many of the articles that a query finds were published when."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from index.periods import UNKNOWN, Period, fitting, of_date, spelt

if TYPE_CHECKING:
    from index.matching import Matching
    from index.periods import By


class Bucket(NamedTuple):
    """How many articles fall into a period, for certain; `period` is None for those without a known year.

    `precise` is false where their dates are less precise than the timeline's periods: it has a bucket of its own then.
    """

    period: Period | None
    articles: int
    precise: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the bucket as JSON has it; undated articles have null in all but `count`."""
        if self.period is None:
            return {"bucket": None, "first": None, "last": None, "precise": False, "count": self.articles}
        first, last, name = self.period
        days = {"first": spelt((first, first)), "last": spelt((last, last))}
        return {"bucket": name, **days, "precise": self.precise, "count": self.articles}


@attrs.frozen
class Timeline:
    """Buckets in the order of time, without empty ones; wider ones ahead of those within, undated articles last."""

    by: By
    total: int
    buckets: tuple[Bucket, ...]


def timeline(matching: Matching, by: By | None = None) -> Timeline:
    """Count what matches by periods; by those that fit the span of the dates, if none are named."""
    dates = matching.days()
    total = dates.total()
    undated = dates.pop(UNKNOWN, 0)
    divided = by or fitting(list(dates))
    counts: Counter[Period] = Counter()
    precise: dict[Period, bool] = {}
    for days, count in dates.items():
        period = of_date(days, divided)
        counts[period] += count
        precise[period] = not period.name.endswith("X")
    ordered = sorted(counts, key=lambda period: (period.first, -period.last))
    buckets = [Bucket(period, counts[period], precise[period]) for period in ordered]
    if undated:
        buckets.append(Bucket(None, undated, precise=False))
    return Timeline(divided, total, tuple(buckets))
