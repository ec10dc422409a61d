"""Dates as pages write them in their markup, in the canonical spelling of EDTF. Nothing is shifted or guessed.

What `archive.edtf` does not take is brought into a form that it does: times in twelve hours, dates with points and
slashes, what browsers print of a date. `3/4/2021` is read by nobody: it is a day in March or one in April.
"""

from __future__ import annotations

import re

from archive import edtf
from archive.errors import InvalidValueError

_FRACTION = re.compile(r"([.,]\d+)(?=$|[Zz+\s-])")
_LONG_FRACTION = re.compile(r"(\.\d{9})\d+")
_NUMBERS = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})(?!\d)(.*)")
_BACKWARD = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)(.*)")
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_LOOSE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)(.*)")
_JAPANESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(.*)")
_BROWSER = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (?:(\d{4}) (\d\d:\d\d:\d\d)|(\d\d:\d\d:\d\d) (?:[A-Z]{3,4} )?(\d{4}))"
    r"(?: (?:GMT|UTC)?([+-]\d{4})?.*)?"
)
_WORDED = re.compile(
    r"(?:[A-Z][a-z]+,? )?(?:([A-Z][a-z]{2,8})\.? (\d{1,2})(?:st|nd|rd|th)?|"
    r"(\d{1,2})(?:st|nd|rd|th)?\.? ([A-Z][a-z]{2,8})\.?),? (\d{4})(?!\d)(.*)"
)
_FOREIGN = re.compile(
    r"(?:[^\W\d_]+,? )?(\d{1,2})(?:\.|er|º)? (?:de |di )?([^\W\d_]{3,10})\.?,? (?:de |del )?(\d{4})(?!\d)(.*)"
)
# German, French, Spanish, Portuguese, Italian and Dutch, as far as they are not spelt as in English.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner janvier enero janeiro gennaio januari",
            "februar février fevrier febrero fevereiro febbraio februari",
            "märz mars marzo março maart",
            "avril abril aprile",
            "mai mayo maio maggio mei",
            "juni juin junio junho giugno",
            "juli juillet julio julho luglio",
            "août aout agosto augustus",
            "septembre septiembre setiembre setembro settembre",
            "oktober octobre octubre outubro ottobre",
            "novembre noviembre novembro",
            "dezember décembre decembre diciembre dezembro dicembre",
        ),
        1,
    )
    for name in names.split()
}
_MAIL_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MENTION = re.compile(
    r"(?<![\d./-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}[./]\d{1,2}[./]\d{4}|"
    r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?, ?\d{4}|"
    r"\d{1,2}(?:st|nd|rd|th|\.|er|º)? (?:de |di )?[^\W\d_]{3,10}\.?,? (?:de |del )?\d{4})(?![\d./-]\d|\d)"
)
_CLOCK = re.compile(
    r"[T\s,|•·–—-]*(?:at\s+)?(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[A-Z]{3}|[+-]\d\d:?\d\d)?\b.*"
)
_ZONE_NAME = re.compile(r"\[[\w/+-]+\]$")
_TIME_OF_MIDNIGHT = re.compile(r"T00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:\d\d)?$")
_EARLIEST = "1690"
"""No newspaper is older than this; earlier years are what a program writes that knows none (`0001-01-01`)."""


def read_date(text: str) -> str | None:
    """Return the date that a text is, or None. A time of day that cannot be read is left out, never the day's own."""
    value = _ZONE_NAME.sub("", " ".join(text.split()))
    if not 6 <= len(value) <= 80:
        return None
    for form in (_as_it_is, _numbers, _worded):
        if (date := form(value)) is not None:
            return (
                date
                if date[:4].isdigit() and date[:4] >= _EARLIEST and not date.startswith("1970-01-01T00:00")
                else None
            )
    return None


def _as_it_is(value: str) -> str | None:
    value = _LONG_FRACTION.sub(r"\1", value)
    return None if value.isdigit() or re.fullmatch(r"\d{4}-\d{4}", value) else _normalized(value)


def _numbers(value: str) -> str | None:
    for form in (_LOOSE, _NUMBERS, _JAPANESE):
        if match := form.match(value):
            return _dated(match[1], match[2], match[3], match[4])
    if match := _RUN.fullmatch(value):
        return _dated(match[1], match[2], match[3], "")
    if match := _BACKWARD.match(value):
        first, point, second, year, behind = match.groups()
        # With points the day stands first everywhere; else only where it cannot be a month.
        if point == "." or int(first) > 12 or first == second:
            return _dated(year, second, first, behind)
        if int(second) > 12:
            return _dated(year, first, second, behind)
    return None


