"""The name of an outlet as a scraped page has it above its article.

Two shapes are known. A masthead is a short line ahead of the title whose words come again in the line behind it, the
motto: `Harbour News`, `All Harbour News of the Coast`. A page's title is the article's with the outlet's name behind a
bar: `Ferry Returns | Harbour Courier`, with the article's own title below.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from archive.importers.lines import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.importers.lines import Line

_WORD = re.compile(r"[^\W_]+")
_PAPERS_LIST = """
news times post herald daily journal gazette tribune press today observer chronicle courier mail telegraph guardian
standard star sun globe record review weekly monitor independent examiner bulletin dispatch echo mirror express
inquirer register sentinel ledger argus advertiser reporter leader zeitung nachrichten anzeiger kurier presse rundschau
journal presse dépêche monde figaro diario periódico noticias prensa corriere gazzetta giornale jornal folha
"""
_PAPERS = frozenset(_PAPERS_LIST.split())
# "World News" is a section of many sites.
_SECTIONS_LIST = """
latest world top breaking local national international sports sport business political politics more related other
today's todays recent all entertainment technology science health good daily press video photo
"""
_SECTIONS = frozenset(_SECTIONS_LIST.split())
_BAR = re.compile(r"\s+[|–—»·•:-]\s+|\s*[|»]\s*")
# A sign of those: to look for it takes a tenth of the time.
_SIGN = re.compile(r"[|–—»·•:-]")
_LEAST_TITLE = 16
_LONGEST_TITLE = 240


class Masthead(NamedTuple):
    """An outlet's name, and where `[start, end)` it stands in the text."""

    name: str
    start: int
    end: int


def read(lines: Sequence[Line]) -> Masthead | None:
    """Return the masthead among the lines ahead of a title, or None."""
    for line, motto in pairwise(lines):
        words = [word.casefold() for word in _WORD.findall(line.text)]
        if not 2 <= len(words) <= 5 or words[0] in _SECTIONS or not _PAPERS.intersection(words):
            continue
        again = [word.casefold() for word in _WORD.findall(motto.text)]
        if len(again) > len(words) and any(again[at : at + len(words)] == words for at in range(len(again))):
            return Masthead(one_line(line.text), line.start, line.end)
    return None


def page_title(lines: Sequence[Line]) -> tuple[int, Masthead] | None:
    """Return the place of the article's title, and the outlet's name, where the first line is the page's title."""
    if len(lines) < 2 or len(lines[0].text) > _LONGEST_TITLE:
        return None
    first = lines[0]
    if _SIGN.search(first.text) is None:
        return None
    for bar in _BAR.finditer(first.text):
        title = one_line(first.text[: bar.start()])
        name = _BAR.split(first.text[bar.end() :])[-1].strip()
        if len(title) < _LEAST_TITLE or not 0 < len(name.split()) <= 5 or not name[0].isupper():
            continue
        for at in range(1, min(len(lines), 12)):
            if one_line(lines[at].text) == title:
                start = first.start + first.text.rindex(name)
                return at, Masthead(name, start, start + len(name))
    return None
