"""The top of a text as lines with their places, and which lines are running prose.

The rules for titles, bylines and datelines look at nothing but these, so that a text of 100 MB costs them no more
than one of 4 KB.
"""

from __future__ import annotations

import re
from typing import NamedTuple

HEAD = 4096
"""How many code points of a text are looked at, at either end."""

WIDEST = 1 << 15
"""How many where these hold nothing but short lines, as those of a page with long menus do."""

_MOST_LINES = 60
_MOST_LINES_WIDE = 400
_FEW_SENTENCES = 3
_LONG = 160
_NARROW = 110

_CLOSING = "\"'”’»)]"
_ABBREVIATION_END = re.compile(r"(?:\b[A-Z]\.)+$|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|No)\.$")
_ABBREVIATION = 8
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
    """Return the first lines of a text: those in its first `HEAD` code points, sixty of them at most.

    Where these are hardly more than short lines, those in its first `WIDEST` code points, four hundred at most.
    """
    lines = _lines(text, 0, min(HEAD, len(text)), _MOST_LINES)
    if len(lines) < _MOST_LINES and len(text) <= HEAD:
        return lines
    if _has_paragraphs(lines):
        return lines
    return _lines(text, 0, min(WIDEST, len(text)), _MOST_LINES_WIDE)


def both_ends(text: str) -> tuple[list[Line], list[Line]]:
    """Return the top and the bottom lines of a text: of a short one both are all of its lines, found once."""
    top = top_lines(text)
    return top, top if len(text) <= HEAD and len(top) < _MOST_LINES else bottom_lines(text)


def bottom_lines(text: str) -> list[Line]:
    """Return the last lines of a text: those in its last `HEAD` code points, without the first of these if it is cut.

    Where these are hardly more than short lines, those in its last `WIDEST` code points.
    """
    lines = _bottom(text, HEAD)
    if len(text) <= HEAD or _has_paragraphs(lines):
        return lines
    return _bottom(text, WIDEST)


def _has_paragraphs(lines: list[Line]) -> bool:
    """Tell whether there is anything but short lines: a text that was wrapped has ends of sentences among them."""
    if any(line.cut or len(line.text) > _LONG for line in lines):
        return True
    return sum(ends_sentence(line.text) for line in lines) > _FEW_SENTENCES


def _bottom(text: str, size: int) -> list[Line]:
    start = max(0, len(text) - size)
    if start and (first := text.find("\n", start)) >= 0:
        start = first + 1
    elif start:
        # One line, longer than what is looked at.
        return []
    return _lines(text, start, len(text), len(text))


def _lines(text: str, start: int, end: int, most: int) -> list[Line]:
    """Return the lines of `[start, end)` that are not blank."""
    lines: list[Line] = []
    offset = start
    follows = False
    piece = ""
    for piece in text[start:end].splitlines(keepends=True):
        bare = piece.strip()
        if bare:
            begin = offset + (piece.index(bare[0]) if piece[0] != bare[0] else 0)
            lines.append(Line(begin, begin + len(bare), bare, follows, False))  # noqa: FBT003 - a field of a tuple
        follows = bool(bare)
        offset += len(piece)
        if len(lines) == most:
            break
    if follows and offset == end < len(text) and piece.rstrip("\r\n") == piece:
        lines[-1] = lines[-1]._replace(cut=True)
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
    # What could be an abbreviation stands in the last few characters: searching all of a paragraph takes its time.
    return bare.endswith((".", "…", "。", "।", "۔")) and _ABBREVIATION_END.search(bare[-_ABBREVIATION:]) is None


def one_line(text: str) -> str:
    """Return a text with each run of white space, newlines among it, as one space."""
    return " ".join(text.split())


def is_short(line: Line) -> bool:
    """Tell whether a line is short enough to be in a heading."""
    return not line.cut and len(line.text) <= _LONG
