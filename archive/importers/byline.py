"""Bylines: a line that says who wrote, such as `By JANE DOE and John Roe, Staff Writers`.

Only a line that is a byline from its first word to its last is taken, in English.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from archive.importers.agencies import known_agency

_LONGEST = 120
_OPENING = re.compile(r"(?:(?:(?:written|reported|story|words|text|article) )?by|authors?)\s*:?\s+", re.IGNORECASE)
# What follows the names: a place, an outlet, a date behind a bar.
_BEHIND = re.compile(r"\s+(?:in|for|of (?=[Tt]he ))\s*(?=\S)|\s+[|•·–—/-]\s|\s*[(<\[]|\s+\S+@")
_BETWEEN = re.compile(r"\s*(?:,\s*and\s|,|;|&|\s(?:and|AND|And)\s)\s*")
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
_NO_NAMES_LIST = """
the a an monday tuesday wednesday thursday friday saturday sunday popular demand numbers invitation appointment
law order request contrast design default far then now night day land sea air all our my your his her their this
that these those one two three its
"""
_NO_NAMES = frozenset(_NO_NAMES_LIST.split())


class Byline(NamedTuple):
    """Who wrote: `names` as they are usually spelt, `[start, end)` where they stand in what was read."""

    names: tuple[str, ...]
    start: int
    end: int


def read(line: str) -> Byline | None:
    """Return the names in a line that is a byline, or None. Costs nothing for other lines."""
    if len(line) > _LONGEST:
        return None
    opening = _OPENING.match(line)
    if opening is None:
        return None
    found = names(line[opening.end() :])
    if found is None:
        return None
    return Byline(found.names, found.start + opening.end(), found.end + opening.end())


def names(text: str) -> Byline | None:
    """Return the names that a text lists (`Jane Doe, John Roe and Ann Poe, Staff`), or None where it may be no list.

    Titles ahead of the names, roles and outlets behind them are left out. One word is a name only if it is written
    like `YCPress` or AFP.
    """
    if len(text) > _LONGEST:
        return None
    if whole := known_agency(text.strip()):
        return Byline((whole,), text.index(text.strip()), len(text.rstrip()))
    behind = _BEHIND.search(text)
    listed = text[: behind.start()] if behind else text
    found: list[str] = []
    first, last = 0, 0
    for begin, end, closed_by_comma in _parts(listed):
        honorific = _HONORIFIC.match(listed, begin, end)
        start = honorific.end() if honorific else begin
        part = listed[start:end]
        if not _is_name(part, alone=not found and honorific is None):
            if found and (closed_by_comma or _is_role(part)):
                break
            return None
        if not found:
            first = start
        last = end
        found.append(_usual_case(part))
    if not found or (len(found) > 1 and " " not in found[0]):
        return None
    return Byline(tuple(found), first, last)


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
