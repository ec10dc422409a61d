"""Dates as they were published: a subset of EDTF (ISO 8601-2). What is not known stays unknown, nothing is shifted.

Canonical spellings: `2021`, `2021-04`, `2021-04-18`; with digits that are not known `XXXX-04-18` (no year stated),
`XXXX-04`, `202X`, `20XX`, `2021-XX`, `2021-04-XX`, `2021-XX-XX`; and a day with its time, the offset as published:
`2021-04-13T12:00`, `2021-04-13T12:00:00Z`, `2021-04-13T12:00:00.5+05:00`. No offset means that none was stated.

Years are 0001 to 9999 in the proleptic Gregorian calendar. `datetime` is not imported: a search reads dates too,
and it would start later by that much.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archive.errors import InvalidValueError

# Strings, compiled when they are first used: that takes longer than all else here.
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
_OFFSET = r"(?: ?(?P<offset>[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_ISO = (
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX|XXXX)(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    rf"(?:[Tt ]{_CLOCK}{_OFFSET})?"
)
_COMPACT = (
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})(?P<offset>Z|[+-][0-9]{4})?"
)
_MAIL = (
    r"(?:(?:[A-Z][a-z]{2,8}),? )?(?P<day>[0-9]{1,2}) (?P<month>[A-Z][a-z]{2,8})\.? (?P<year>[0-9]{4})"
    rf"(?: {_CLOCK}(?: (?P<offset>[+-][0-9]{{4}}|[A-Z]{{2,3}}))?)?"
)
_AMERICAN = r"(?:[A-Z][a-z]{2,8},? )?(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>[0-9]{1,2}), (?P<year>[0-9]{4})"
_FORMS = (_ISO, _MAIL, _AMERICAN, _COMPACT)

# RFC 5322, section 4.3: the only names of zones whose offset is defined.
_ZONES = {
    "GMT": "Z", "UTC": "Z", "UT": "Z",
    "EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00",
    "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00",
}  # fmt: skip

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH_NUMBERS |= {name[:3]: number for name, number in _MONTH_NUMBERS.items()} | {"sept": 9}

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def normalize(value: str) -> str:
    """Return the canonical spelling of a date or date-time.

    Besides EDTF a few exact forms are taken that records use: a space for the `T`, an offset such as `+0500`,
    `20210413T120000Z`, RFC 5322 (`Tue, 13 Apr 2021 12:00:00 +0500`), `13 April 2021` and `April 13, 2021`.
    A named weekday is not compared with the date. Raises `InvalidValueError` for anything else, days that no
    calendar has among them.
    """
    text = value.strip()
    if len(text) <= 64 and (spelt := _canonical(text)) is not None:
        return spelt
    shown = text if len(text) <= 64 else text[:64] + "…"
    raise InvalidValueError(
        f"{shown!r} is not a date that can be read; write it as 2021-04-13 or 2021-04-13T12:00:00+05:00, "
        "and what is not known as in 2021-04 or XXXX-04-13"
    )


# Of many articles some are of the same day.
@lru_cache(maxsize=1024)
def _canonical(text: str) -> str | None:
    for form in _FORMS:
        if match := re.fullmatch(form, text):
            return _spell(match.groupdict(), text)
    return None


def days(value: str) -> tuple[int, int] | None:
    """Return the first and the last day that a value can mean, as `datetime.date.toordinal` counts them.

    None where the year is not known. The day of a date-time is the one that was published, whatever its offset.
    Raises `InvalidValueError` where `normalize` does.
    """
    date = normalize(value).partition("T")[0]
    year, month, day = (*date.split("-"), "XX", "XX")[:3]
    if year == "XXXX":
        return None
    first_year = max(1, int(year.replace("X", "0")))
    last_year = int(year.replace("X", "9"))
    if month == "XX":
        return _ordinal(first_year, 1, 1), _ordinal(last_year, 12, 31)
    if day == "XX":
        return (
            _ordinal(first_year, int(month), 1),
            _ordinal(last_year, int(month), _month_length(last_year, int(month))),
        )
    only = _ordinal(first_year, int(month), int(day))
    return only, only


def month_number(name: str) -> int | None:
    """Return 1 to 12 for an English month's name or its abbreviation (`Apr`, `apr.`, `Sept.`), else None."""
    return _MONTH_NUMBERS.get(name.removesuffix(".").lower())


