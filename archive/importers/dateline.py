"""Datelines: `Moscow, April 18, IRNA –`, `WASHINGTON (AP) —`, `TEHRAN, Apr. 13, 2021 (Xinhua) --`.

    dateline = [place ["," region]] *("," date / agency) ["(" agency ")"] dash

A paragraph's beginning is a dateline if every part of it is one of these and something speaks for it: an agency, a
date, a place in capitals, a region that is known. A day without a year is published as `XXXX-04-18`. A day that
begins a sentence is none of this: it is what the article tells of.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from archive import edtf
from archive.errors import InvalidValueError
from archive.importers.agencies import known_agency
from archive.importers.lines import ends_sentence
from archive.importers.regions import is_region

_LONGEST = 90
_LEAST_TEXT = 8
_SURELY_TEXT = 72

# A dash that stands apart, or the long ones that may touch their neighbours; TASS closes with "/TASS/."
_DASH = re.compile(r"\s*(?:—|―|--+)\s*|\s+–\s*|\s*–\s+|\s+-\s+|(?<=[)/])\s*[-–]\s*|(?<=/)\.\s+")
_AGENCY_BEHIND = re.compile(r"(?:(?<=\d)\.)?[\s,]*(?:\((?P<round>[^()]{2,40})\)|/(?P<slashed>[^/]{2,40})/)$")
_DAY = re.compile(
    r"(?:(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month2>[A-Za-z]{3,9})\.?)(?:\s+(?P<year>(?:19|20)\d\d))?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ISO_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_PLACE_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’‘./-](?=[^\W\d_]))*\.?")
_AGENCY_WORDS = re.compile(r"[^\W\d_][\w.&'’-]*(?: [^\W\d_][\w.&'’-]*){0,2}")
_PARTICLES_LIST = """
de da do dos das del della di du la le les of the al el upon am an au en sur und y
"""
_PARTICLES = frozenset(_PARTICLES_LIST.split())
_WEEKDAYS_LIST = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
"""
_WEEKDAYS = frozenset(_WEEKDAYS_LIST.split())
# Words that stand in capitals before a dash and are no place, and those that begin a sentence or a name.
_NO_PLACES_LIST = """
breaking update updated updates exclusive live watch video photo photos opinion analysis editorial news alert
correction corrected clarification factbox timeline explainer feature interview review profile podcast gallery
summary note notes fact facts quote quotes question answer related contact background developing advisory u.s
u.k u.n e.u nato opec nasa unesco unicef asean aids covid interpol jcpoa iaea brics mercosur fifa uefa fema the
a an in on at by for from to of with as and or but if when while after before since this that these he she it
they we i his her their our my its there here what who why how not no yes mr mrs ms dr sen sens rep reps gov
president senator senators congressman minister professor prof sir lord statement release press media more wait
well however today yesterday tomorrow now then
"""
_NO_PLACES = _WEEKDAYS | frozenset(_NO_PLACES_LIST.split())
# The beginnings (and one end) of the names of places of two words and more.
_NAMES_BEGIN_LIST = """
new san santa santo são sao saint st ste los las la le el port fort salt tel abu addis buenos cape hong kuala
rio north south east west upper lower phnom mexico guatemala panama des baton colorado corpus grand little long
oklahoma kansas jefferson sioux united white ho puerto porto cedar ann palo santa baden bad den the islamabad
nizhny sri dar ras ulan vatican white camp mount mt lake palm daytona key virginia green
"""
_NAMES_BEGIN = frozenset(_NAMES_BEGIN_LIST.split())


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
    """Return `place`, `agency` and `published` as far as a paragraph's dateline states them, or None without one."""
    dash = _DASH.search(line, 2, _LONGEST)
    if dash is None or len(line) - dash.end() < _LEAST_TEXT or line[dash.end()].islower():
        return None
    head = line[: dash.start()]
    agency: Part | None = None
    credited = False
    if behind := _AGENCY_BEHIND.search(head):
        group = "round" if behind["round"] else "slashed"
        agency = _agency(behind[group], behind.start(group))
        if agency is None:
            return None
        credited = known_agency(agency.value) is not None
        head = head[: behind.start()]
    pieces = _pieces(head)
    if not pieces:
        return [agency] if agency is not None and credited else None
    # `LONDON — Ten Days in the City` is a heading.
    paragraph = len(line) >= _SURELY_TEXT or ends_sentence(line)
    return _read_pieces(pieces, agency, credited=credited, paragraph=paragraph)


