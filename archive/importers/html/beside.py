"""What stands by the heading in lines that no element is named for: `By Jane Doe`, `13.4.2021, von Anna Schmidt`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.importers.html.dates import mentioned
from archive.importers.html.names import read_names
from archive.importers.html.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.html.source import Source
    from archive.provenance import Candidate

_AHEAD = 600
_BEHIND = 5000
_LONGEST = 120
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|td|table|h[1-6]|header|section|article|figure|aside|nav|time)\b[^<>]*+>|"
    r"<(script|style|svg|noscript|select)\b.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:^|(?<=[\d|•·–—,])\s*|\d\d:\d\d(?: Uhr)? )"
    r"(?:(?:(?:written|posted|published|reported) )?by:?|(?:geschrieben |verfasst |veröffentlicht )?von|"
    r"par|por|autor(?:in)?:|author:|text:)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"updat|modif|edited|revis|geändert|aktualis", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\W\d_a-zß-öø-ÿ][\w.'’-]*|van|von|de|der|da|di|del|la|le|al|bin|ten|zu)")


def names(source: Source, start: int, end: int) -> Candidate | None:
    """Return the names in the first signed line by a heading that stands at `[start, end)` of the source, or None.

    Only names of two to four words in the spelling of names count: what follows `by` in a sentence is mostly something
    else.
    """
    for line, first, last in _lines(source, start, end):
        signed = _SIGNED.search(line)
        found = read_names(line[signed.start() :].lstrip(" ,|•·–—")) if signed else ()
        if found and all(_is_name(name) for name in found):
            return source.candidate(found, "byline", first, last)
    return None


def date(source: Source, start: int, end: int) -> Candidate | None:
    """Return the day in the first short line by a heading that states one, or None. A day of a change is none."""
    for line, first, last in _lines(source, start, end):
        if not _CHANGED.search(line) and (day := mentioned(line)):
            return source.candidate(day, "element", first, last)
    return None


def _lines(source: Source, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the short lines by a heading with their places: 5,000 code points of the source behind it, 600 ahead."""
    for first, last in ((end, end + _BEHIND), (max(0, start - _AHEAD), start)):
        at = first
        for edge in (*_BLOCK.finditer(source.text, first, last), None):
            until = edge.start() if edge else min(last, len(source.text))
            line = plain(source.text[at:until])
            if 4 < len(line) <= _LONGEST:
                yield line, at, until
            at = edge.end() if edge else until


def _is_name(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and all(_NAME.fullmatch(word) for word in words)
