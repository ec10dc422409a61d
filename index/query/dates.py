"""Dates in a query: `2021`, `2021-04`, `2021-04-13`, `today`, ranges `a..b`, and ranges that are open at one end.

    value  = period | bound ".." [ bound ] | ".." bound
    period = year [ "-" month [ "-" day ] ] | "today" | "yesterday"         4, 2 and 2 digits
    bound  = period | number ( "d" | "w" | "m" | "y" )                      so many days, weeks, months, years ago

A period stands for all its days: as a range's first bound for its first day, as the last bound for its last day.
The calendar is the Gregorian one, the years 0001 to 9999. What is relative is so to today's date in UTC: a month ago is
the same day of the month before, or the last one that this has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.query.errors import QueryError, Span, shown

if TYPE_CHECKING:
    from index.query.ast import Date

# Strings, compiled when they are first used: most queries have no date.
_PERIOD = r"(?a)(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_YEARS = r"(?a)(\d{4})[-–—/](\d{4})"
_LOOSE = r"(?a)(\d{4})[-/.](\d\d?)(?:[-/.](\d\d?))?|(\d{4})(\d\d)(\d\d)"
_AGO = r"(?ai)(\d{1,4})([dwmy])"
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FORMS = "dates are written 2021, 2021-04, 2021-04-13 or yesterday, ranges 2020..2021, 2021-04.., ..2021 or 2w.."


def date_range(query: str, span: Span) -> tuple[Date | None, Date | None]:
    """Return the first and the last day that the text at `span` of a query names; None is an open end.

    Raises `QueryError`, its span within `span`, for what is no date, for days that the calendar has not, and for a
    range that ends before it begins.
    """
    first, dots, last = query[span.start : span.end].partition("..")
    if not dots:
        return _period(query, span)
    if not first and not last:
        raise QueryError("this range has no date at either end", query=query, span=span, hint=_FORMS)
    earliest = _period(query, Span(span.start, span.start + len(first)), bound=True)[0] if first else None
    latest = _period(query, Span(span.end - len(last), span.end), bound=True)[1] if last else None
    if earliest is not None and latest is not None and earliest > latest:
        raise QueryError(
            "this range ends before it begins",
            query=query,
            span=span,
            hint=f"did you mean {shown(last)}..{shown(first)}?",
        )
    return earliest, latest


def days_in(year: int, month: int) -> int:
    """Return how many days a month has."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _DAYS[month - 1]


def today() -> Date:
    """Return today's date in UTC."""
    import time

    now = time.gmtime()
    return now.tm_year, now.tm_mon, now.tm_mday


def _relative(text: str, *, bound: bool) -> Date | None:
    """Return the day that a word or a number of days, weeks, months or years ago means; None for anything else."""
    word = text.lower()
    if word == "today":
        return today()
    if word == "yesterday":
        return _ago(1, "d")
    ago = re.fullmatch(_AGO, text) if bound else None
    return _ago(int(ago[1]), ago[2].lower()) if ago else None


def _ago(number: int, unit: str) -> Date:
    """Return the day so many days, weeks, months or years before today, the first of all days at the earliest."""
    year, month, day = today()
    if unit in "dw":
        from datetime import date

        ordinal = date(year, month, day).toordinal() - number * (7 if unit == "w" else 1)
        return date.fromordinal(max(1, ordinal)).timetuple()[:3]
    months = year * 12 + month - 1 - number * (12 if unit == "y" else 1)
    if months < 12:
        return 1, 1, 1
    year, month = months // 12, months % 12 + 1
    return year, month, min(day, days_in(year, month))


def _period(query: str, span: Span, *, bound: bool = False) -> tuple[Date, Date]:
    """Return the first and the last day of a year, a month or a day."""
    text = query[span.start : span.end]
    match = re.fullmatch(_PERIOD, text)
    if match is None and (relative := _relative(text, bound=bound)) is not None:
        return relative, relative
    if match is None:
        raise QueryError(f"{shown(text)!r} is not a date", query=query, span=span, hint=_advice(text))
    year, month, day = (int(part) if part is not None else None for part in match.groups())
    fault = _fault(year or 0, month, day)
    if fault:
        raise QueryError(fault, query=query, span=span)
    return _widened(year or 0, month, day)


def _widened(year: int, month: int | None, day: int | None) -> tuple[Date, Date]:
    if month is None:
        return (year, 1, 1), (year, 12, 31)
    if day is None:
        return (year, month, 1), (year, month, days_in(year, month))
    return (year, month, day), (year, month, day)


def _fault(year: int, month: int | None, day: int | None) -> str | None:
    """Say what the calendar has against a date, or None."""
    if year == 0:
        return "there is no year 0000: years run from 0001 to 9999"
    if month is None:
        return None
    if not 1 <= month <= 12:
        return f"there is no month {month:02}: months run from 01 to 12"
    if day is not None and not 1 <= day <= days_in(year, month):
        return f"there is no day {day:02} in {year:04}-{month:02}: its days run from 01 to {days_in(year, month)}"
    return None


def _advice(text: str) -> str:
    if re.fullmatch(_AGO, text):
        return f"did you mean {text}.., from then until now?"
    years = re.fullmatch(_YEARS, text)
    if years:
        return f"did you mean {years[1]}..{years[2]}?"
    loose = re.fullmatch(_LOOSE, text)
    if loose:
        numbers = [int(part) for part in loose.groups() if part is not None]
        year, month, day = [*numbers, None][:3]
        if year is not None and _fault(year, month, day) is None:
            return f"did you mean {'-'.join([f'{year:04}', *(f'{number:02}' for number in numbers[1:])])}?"
    return _FORMS
