"""Bylines that no element is named for: lines by the heading such as `By Jane Doe` or `13.4.2021, von Anna Schmidt`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.importers.html.names import read_names
from archive.importers.html.source import plain

if TYPE_CHECKING:
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
_NAME = re.compile(r"(?:[^\W\d_a-zß-öø-ÿ][\w.'’-]*|van|von|de|der|da|di|del|la|le|al|bin|ten|zu)")


def read(source: Source, start: int, end: int) -> Candidate | None:
    """Return the names in the first signed line by a heading that stands at `[start, end)` of the source, or None.

    Looked at are 5,000 code points of the source behind it, then 600 ahead. Only names of two to four words in the
    spelling of names count: what follows `by` in a sentence is mostly something else.
    """
    for first, last in ((end, end + _BEHIND), (max(0, start - _AHEAD), start)):
        piece = source.text[first:last]
        for block in _BLOCK.split(piece):
            line = plain(block) if block else ""
            if not 4 < len(line) <= _LONGEST or (signed := _SIGNED.search(line)) is None:
                continue
            names = read_names(line[signed.start() :].lstrip(" ,|•·–—"))
            if names and all(_is_name(name) for name in names):
                at = source.text.find(block, first, last)
                return source.candidate(names, "byline", at, at + len(block))
    return None


def _is_name(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and all(_NAME.fullmatch(word) for word in words)