def _worded(value: str) -> str | None:
    if match := _BROWSER.fullmatch(value):
        month, day, year, clock, other_clock, other_year, offset = match.groups()
        number = edtf.month_number(month)
        return (
            _dated(year or other_year, str(number), day, f"T{clock or other_clock}{offset or ''}") if number else None
        )
    if match := _WORDED.match(value):
        number = edtf.month_number(match[1] or match[4])
        if number is not None:
            return _dated(match[5], str(number), match[2] or match[3], match[6])
    if (match := _FOREIGN.match(value)) and (number := _MONTHS.get(match[2].casefold())):
        return _dated(match[3], str(number), match[1], match[4])
    return None


def _dated(year: str, month: str, day: str, behind: str) -> str | None:
    date = _normalized(f"{year}-{int(month):02}-{int(day):02}")
    clock = _CLOCK.fullmatch(behind)
    if date is None or clock is None:
        return date
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            return date
        hour = hour % 12 + (12 if clock["half"][0] in "Pp" else 0)
    time = f"{hour:02}:{clock['minute']}" + (f":{clock['second']}" if clock["second"] else "")
    zone = clock["zone"] or ""
    # Zones have names in the dates of mails only.
    named = f"{date[8:]} {_MAIL_MONTHS[int(date[5:7]) - 1]} {date[:4]} {time} {zone}" if zone.isalpha() else ""
    return _normalized(named) or _normalized(f"{date}T{time}{zone}") or _normalized(f"{date}T{time}") or date


def _normalized(value: str) -> str | None:
    try:
        return edtf.normalize(value)
    except InvalidValueError:
        return None


def mentioned(line: str) -> str | None:
    """Return the first day that a line states with its year, without a time of day; None where it states none."""
    for match in _MENTION.finditer(line):
        if (day := read_date(match[0])) is not None:
            return day
    return None


def of_address(url: str) -> str | None:
    """Return the date that an address states (`/2021/04/13/`, `/2021-04-13-`, `/20210413/`, `/2021/apr/13/`), or None.

    A month without its day is one, too.
    """
    for form in _IN_ADDRESSES:
        if match := form.search(url):
            month = match["month"]
            number = edtf.month_number(month) if month.isalpha() else int(month)
            day = match.groupdict().get("day")
            date = _normalized(f"{match['year']}-{number or 0:02}" + (f"-{int(day):02}" if day else ""))
            if date is not None:
                return date
    return None


def place_of(date: str, text: str) -> tuple[int, int]:
    """Return where a text first says a day, `[start, end)`, in whatever form; an empty stretch where it does not."""
    year, month, day = date.split("-")
    m, d = rf"0?{int(month)}", rf"0?{int(day)}"
    forms = (
        rf"{year}-?{month}-?{day}|{year}[-/.年]{m}[-/.月]{d}|{d}(?:[.]{m}[.]|/{m}/|-{m}-){year}|{m}/{d}/{year}",
        rf"([^\W\d_]{{3,10}})\.? {d}(?:st|nd|rd|th)?,? {year}",
        rf"{d}(?:st|nd|rd|th|\.|er|º)? (?:de |di )?([^\W\d_]{{3,10}})\.?,? (?:de |del )?{year}",
    )
    for form in forms:
        for match in re.finditer(rf"(?<!\d)(?:{form})(?!\d)", text):
            word = match[1] if form is not forms[0] else None
            if word is None or (edtf.month_number(word) or _MONTHS.get(word.casefold())) == int(month):
                return match.span()
    return 0, 0


_YEAR = r"(?P<year>(?:19[89]|20[0-4])\d)"
_IN_ADDRESSES = (
    re.compile(rf"[/_=-]{_YEAR}[/_-](?P<month>[01]?\d|[a-z]{{3}})[/_-](?P<day>[0-3]?\d)(?=[/_.?&-]|$)"),
    re.compile(rf"[/_=-]{_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?=[/_.?&-]|$)"),
    re.compile(rf"/{_YEAR}/?-?(?P<month>[01]\d)(?:/?(?P<day>[0-3]\d))?(?=/)"),
)
