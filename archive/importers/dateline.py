"""Datelines: `Moscow, April 18, IRNA –`, `WASHINGTON (AP) —`, `TEHRAN, Apr. 13, 2021 (Xinhua) --`, `LONDON: `.

    dateline = ["(" agency ")" dash] [place ["," region]] *("," date / agency) ["(" agency ")"] end
    end      = dash [agency "."] / ":"

A paragraph's beginning is a dateline if every part of it is one of these and something speaks for it: an agency, a
date, a place in capitals, a region or a city that is known. A day without a year is published as `XXXX-04-18`. A day
that begins a sentence is none of this: it is what the article tells of. Months are read in seven languages, and the
closed forms of Chinese and Korean agencies as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from archive import edtf
from archive.errors import InvalidValueError
from archive.importers.agencies import agency_named, known_agency
from archive.importers.cities import is_city
from archive.importers.lines import ends_sentence
from archive.importers.months import month_number, weekday_number
from archive.importers.places import is_capitals, is_ordinary, is_place, usual_case
from archive.importers.regions import is_region

_LONGEST = 90
_LEAST_TEXT = 8
_SURELY_TEXT = 72

# A dash that stands apart, or the long ones that may touch their neighbours; TASS closes with "/TASS/.", EFE with ".-".
# Each of the forms has a sign behind space, if any: to look for that first takes a fifth of the time.
_DASH = re.compile(
    r"(?=\s*[—―–:.=-])"
    r"(?:\s*(?:—|―|--+)\s*|\s+–\s*|\s*–\s+|\s+-\s+|(?<=[)/])\.?\s*[-–]\s*|(?<=[)/]):\s+|(?<=/)\.\s+|(?<=[)])\s+=)"
)
_COLON = re.compile(r":\s+")
# One character that each of these needs, and _CLOSED.
_SIGN = re.compile(r"[-–—―)/:]")
_CLOSED = re.compile(r"(?<=\))\s+")
_AGENCY_BEHIND = re.compile(
    r"(?:(?<=[\dа-я])\.)?[\s,]*(?:\(\s*(?P<round>[^()]{2,40}?)\s*\)|/\s*(?P<slashed>[^/]{2,40}?)\s*/)$"
)
_AGENCY_AHEAD = re.compile(r"(?P<name>[^\W\d_][^.:—–\d-]{1,30}?)(?:\.\s+|\s*:\s+|\s+[-–—]\s+)")
_LETTERS = r"[^\W\d_]{3,10}"
_DAY = re.compile(
    rf"(?:(?P<month>{_LETTERS})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th|er|[.º°])?\s+(?:de\s+|di\s+)?(?P<month2>{_LETTERS})\.?)"
    r"(?:\s+(?:de\s+)?(?P<year>(?:19|20)\d\d)(?:\s*г(?:\.|ода))?)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ISO_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_AGENCY_WORDS = re.compile(r"[^\W\d_][\w.&'’-]*(?: [^\W\d_][\w.&'’-]*){0,2}")
_STOP = re.compile(r"[^\W\d_][^.,()\d]{2,30}\.(?= (?:[^\W\d_]{3,10}\.? \d{1,2}|\d{1,2} [^\W\d_]{3,10})\b)")
# "Москва. 13 апреля. INTERFAX.RU - "
_BY_STOPS = re.compile(
    r"(?P<place>[^\W\d_][^\d.,]{2,30})\.\s+(?P<date>\d{1,2}\s+[^\W\d_]{3,10})\.\s+(?P<agency>[^\W\d_][\w.]{2,20})\s+[-–—]\s+"
)
# "新华社北京4月13日电": the agency, the place, month and day, "wired". "(서울=연합뉴스)": the place, the agency.
_CHINESE = re.compile(
    r"[(（【]?(?P<agency>新华社|新華社|中新社|中新网)(?P<place>[\u4e00-\u9fff]{2,8}?)?"
    r"(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日[电電]"
)
_KOREAN = re.compile(r"[(（](?P<place>[가-힣·]{2,12})\s*=\s*(?P<agency>[^()（）=]{2,12})[)）]")


class Part(NamedTuple):
    """What a dateline says of one field; `[start, end)` is where it stands in the line."""

    field: str
    value: str
    start: int
    end: int


class _Piece(NamedTuple):
    """What stands between two commas."""

    start: int
    end: int
    text: str


class _Date(NamedTuple):
    value: str
    start: int
    end: int


def read(line: str) -> list[Part] | None:
    """Return `place`, `agency` and `published` as far as a paragraph's dateline states them, or None without one.

    There may be two parts for `agency`: `(AFP/Reuters)` credits both, the first one first.
    """
    # No dateline is without one of these, or begins otherwise: which of most lines is told at once.
    if _SIGN.search(line, 0, _LONGEST) is None and line[:1].isascii() and line[:1] != "(":
        return None
    return _read(line)


@lru_cache(maxsize=64)
def _read(line: str) -> list[Part] | None:
    """Read a line that has signs of a dateline. The last answers are kept: several rules ask about the same lines."""
    if (line[:1] in "(（【" or not line[:1].isascii()) and (closed := _closed_form(line)) is not None:
        return closed
    dash = _DASH.search(line, 2, _LONGEST)
    if dash is not None:
        found = _read_head(line, dash.start(), dash.end())
        if found is not None:
            return found
    # A colon is what ends a dateline in some countries, and what follows a label in all.
    colon = _COLON.search(line, 3, 60)
    if colon is not None and (dash is None or colon.end() < dash.start()):
        return _before_colon(line, colon)
    bracket = _CLOSED.search(line, 8, _LONGEST)
    if bracket is not None and (dash is None or bracket.end() < dash.start()):
        found = _read_head(line, bracket.start(), bracket.end())
        # Nothing closes "Paris, 3 mai (AFP) Le ministre"; all of its parts must be there.
        return found if found is not None and {part.field for part in found} >= {"place", "published"} else None
    return None


def _read_head(line: str, end: int, text_at: int) -> list[Part] | None:
    """Read what stands ahead of `end`; the text goes on at `text_at`."""
    if len(line) - text_at < _LEAST_TEXT or line[text_at].islower():
        return None
    head = line[:end]
    if stop := _STOP.match(head):
        # A full stop may stand behind the place, as in what Interfax writes: MOSCOW. April 13 (Interfax) -
        head = f"{head[: stop.end() - 1]},{head[stop.end() :]}"
    agencies: list[Part] = []
    credited = False
    if behind := _AGENCY_BEHIND.search(head):
        group = "round" if behind["round"] else "slashed"
        agencies = _agencies(behind[group], behind.start(group))
        if not agencies:
            return None
        credited = known_agency(agencies[0].value) is not None
        head = head[: behind.start()]
    elif ahead := _AGENCY_AHEAD.match(line, text_at):
        # "МОСКВА, 13 апр — РИА Новости. Паром ..."
        name = ahead["name"]
        if (known := known_agency(name)) is not None:
            agencies = [Part("agency", known, ahead.start("name"), ahead.end("name"))]
            credited = True
    pieces = _pieces(head)
    if not pieces:
        return _behind_agency(line, text_at, agencies) if agencies and credited else None
    # `LONDON — Ten Days in the City` is a heading.
    paragraph = len(line) >= _SURELY_TEXT or ends_sentence(line)
    return _read_pieces(pieces, agencies, credited=credited, paragraph=paragraph)


def _behind_agency(line: str, at: int, agencies: list[Part]) -> list[Part]:
    """Return the agency that a line begins with, and what a dateline behind it says: `(ANSA) - ROMA, 13 APR - ...`."""
    rest = line[at:]
    if rest[:1] in "(（【":
        return agencies
    found = read(rest) or []
    places = [Part(part.field, part.value, part.start + at, part.end + at) for part in found if part.field != "agency"]
    return [*places, *agencies]


def _before_colon(line: str, colon: re.Match[str]) -> list[Part] | None:
    head = line[: colon.start()]
    paragraph = len(line) >= _SURELY_TEXT and ends_sentence(line)
    if paragraph and all(is_city(name.strip()) for name in head.split("/")):
        place = head.rstrip()
        return [Part("place", usual_case(place), 0, len(place))] if not line[colon.end()].islower() else None
    found = _read_head(line, colon.start(), colon.end())
    # A name ahead of a colon is who speaks, a name with a day or an agency is where the news is from.
    return (
        found
        if found is not None and len(found) > 1 and is_capitals(head.partition(",")[0].partition("(")[0])
        else None
    )


def _closed_form(line: str) -> list[Part] | None:
    """Read the forms that are no list between commas."""
    if match := _BY_STOPS.match(line):
        agency, month = known_agency(match["agency"]), match["date"]
        day = _day(month, match.start("date"))
        if agency is None or day is None or not is_place(match["place"]):
            return None
        place = Part("place", usual_case(match["place"]), *match.span("place"))
        return [place, Part("agency", agency, *match.span("agency")), Part("published", *day)]
    if match := _CHINESE.match(line):
        date = _valid(f"XXXX-{int(match['month']):02}-{int(match['day']):02}", match.start("month"), match.end() - 1)
        parts = [Part("place", match["place"], *match.span("place"))] if match["place"] else []
        parts.append(Part("agency", known_agency(match["agency"]) or match["agency"], *match.span("agency")))
        return [*parts, Part("published", *date)] if date else parts
    if (match := _KOREAN.match(line)) and (name := known_agency(match["agency"].strip())):
        start = match.start("agency")
        agency_part = Part("agency", name, start, start + len(match["agency"].rstrip()))
        return [Part("place", match["place"], *match.span("place")), agency_part]
    return None


def _read_pieces(pieces: list[_Piece], agencies: list[Part], *, credited: bool, paragraph: bool) -> list[Part] | None:
    """Read place, region, date and agency in this order, each but the place optional."""
    place, rest = pieces[0], pieces[1:]
    capitals = is_capitals(place.text)
    region: _Piece | None = None
    known_region = False
    if rest and not _is_day(rest[0].text):
        known_region = is_region(rest[0].text)
        named = (capitals or credited) and is_place(rest[0].text) and known_agency(rest[0].text) is None
        if known_region or named:
            region, rest = rest[0], rest[1:]
    date, rest = _date(rest)
    if rest and not agencies:
        agencies, rest = _agencies(rest[0].text, rest[0].start), rest[1:]
        if not agencies:
            return None
        credited = known_agency(agencies[0].value) is not None
        if not credited and not (date and agencies[0].value == agencies[0].value.upper()):
            return None
    if rest or not is_place(place.text):
        return None
    stated = bool(agencies) and (capitals or date is not None)
    grounds = sum((capitals, date is not None, known_region, stated, 2 * credited))
    if not _suffices(place.text, grounds, capitals=capitals) or (grounds == 1 and not paragraph):
        return None
    end = (region or place).end
    name = usual_case(place.text) + (f", {usual_case(region.text)}" if region else "")
    parts = [Part("place", name, place.start, end), *agencies]
    if date is not None:
        parts.append(Part("published", *date))
    return parts


def _suffices(place: str, grounds: int, *, capitals: bool) -> bool:
    """Tell whether as much speaks for a dateline as its place needs.

    A place of several words looks like a person's name or like a headline, and one in capitals like an abbreviation.
    """
    words = place.split()
    if len(words) == 1:
        return grounds >= 1 and (grounds >= 2 or not capitals or len(place) >= 4)
    if is_ordinary(place) and len(words) <= 3:
        return grounds >= 1
    return grounds >= 2 and len(words) <= (4 if grounds >= 3 else 3)


def _pieces(head: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    start = 0
    for text in head.split(","):
        bare = text.strip().rstrip(":")
        if bare:
            at = start + text.index(bare[0])
            pieces.append(_Piece(at, at + len(bare), bare))
        elif text != head.rsplit(",", 1)[-1] or not head.strip():
            return []
        start += len(text) + 1
    return pieces


def _is_day(text: str) -> bool:
    return weekday_number(text) is not None or _DAY.fullmatch(text) is not None or _ISO_DAY.fullmatch(text) is not None


def _date(pieces: list[_Piece]) -> tuple[_Date | None, list[_Piece]]:
    """Read `[weekday,] day [, year]` from the first pieces; return it and the pieces behind it."""
    rest = pieces
    if rest and weekday_number(rest[0].text) is not None:
        rest = rest[1:]
    if not rest:
        return None, rest
    piece, behind = rest[0], rest[1:]
    if _ISO_DAY.fullmatch(piece.text):
        return _valid(piece.text, piece.start, piece.end), behind
    # "lundi 13 avril": the weekday may go without a comma.
    weekday, space, day = piece.text.partition(" ")
    skipped = len(weekday) + len(space) if space and weekday_number(weekday) is not None else 0
    date = _day(day if skipped else piece.text, piece.start + skipped)
    if date is None:
        # A day that no calendar has is left among the pieces, where nothing else takes it either.
        return None, rest
    if date.value.startswith("XXXX") and behind and _YEAR.fullmatch(behind[0].text):
        year = behind[0]
        return _valid(year.text + date.value.removeprefix("XXXX"), date.start, year.end) or date, behind[1:]
    return date, behind


def _day(text: str, start: int) -> _Date | None:
    """Read a day with its month, and its year if that is stated."""
    day = _DAY.fullmatch(text)
    month = month_number(day["month"] or day["month2"]) if day else None
    if day is None or month is None:
        return None
    return _valid(f"{day['year'] or 'XXXX'}-{month:02}-{int(day['day'] or day['day2']):02}", start, start + len(text))


def _valid(value: str, start: int, end: int) -> _Date | None:
    try:
        return _Date(edtf.normalize(value), start, end)
    except InvalidValueError:
        return None


def _agencies(text: str, start: int) -> list[Part]:
    """Return an agency by its known name, or what is written like the name of one; several that are all known."""
    parts: list[Part] = []
    if "/" in text and agency_named(text.strip()) is None:
        at = start
        for piece in text.split("/"):
            part = _agency(piece, at)
            if part is None or known_agency(piece.strip()) is None:
                return []
            parts.append(part)
            at += len(piece) + 1
        return parts
    one = _agency(text, start)
    return [one] if one is not None else []


def _agency(text: str, start: int) -> Part | None:
    name = text.strip()
    at = start + text.index(name) if name else start
    if known := known_agency(name):
        return Part("agency", known, at, at + len(name))
    written_so = _AGENCY_WORDS.fullmatch(name) is not None and not any(word[0].islower() for word in name.split())
    # (R-Ohio), (D-HI), (Ret.)
    if not written_so or re.match(r"[RDI]-|[A-Z]{2}-\d", name) or name.endswith(".") or month_number(name.split()[0]):
        return None
    return Part("agency", name, at, at + len(name))