def _read_pieces(pieces: list[_Piece], agency: Part | None, *, credited: bool, paragraph: bool) -> list[Part] | None:
    """Read place, region, date and agency in this order, each but the place optional."""
    place, rest = pieces[0], pieces[1:]
    capitals = _is_capitals(place.text)
    region: _Piece | None = None
    known_region = False
    if rest and not _is_day(rest[0].text):
        known_region = is_region(rest[0].text)
        named = (capitals or credited) and _is_place(rest[0].text) and known_agency(rest[0].text) is None
        if known_region or named:
            region, rest = rest[0], rest[1:]
    date, rest = _date(rest)
    if rest and agency is None:
        agency, rest = _agency(rest[0].text, rest[0].start), rest[1:]
        if agency is None:
            return None
        credited = known_agency(agency.value) is not None
        if not credited and not (date and agency.value == agency.value.upper()):
            return None
    if rest or not _is_place(place.text):
        return None
    stated = agency is not None and (capitals or date is not None)
    grounds = sum((capitals, date is not None, known_region, stated, 2 * credited))
    if not _suffices(place.text, grounds, capitals=capitals) or (grounds == 1 and not paragraph):
        return None
    end = (region or place).end
    name = _usual_case(place.text) + (f", {_usual_case(region.text)}" if region else "")
    parts = [Part("place", name, place.start, end)]
    if agency is not None:
        parts.append(agency)
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
    ordinary = words[0].casefold().strip(".") in _NAMES_BEGIN or words[-1].casefold() == "city"
    if ordinary and len(words) <= 3:
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
    return (
        text.casefold().strip(".") in _WEEKDAYS
        or _DAY.fullmatch(text) is not None
        or _ISO_DAY.fullmatch(text) is not None
    )


def _date(pieces: list[_Piece]) -> tuple[_Date | None, list[_Piece]]:
    """Read `[weekday,] day [, year]` from the first pieces; return it and the pieces behind it."""
    rest = pieces
    if rest and rest[0].text.casefold().strip(".") in _WEEKDAYS:
        rest = rest[1:]
    if not rest:
        return None, rest
    piece, behind = rest[0], rest[1:]
    if _ISO_DAY.fullmatch(piece.text):
        return _valid(piece.text, piece.start, piece.end), behind
    day = _DAY.fullmatch(piece.text)
    month = edtf.month_number(day["month"] or day["month2"]) if day else None
    if day is None or month is None:
        return None, rest
    year, end = day["year"], piece.end
    if year is None and behind and _YEAR.fullmatch(behind[0].text):
        year, end, behind = behind[0].text, behind[0].end, behind[1:]
    date = _valid(f"{year or 'XXXX'}-{month:02}-{int(day['day'] or day['day2']):02}", piece.start, end)
    # A day that no calendar has is left among the pieces, where nothing else takes it either.
    return (date, behind) if date else (None, rest)


def _valid(value: str, start: int, end: int) -> _Date | None:
    try:
        return _Date(edtf.normalize(value), start, end)
    except InvalidValueError:
        return None


def _agency(text: str, start: int) -> Part | None:
    """Return an agency by its known name, or what is written like the name of one."""
    name = text.strip()
    at = start + text.index(name) if name else start
    if known := known_agency(name):
        return Part("agency", known, at, at + len(name))
    written_so = _AGENCY_WORDS.fullmatch(name) is not None and not any(word[0].islower() for word in name.split())
    # (R-Ohio), (D-HI), (Ret.)
    if not written_so or re.match(r"[RDI]-", name) or name.endswith(".") or edtf.month_number(name.split()[0]):
        return None
    return Part("agency", name, at, at + len(name))


def _is_place(text: str) -> bool:
    words = text.split()
    return (
        1 <= len(words) <= 4
        and words[-1].casefold() not in _PARTICLES
        and edtf.month_number(words[0]) is None
        and not any(word.casefold().strip(".") in _NO_PLACES - _PARTICLES for word in words)
        and words[0].casefold() not in _NO_PLACES - {"the"}
        and all(
            _PLACE_WORD.fullmatch(word) is not None
            and (word[0].isupper() or word in _PARTICLES or not word[0].islower())
            for word in words
        )
    )


def _is_capitals(text: str) -> bool:
    letters = re.sub(r"\b(?:Mc|Mac)(?=[A-Z])", "", text)
    return letters == letters.upper() and letters != letters.lower()


def _usual_case(text: str) -> str:
    """Return a place in capitals as it is usually written, `RIO DE JANEIRO` as `Rio de Janeiro`. D.C. and HI stay."""
    if not _is_capitals(text) or re.fullmatch(r"(?:[A-Z]\.)+|[A-Z]{2}", text):
        return text
    words = text.split()
    return " ".join(
        word.lower() if at and word.casefold() in _PARTICLES else _capitalized(word) for at, word in enumerate(words)
    )


def _capitalized(word: str) -> str:
    if re.fullmatch(r"(?:[A-Z]\.)+|Mc[A-Z]+|Mac[A-Z]+", word):
        return word if "." in word else word[: word.index("c") + 1] + word[word.index("c") + 1 :].capitalize()

    def one(letters: re.Match[str]) -> str:
        ahead, part = word[: letters.start()][-1:], letters[0]
        # PORT-AU-PRINCE, LEE'S SUMMIT.
        lowered = (ahead == "-" and part.casefold() in _PARTICLES) or (ahead in {"'", "’"} and part == "S")
        return part.lower() if lowered else part.capitalize()

    return re.sub(r"[^\W\d_]+", one, word)
