"""Periods of the calendar: days, weeks, months and years, and what is said of a date that is none of them. Pure.

A date is given as the first and the last day that it can mean (proleptic Gregorian ordinals). From these two follows
how precise it is: a day, a month, a year, a decade or a century, as EDTF (ISO 8601-2) has it.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

By = Literal["day", "week", "month", "year"]
BYS: Final[tuple[By, ...]] = ("day", "week", "month", "year")

Days: TypeAlias = tuple[int, int]

UNKNOWN: Final[Days] = (0, 0)
_LAST_DAY = date.max.toordinal()


class Period(NamedTuple):
    """A stretch of days `first` to `last`, both included, with the name that it goes by."""

    first: int
    last: int
    name: str


def spelt(days: Days) -> str:
    """Return the EDTF spelling of a date: `2021-04-18`, `2021-04`, `2021`, `202X`, `20XX`."""
    first, last = date.fromordinal(days[0]), date.fromordinal(days[1])
    if first == last:
        return first.isoformat()
    if first.year != last.year:
        decade = first.year // 10 == last.year // 10
        return f"{first.year // 10:03}X" if decade else f"{first.year // 100:02}XX"
    return f"{first.year:04}-{first.month:02}" if first.month == last.month else f"{first.year:04}"


def around(day: int, by: By) -> Period:
    """Return the period that a day is in. Weeks are those of ISO 8601: from Monday, `2021-W15`."""
    at = date.fromordinal(day)
    if by == "day":
        return Period(day, day, at.isoformat())
    if by == "week":
        monday = day - (day - 1) % 7
        year, week, _ = at.isocalendar()
        return Period(monday, min(monday + 6, _LAST_DAY), f"{year:04}-W{week:02}")
    first = at.replace(day=1) if by == "month" else at.replace(month=1, day=1)
    last = _before_next(first, by)
    return Period(first.toordinal(), last, spelt((first.toordinal(), last)))


def of_date(days: Days, by: By) -> Period:
    """Return the period that a date falls into for certain.

    A date that is less precise than the periods has one of its own, which says so: of `2021` that is `2021-XX` among
    months, and `2021-XX-XX` among weeks and days; of `2021-04` it is `2021-04-XX` among these. To count such a date
    for January would invent what is not known.
    """
    period = around(days[0], by)
    if days[1] <= period.last:
        return period
    name = spelt(days)
    if not name.endswith("X"):
        parts = 2 if by == "month" else 3
        name += "-XX" * (parts - 1 - name.count("-"))
    return Period(*days, name)


def fitting(days: list[Days]) -> By:
    """Return by what to divide some dates: days up to a month, weeks up to half a year, months up to five years.

    Dates of a certain day decide; where there are none, those of a month, and else it is years.
    """
    exact = [first for first, last in days if first == last]
    if not exact:
        months = [first for first, last in days if last - first < 31]
        return "month" if months and max(months) - min(months) <= _FIVE_YEARS else "year"
    span = max(exact) - min(exact)
    return "day" if span <= 31 else "week" if span <= 183 else "month" if span <= _FIVE_YEARS else "year"


_FIVE_YEARS = 5 * 366


def _before_next(first: date, by: By) -> int:
    """Return the last day of a month or a year, given its first day."""
    if by == "year":
        return date(first.year, 12, 31).toordinal()
    if first.month == 12:
        return date(first.year, 12, 31).toordinal()
    return first.replace(month=first.month + 1).toordinal() - 1