def _spell(parts: dict[str, str | None], text: str) -> str:
    """Check a match's parts and join them. Raises `InvalidValueError`, naming `text`."""
    year, month, day = parts["year"], parts["month"], parts["day"]
    if year is None:  # every form has one
        raise InvalidValueError(f"{text!r} states no year")
    if month is not None and month.isalpha() and month != "XX":
        number = month_number(month)
        if number is None:
            raise InvalidValueError(f"{text!r} names no month that is known; write it as 2021-04-13")
        month = f"{number:02}"
    if day is not None:
        day = day.zfill(2)
    _check_date(year, month, day, text)
    date = "-".join(part for part in (year, month, day) if part is not None)
    if parts.get("hour") is None:
        return date
    if "X" in date or day is None:
        raise InvalidValueError(f"{text!r} has a time of day but not the whole date; leave the time out")
    return f"{date}T{_spell_time(parts, text)}"


def _spell_time(parts: dict[str, str | None], text: str) -> str:
    hour, minute, second = parts["hour"], parts["minute"], parts.get("second")
    if int(hour or 0) > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        raise InvalidValueError(f"{text!r} has no time of day that exists; hours go to 23, minutes and seconds to 59")
    clock = f"{hour}:{minute}"
    if second is not None:
        clock += f":{second}"
        if fraction := parts.get("fraction"):
            clock += f".{fraction}"
    return clock + _spell_offset(parts.get("offset"), text)


def _spell_offset(offset: str | None, text: str) -> str:
    if offset is None:
        return ""
    if offset.isalpha():
        zone = _ZONES.get(offset.upper(), "Z" if offset in {"Z", "z"} else None)
        if zone is None:
            raise InvalidValueError(f"{text!r} names a time zone that has no one offset; write the offset, as +05:00")
        return zone
    hours, minutes = offset[1:3], offset[3:].removeprefix(":") or "00"
    if int(hours) > 23 or int(minutes) > 59:
        raise InvalidValueError(f"{text!r} has an offset that does not exist; write it as +05:00")
    if offset[0] == "-" and hours == minutes == "00":
        return "Z"  # RFC 9557, section 2: "UTC, the local offset is not known" is written Z
    return f"{offset[0]}{hours}:{minutes}"


def _check_date(year: str, month: str | None, day: str | None, text: str) -> None:
    """Raise `InvalidValueError` unless the parts are a date: X only from the right, or for the whole year."""
    said = [part for part in (year, month, day) if part is not None and part.strip("X")]
    if not said:
        raise InvalidValueError(f"{text!r} says nothing; leave the date out")
    if (month == "XX" and (year == "XXXX" or day not in {None, "XX"})) or (
        "X" in year and year != "XXXX" and month is not None
    ):
        raise InvalidValueError(f"{text!r} leaves out too much; write XXXX-04-13, 2021-XX-XX, 2021-04-XX or 202X")
    if year == "0000":
        raise InvalidValueError(f"{text!r} is in a year 0, which the calendar does not have")
    if month is None or month == "XX":
        return
    if not 1 <= int(month) <= 12:
        raise InvalidValueError(f"{text!r} is not a date: there is no month {month}")
    if day is None or day == "XX":
        return
    # 29 February of an unknown year may be one.
    length = _month_length(4 if year == "XXXX" else int(year), int(month))
    if not 1 <= int(day) <= length:
        raise InvalidValueError(f"{text!r} is not a date: {year}-{month} has no day {day}")


def _month_length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _LENGTHS[month - 1]


def _ordinal(year: int, month: int, day: int) -> int:
    """Return the day's number, 0001-01-01 being 1."""
    before = year - 1
    days_before_year = before * 365 + before // 4 - before // 100 + before // 400
    return days_before_year + sum(_month_length(year, earlier) for earlier in range(1, month)) + day
