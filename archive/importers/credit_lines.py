"""Credits: lines that say whose text it is, apart from datelines: `Source: Xinhua`, `© AFP 2021`, `(Reuters)`.

A wire that a text comes from is its `agency`. One that only helped (`The Associated Press contributed to this report`,
`— with AP`) is none: the outlet wrote it, and the wire is kept as a `contributor`. Who holds the copyright and is no
wire is a candidate for the `publisher`. Only names of wires that are known are taken for wires.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archive.importers import byline
from archive.importers.agencies import known_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.importers.lines import Line

_LONGEST = 300
_LONGEST_NAME = 60

_COPYRIGHT = re.compile(
    r"\W{0,2}(?:©|\(c\)(?=\W*(?:19|20)\d\d)|copyright)\W*(?:(?:©|\(c\))\W*)?(?:(?:19|20)\d\d(?:\s*[-–,]\s*(?:19|20)\d\d)?\W+)?(?:by\s+)?"
    r"(?P<name>[^\W\d_](?:[^.,|;:©()]|(?<=\b[A-Z])\.){1,60}?)"
    r"(?:\W+(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?)?"
    r"(?:\W+(?:all rights|alle rechte|tous droits|todos los|tutti i|todos os|все права)\b.*|\s*[.,|;:].*|\s*)$",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\W{0,2}(?:source|sources|quelle|quellen|fuente|fonte|источник|kaynak|bron|منبع)\s*[:：]\s*(?P<name>.{2,60}?)"
    r"(?:\s*\|.*|\W{0,2})$",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"(?P<name>.{2,60}?)\s+(?:also )?contributed (?:reporting )?to this (?:report|story|article)\W*$", re.IGNORECASE
)
_WITH = re.compile(
    r"(?:.*[.!?”\"]\s*)?[(\[—–-]*\s*(?:[^\W\d_][\w ]{0,30}\s)?"
    r"(?:with (?:inputs?|files|reporting|material|information|agency inputs?) (?:from|by)|with"
    r"|mit material (?:von|der)|mit|avec|con información de|com informações da?|con)\s+"
    r"(?P<name>[^.;:]{2,40}?)\s*[)\]]?\W*$",
    re.IGNORECASE,
)
_PUBLISHED_BY = re.compile(
    r"(?:.*[.!?]\s+)?\W{0,2}(?:this )?(?:story|article|report|item|content)\s+(?:was|has been|is)\s+"
    r"(?:first |originally )?(?:published|produced|written|distributed|provided|reported|supplied) by\s+"
    r"(?P<name>.{2,40}?)\W*$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[\W_]{0,3}(?P<name>[^\W\d_].{1,50}?)[\W_]{0,3}$")
_LAST_WORD = re.compile(r".*[.!?”\"’]\s*(?:[(\[/]|—|–|--?)\s*(?P<name>[^\W\d_][^()\[\].]{1,40}?)\s*[)\]/]?\.?$")
_OPENS_NAME = re.compile(r"[.!?”\"’]\s*[(\[/—–-]")
_NO_WORDS = "".join(sign for sign in map(chr, range(128)) if not (sign.isalnum() or sign == "_"))
_REPORTING = re.compile(r"\(?\s*reporting by (?P<names>.{5,200}?)\s*(?:[;)]|\.\s|\.$|$)", re.IGNORECASE)
_WHERE = re.compile(r"\s+in\s+[^\W\d_][\w.’' -]*?(?=,|;|\s+and\s|$)")
_INITIALS = re.compile(r"[a-z]{2,4}")
_BETWEEN_NAMES = re.compile(r"\s*(?:/|,|;|&|\band\b|\bund\b|\bet\b|\by\b)\s*")
_NO_OWNERS = re.compile(
    r"(?:all|alle|tous|todos|tutti|все|the|this|inc|llc|ltd|gmbh|content|images?|photos?|material)\b|.*\b(?:reserved|law|act"
    r"|protected|notice|policy|terms|infringement|holders?|owners?)\b",
    re.IGNORECASE,
)


class Credit(NamedTuple):
    """What a credit says of one field; `[start, end)` is where it stands in the text."""

    field: str
    value: str | tuple[str, ...]
    method: str
    start: int
    end: int


def in_heading(lines: Iterable[Line]) -> Iterator[Credit]:
    """Yield the wires that lines of a heading name and do nothing else: `Associated Press`, `Source: Xinhua`."""
    for line in lines:
        if len(line.text) <= _LONGEST_NAME and (match := _SOURCE.match(line.text) or _ALONE.match(line.text)):
            yield from _wires("agency", line, match)


def at_the_end(lines: Iterable[Line]) -> Iterator[Credit]:
    """Yield what the last lines of a text credit: `agency`, `contributor`, `publisher`, `authors`."""
    for line in lines:
        reported = line.text.endswith(")") or _REPORTING.match(line.text) is not None
        if reported and (match := _REPORTING.search(line.text[-_LONGEST:])):
            yield from _reporters(line, match)
        if len(line.text) > _LONGEST:
            yield from _last_words(line)
            continue
        # Of most lines a word that is not there tells soonest. In other letters than ASCII's, case is no simple matter.
        folded = line.text.lower() if line.text.isascii() else None
        if match := _owner(line.text, folded):
            yield from _owners(line, match)
        elif match := _producer(line.text, folded):
            yield from _wires("agency", line, match)
        elif match := _helper(line.text, folded):
            yield from _wires("contributor", line, match)
        else:
            alone = _ALONE.match(line.text) if len(line.text) <= _LONGEST_NAME else None
            found = list(_wires("agency", line, alone)) if alone else []
            yield from found or _last_words(line)


def _owner(text: str, folded: str | None) -> re.Match[str] | None:
    """Find who holds the copyright, where a line says so; `folded` is the line in small letters, where it is ASCII."""
    return _COPYRIGHT.match(text) if folded is None or "copyright" in folded or "(c)" in folded else None


def _producer(text: str, folded: str | None) -> re.Match[str] | None:
    """Find who wrote an article, where a line says so."""
    if (folded is None or "ed by" in folded or "written by" in folded) and (match := _PUBLISHED_BY.match(text)):
        return match
    return _SOURCE.match(text) if folded is None or ":" in folded else None


def _helper(text: str, folded: str | None) -> re.Match[str] | None:
    """Find who helped with an article, where a line says so."""
    if (folded is None or "contributed" in folded) and (match := _CONTRIBUTED.match(text)):
        return match
    return _WITH.match(text) if folded is None or _may_end_with_helper(folded) else None


def _may_end_with_helper(folded: str) -> bool:
    """Tell whether the last clause of a line has a word that announces a helper: no full stop or colon is between."""
    bare = folded.rstrip(_NO_WORDS)
    clause = bare[max(bare.rfind("."), bare.rfind(";"), bare.rfind(":")) + 1 :]
    return "with" in clause or "mit" in clause or "avec" in clause or "con" in clause


def _last_words(line: Line) -> Iterator[Credit]:
    """Yield the wire that stands in brackets or behind a dash after the last sentence."""
    offset = max(0, len(line.text) - 100)
    if _OPENS_NAME.search(line.text, offset) is None:
        return
    if match := _LAST_WORD.match(line.text[offset:]):
        yield from _wires("agency", line, match, offset)


def _wires(field: str, line: Line, match: re.Match[str], offset: int = 0) -> Iterator[Credit]:
    """Yield the wires that a name lists, if all that it lists are wires."""
    text, at = match["name"], line.start + offset + match.start("name")
    if (whole := known_wire(text)) is not None:
        yield Credit(field, whole, "credit", at, at + len(text))
        return
    pieces: list[tuple[str, int]] = []
    start = 0
    for between in _BETWEEN_NAMES.finditer(text):
        pieces.append((text[start : between.start()], start))
        start = between.end()
    pieces.append((text[start:], start))
    # "dpa/jd": those behind the agency are who edited it.
    pieces = [pieces[0], *(piece for piece in pieces[1:] if not _INITIALS.fullmatch(piece[0]))]
    named = [(known_wire(piece), begin, begin + len(piece)) for piece, begin in pieces]
    if start and all(name is not None for name, _, _ in named):
        for name, begin, end in named:
            if name is not None:
                yield Credit(field, name, "credit", at + begin, at + end)


def _owners(line: Line, match: re.Match[str]) -> Iterator[Credit]:
    """Yield who holds the copyright: a wire as the agency, anybody else as a publisher."""
    wires = list(_wires("agency", line, match))
    name = match["name"].rstrip()
    if wires:
        yield from wires
    elif name[0].isupper() and len(name.split()) <= 6 and not _NO_OWNERS.match(name):
        start = line.start + match.start("name")
        yield Credit("publisher", name, "copyright", start, start + len(name))


def _reporters(line: Line, match: re.Match[str]) -> Iterator[Credit]:
    """Yield those whom `(Reporting by Jane Doe in Oslo; Editing by John Roe)` names first."""
    offset = max(0, len(line.text) - _LONGEST)
    ahead = line.text[offset : offset + match.start()].casefold().rstrip()
    if ahead.endswith("additional"):
        return
    found = byline.names(_WHERE.sub("", match["names"]))
    if found is not None and not (found.agency and len(found.names) == 1):
        start = line.start + offset + match.start("names")
        yield Credit("authors", found.names, "credit", start, start + len(match["names"]))
