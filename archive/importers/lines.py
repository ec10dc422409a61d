"""The top of a text as lines with their places, and which lines are running prose.

The rules for titles, bylines and datelines look at nothing but these, so that a text of 100 MB costs them no more
than one of 4 KB.
"""

from __future__ import annotations

import re
from typing import NamedTuple

HEAD = 4096
"""How many code points of a text are looked at."""

_MOST_LINES = 60
_LONG = 160
_NARROW = 110

_CLOSING = "\"'”’»)]"
_ABBREVIATION_END = re.compile(r"(?:\b[A-Z]\.)+$|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|No)\.$")
# Not after the short words that are mostly abbreviations: "Sen. Levin", "Gov. Rell".
_SENTENCE_BREAK = re.compile(r"[a-z]{5}[.?!] +[A-Z“\"]")
_UNFINISHED = (",", ";", "-", "–", "—")


class Line(NamedTuple):
    """A line that is not blank: `text` is `[start, end)` of the whole text, without the space around it."""

    start: int
    end: int
    text: str
    follows: bool
    """No blank line stands between it and the line ahead."""
    cut: bool
    """It goes on behind the part that is looked at."""


def top_lines(text: str) -> list[Line]:
    """Return the lines in the first `HEAD` code points of a text, sixty of them at most."""
    lines: list[Line] = []
    offset = 0
    follows = False
    for piece in text[:HEAD].splitlines(keepends=True):
        bare = piece.strip()
        if bare:
            start = offset + piece.index(bare[0])
            cut = offset + len(piece) == HEAD < len(text) and piece.rstrip("\r\n") == piece
            lines.append(Line(start, start + len(bare), bare, follows, cut))
            if len(lines) == _MOST_LINES:
                break
        follows = bool(bare)
        offset += len(piece)
    return lines


def line_width(lines: list[Line]) -> int | None:
    """Return the width that a text was wrapped at, or None where a line is a paragraph.

    A text of short lines only may be either; 60 is the least that anybody wraps at.
    """
    longest = max((len(line.text) for line in lines), default=0)
    return max(longest, 60) if longest <= _NARROW else None


def runs_on(line: Line, following: Line | None, width: int | None) -> bool:
    """Tell whether a line was broken for its length and goes on in the next one."""
    if following is None or not following.follows:
        return False
    if following.text[0].islower() or following.text[0] == "(":
        return True
    # Where the next line's first word had fitted, the break was meant.
    return width is not None and len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width


def is_prose(line: Line, following: Line | None, width: int | None) -> bool:
    """Tell whether a line is (the beginning of) a paragraph rather than a heading."""
    return (
        line.cut
        or len(line.text) > _LONG
        or ends_sentence(line.text)
        or line.text.endswith(_UNFINISHED)
        or _SENTENCE_BREAK.search(line.text) is not None
        or (len(line.text) > 60 and line.text.endswith(":"))
        or runs_on(line, following, width)
    )


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends in a full stop that is not an abbreviation's. Headings may ask and exclaim."""
    bare = text.rstrip(_CLOSING)
    return bare.endswith((".", "…", "。", "।", "۔")) and _ABBREVIATION_END.search(bare) is None


def one_line(text: str) -> str:
    """Return a text with each run of white space, newlines among it, as one space."""
    return " ".join(text.split())


def is_short(line: Line) -> bool:
    """Tell whether a line is short enough to be in a heading."""
    return not line.cut and len(line.text) <= _LONG
