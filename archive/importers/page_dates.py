"""Dates that stand in a line of their own in a heading: when the article was published, or only when the page was made.

`Published: April 13, 2021` says what it is. A date alone does not: sites print today's date above everything. So
that is kept as `page_date`, which nothing takes for the day of publication. It can tell the year of a dateline, though,
where it is the same day or the next one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archive import edtf
from archive.errors import InvalidValueError
from archive.importers.heading import is_date
from archive.importers.months import month_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.importers.lines import Line

_LONGEST = 80
_STATED = re.compile(
    r"(?:first )?(?:published|posted|publication date|date published|release date|veröffentlicht|erschienen|publiée?"
    r"|publicado|publicada|pubblicato|опубликовано|дата публикации)\b"
    r"\s*(?:(?:on|at|am|le|el|em|il)\b)?\s*:?\s*(?=\S)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:last )?(?:updated|modified|changed|edited)\b|aktualisiert|mis à jour|actualizado", re.IGNORECASE
)
_LETTERS = r"[^\W\d_]{3,10}"
_DAY = re.compile(
    rf"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    rf"|(?P<month>{_LETTERS})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th|er|[.º°])?\s+(?:de\s+|of\s+)?(?P<month2>{_LETTERS})\.?,?\s+(?:de\s+)?"
    r"(?P<year2>(?:19|20)\d\d)\b"
    # Where days and months stand between full stops, the day comes first; between slashes either may.
    r"|(?P<day3>\d{1,2})\.(?P<month3>\d{1,2})\.(?P<year3>(?:19|20)\d\d)\b"
)
_IN_URL = re.compile(
    r"[/=_-](?P<year>(?:19|20)\d\d)[/_-]?(?P<month>0[1-9]|1[0-2])[/_-]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LATEST = 1
"""Days that a page's date may be behind the day of a dateline and still be of its year."""


class PageDate(NamedTuple):
    """A date in a line of its own, at `[start, end)` of the text; `stated` where it says that it is of publication."""

    value: str
    stated: bool
    start: int
    end: int


def read(lines: Iterable[Line]) -> Iterator[PageDate]:
    """Yield the dates of a heading whose year is known. Those of the last change are left out."""
    for line in lines:
        text = line.text
        if len(text) > _LONGEST or _CHANGED.match(text):
            continue
        stated = _STATED.match(text)
        if (stated is None and not is_date(text)) or (found := _DAY.search(text)) is None:
            continue
        # "Posted April 13, 2021, changed May 2, 2022": which is which is not for a rule to say.
        if len(set(_YEAR.findall(text))) > 1:
            continue
        start, end = found.span()
        # "13 April 2021 14:05 GMT": the time too, where it is written in a way that leaves no doubt.
        if stated is not None and (whole := _normal(text[stated.end() :])) is not None:
            yield PageDate(whole, True, line.start + stated.end(), line.end)  # noqa: FBT003 - a field of a tuple
        elif (day := _day(found)) is not None:
            yield PageDate(day, stated is not None, line.start + start, line.start + end)


def year_of(day: str, known: str) -> str | None:
    """Return a day whose year is not stated (`XXXX-04-18`) in the year of a known date, None where that cannot tell it.

    It can where it is that day or the next one: a page that is a week younger may be years younger.
    """
    if not day.startswith("XXXX-") or (span := edtf.days(known)) is None or span[0] != span[1]:
        return None
    year = int(known[:4])
    for candidate in (year, year - 1):
        dated = _normal(f"{candidate:04}{day[4:]}")
        if dated is not None and (first := edtf.days(dated)) is not None and 0 <= span[0] - first[0] <= _LATEST:
            return dated
    return None


def in_url(url: str) -> str | None:
    """Return the day that an address states, as `/2021/04/18/` does, or None."""
    found = _IN_URL.search(url)
    return _normal(f"{found['year']}-{found['month']}-{found['day']}") if found else None


def _day(found: re.Match[str]) -> str | None:
    if found["iso"]:
        return _normal(found["iso"])
    if found["year3"]:
        return _normal(f"{found['year3']}-{int(found['month3']):02}-{int(found['day3']):02}")
    month = month_number(found["month"] or found["month2"])
    if month is None:
        return None
    return _normal(f"{found['year'] or found['year2']}-{month:02}-{int(found['day'] or found['day2']):02}")


def _normal(value: str) -> str | None:
    try:
        return edtf.normalize(value)
    except InvalidValueError:
        return None
