"""Bylines: a line that says who wrote, such as `By JANE DOE and John Roe, Staff Writers`.

Only a line that is a byline from its first word to its last is taken. It begins with a word that announces the names
(`By`, `Von`, `Par`, `Por`, `Автор:`), or it is a name and what that person is to the outlet (`Jane Doe, Staff Writer`).
An agency among them is not one who wrote: it is kept apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from archive.importers.agencies import known_agency, known_wire

_LONGEST = 120
_OPENING = re.compile(
    r"(?:(?:(?:written|reported|story|words|text|article|posted|published) )?by|authors?)\s*:?\s+", re.IGNORECASE
)
# Words that have other uses, too, such as in the name Von Trapp: only behind a title, or with a colon.
_FOREIGN = re.compile(
    r"(?:(?:text |ein beitrag |geschrieben )?von|(?:texte |écrit |propos recueillis |publié )?par"
    r"|(?:escrito |texto )?por)\s*:?\s+",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:autor(?:in|es|en|a)?|auteure?s?|autore|autori|verfasser(?:in)?|redacción|tekst|text|texte|автор(?:ы)?|текст)\s*:\s+",
    re.IGNORECASE,
)
# What follows the names: a place, an outlet, a date behind a bar.
_BEHIND = re.compile(
    r"\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}\b|\s+\d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4}\b"
    r"|\s+(?:in|for|of (?=[Tt]he ))\s*(?=\S)|\s+[|•·–—/-]\s|\s*[(<\[]|\s+\S+@"
)
_BETWEEN = re.compile(r"\s*(?:,\s*and\s|,|;|&|\s(?:and|AND|And|und|et|и)\s|\s[ye]\s(?=\S+\s+[^\W\d_]))\s*")
_GENERATION = re.compile(r",\s+(?=(?:Jr|Sr)\.?(?:\W|$)|I{2,3}(?:\W|$))")
_TOKEN = re.compile(r"[^\W\d_][\w.'’‘-]*")
_HONORIFIC = re.compile(
    r"(?:U\.?S\.? )?(?:Senators?|Sens?\.|Representatives?|Reps?\.|"
    r"Congress(?:wo)?m[ae]n|Gov(?:\.|ernor)|President|Dr\.?|Prof(?:\.|essor)|"
    r"Mr\.?|Mrs\.?|Ms\.?|Sir|Lord|Ambassador|Secretary|Minister)(?:\s+|(?<=\.))",
    re.IGNORECASE,
)
_PARTICLES_LIST = """
de da do dos das del della di du la le van von der den ten ter bin ibn bint al el e y und zu af av
"""
_PARTICLES = frozenset(_PARTICLES_LIST.split())
_ROLES_LIST = """
writer writers editor editors correspondent correspondents reporter reporters staff columnist contributor
contributors press news times post journal herald tribune agency agencies bureau service services media network
chief senior special desk team guest magazine phd md newspaper newspapers radio television
"""
_ROLES = frozenset(_ROLES_LIST.split())
# Of these, those that a person is.
_PERSONS_LIST = """
writer writers editor editors correspondent correspondents reporter reporters columnist contributor contributors
"""
_PERSONS = frozenset(_PERSONS_LIST.split())
_LONGEST_WITH_ROLE = 80
_WORKS_FOR = re.compile(
    r"(?:\s+(?:staff|national|business|sports|political|chief|senior|special))*"
    r"(?:\s+(?:writers?|editors?|correspondents?|reporters?))?$",
    re.IGNORECASE,
)
_NO_NAMES_LIST = """
the a an monday tuesday wednesday thursday friday saturday sunday popular demand numbers invitation appointment
law order request contrast design default far then now night day land sea air all our my your his her their this
that these those one two three its
"""
_NO_NAMES = frozenset(_NO_NAMES_LIST.split())


class Credit(NamedTuple):
    """An agency by its canonical name; `[start, end)` is where it stands in what was read."""

    name: str
    start: int
    end: int


class Byline(NamedTuple):
    """Who wrote: `names` as they are usually spelt, `[start, end)` where they stand in what was read.

    `agency` is the wire that a line names behind them (`By Jane Doe, Reuters`), or alone: the only name then, too.
    """

    names: tuple[str, ...]
    start: int
    end: int
    agency: Credit | None = None


def read(line: str, *, behind_title: bool = False) -> Byline | None:
    """Return the names in a line that is a byline, or None. Costs nothing for other lines.

    `behind_title` says that a title stands ahead of it, so that words of several uses (`Von`, `Par`) announce names.
    """
    return _read(line, behind_title) if len(line) <= _LONGEST else None


# Several rules ask about the same lines.
@lru_cache(maxsize=256)
def _read(line: str, behind_title: bool) -> Byline | None:  # noqa: FBT001 - an argument that is cached by
    opening = _OPENING.match(line) or _LABELLED.match(line)
    if opening is None and (foreign := _FOREIGN.match(line)) is not None and (behind_title or ":" in foreign[0]):
        opening = foreign
    if opening is None:
        return _with_role(line) if behind_title else None
    found = names(line[opening.end() :])
    if found is None:
        return None
    at = opening.end()
    agency = found.agency and Credit(found.agency.name, found.agency.start + at, found.agency.end + at)
    return Byline(found.names, found.start + at, found.end + at, agency)


def _with_role(line: str) -> Byline | None:
    """Read a line without any opening: a name and a role between commas, `Jane Doe, Staff Writer`."""
    name, comma, role = line.partition(", ")
    if not comma or len(line) > _LONGEST_WITH_ROLE or not _is_name(name, alone=False):
        return None
    words = [word.casefold().strip(".,") for word in role.split()]
    if not _PERSONS.intersection(words) or not all(word in _ROLES or word in _PARTICLES for word in words):
        return None
    found = names(line)
    return found if found is not None and len(found.names) == 1 else None


def names(text: str) -> Byline | None:
    """Return the names that a text lists (`Jane Doe, John Roe and Ann Poe, Staff`), or None where it may be no list.

    Titles ahead of the names, roles and outlets behind them are left out. One word is a name only if it is written
    like `YCPress` or AFP.
    """
    if len(text) > _LONGEST:
        return None
    bare = text.strip()
    if whole := known_agency(bare):
        start = text.index(bare)
        wire = Credit(whole, start, start + len(bare)) if known_wire(bare) else None
        return Byline((whole,), start, start + len(bare), wire)
    behind = _BEHIND.search(text)
    listed = text[: behind.start()] if behind else text
    agency: Credit | None = _agency_behind(text, behind.end()) if behind else None
    found: list[str] = []
    first, last = 0, 0
    for begin, end, closed_by_comma in _parts(listed):
        honorific = _HONORIFIC.match(listed, begin, end)
        start = honorific.end() if honorific else begin
        part = listed[start:end]
        if not _is_name(part, alone=not found and honorific is None):
            if found and (closed_by_comma or _is_role(part)):
                agency = _agency_in(part, start) or agency
                break
            return None
        if not found:
            first = start
        last = end
        found.append(_usual_case(part))
    if not found or (len(found) > 1 and " " not in found[0]):
        return None
    # One who is named twice wrote once.
    return Byline(tuple(dict.fromkeys(found)), first, last, agency)


def _agency_in(part: str, start: int) -> Credit | None:
    """Return the wire that a part names, with what its people are called or without: `Associated Press Writer`."""
    name = _WORKS_FOR.sub("", part.strip())
    known = known_wire(name)
    if known is None:
        return None
    at = start + part.index(name)
    return Credit(known, at, at + len(name))


def _agency_behind(text: str, at: int) -> Credit | None:
    """Return the wire that stands behind a bar, a bracket or `for`, and nothing else with it."""
    rest = text[at:]
    bare = re.split(r"[)>|•,]", rest, maxsplit=1)[0]
    return _agency_in(bare, at) if bare.strip() else None


def _parts(listed: str) -> list[tuple[int, int, bool]]:
    """Return the parts of a list as `[start, end)` and whether a comma alone stands ahead of each."""
    generations = {match.start() for match in _GENERATION.finditer(listed)}
    parts: list[tuple[int, int, bool]] = []
    start, comma = 0, False
    for between in _BETWEEN.finditer(listed):
        if between.start() in generations:
            continue
        parts.append((start, between.start(), comma))
        start, comma = between.end(), between[0].strip() == ","
    parts.append((start, len(listed.rstrip()), comma))
    return [(start, end, comma) for start, end, comma in parts if end > start]


def _is_name(part: str, *, alone: bool) -> bool:
    tokens = part.split()
    if len(tokens) == 1:
        return alone and _TOKEN.fullmatch(part) is not None and sum(letter.isupper() for letter in part) >= 2
    if not 2 <= len(tokens) <= 5 or _is_role(part):
        return False
    return (
        tokens[-1].casefold() not in _PARTICLES
        and not any(token.casefold() in _NO_NAMES for token in tokens)
        and all(
            token.casefold() in _PARTICLES
            or (_TOKEN.fullmatch(token.rstrip(",")) is not None and not token[0].islower())
            for token in tokens
        )
    )


def _is_role(part: str) -> bool:
    return known_agency(part) is not None or any(word.casefold().strip(".") in _ROLES for word in part.split())


def _usual_case(name: str) -> str:
    """Return a name in capitals as names are written; any other stays as it is."""
    words = name.split()
    if name != name.upper() or len(words) < 2:
        return " ".join(words)
    return " ".join(_capitalized(word) for word in words)


def _capitalized(word: str) -> str:
    bare = word.rstrip(".,")
    # Initials and generations: J., JD, III.
    if len(bare) < 2 or "." in bare or not set(bare.upper()) & set("AEIOUYÄÖÜÉÈÁÍÓÚ") or set(bare) <= {"I", "V"}:
        return word
    return re.sub(r"[^\W\d_]+", lambda letters: letters[0].capitalize(), word)
