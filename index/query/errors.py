"""Why a query was refused, and where: the place in the query is underlined.

Nothing here knows the grammar. `QueryError` is raised by every stage that reads a query and carries what a caller
needs to print it; how wide a character is drawn is decided here alone.
"""

from __future__ import annotations

from typing import NamedTuple

_COLUMNS = 80
_ELLIPSIS = "…"
_REPLACEMENT = "\ufffd"
# Persian and the Indic scripts change their shapes at these two; every other format character can go unseen.
_JOINERS = "\u200c\u200d"


class Span(NamedTuple):
    """A place in a query: the half-open range `[start, end)` of offsets in code points."""

    start: int
    end: int


class QueryError(Exception):
    """A query cannot be understood.

    `message` is one sentence on one line, also what `str()` gives. `span` lies within `[0, len(query)]`; an empty
    one points at what is missing there. `hint` says what to write instead, where that is known.
    """

    def __init__(self, message: str, *, query: str, span: Span, hint: str | None = None) -> None:
        self.message = message
        self.query = query
        self.span = span
        self.hint = hint
        super().__init__(message)

    def underlined(self) -> str:
        """Return three lines: the message, the query, carets under the span.

        The second and the third line fit 80 columns: of a longer query the part around the span is shown. Carets
        stand under wide and combining characters as a terminal draws them. Line breaks, tabs and control characters
        are shown as spaces, so that a query cannot steer the terminal.
        """
        cells = [_cell(character) for character in self.query]
        start, end = self.span
        # A mark is drawn on the character before it, so that is where a caret belongs.
        while 0 < start < len(cells) and cells[start][1] == 0:
            start -= 1
        lo, hi = _window(cells, start, end)
        head = _ELLIPSIS if lo > 0 else ""
        tail = _ELLIPSIS if hi < len(cells) else ""
        line = head + "".join(shape for shape, _ in cells[lo:hi]) + tail
        margin = len(head) + _width(cells[lo:start])
        carets = max(1, _width(cells[start : min(end, hi)]))
        return f"{self.message}\n{line}\n{' ' * margin}{'^' * carets}"


def shown(text: str, columns: int = 30) -> str:
    """Return a piece of a query as a message may quote it: harmless to a terminal, cut to a width."""
    cells = [_cell(character) for character in text]
    if _width(cells) <= columns:
        return "".join(shape for shape, _ in cells)
    kept: list[str] = []
    room = columns - 1
    for shape, width in cells:
        room -= width
        if room < 0:
            break
        kept.append(shape)
    return "".join(kept) + _ELLIPSIS


def _cell(character: str) -> tuple[str, int]:
    """Return what is drawn for a character, and on how many columns."""
    if character.isascii():
        return (character if character.isprintable() else " ", 1)
    import unicodedata

    category = unicodedata.category(character)
    # The vowels and finals of decomposed Hangul are letters by category, yet drawn into the block before them.
    if category in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff":
        return (character, 0)
    if category == "Cf":
        return (character if character in _JOINERS else "", 0)
    if category in {"Cc", "Zl", "Zp"}:
        return (" ", 1)
    if category == "Cs":
        return (_REPLACEMENT, 1)
    return (character, 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1)


def _width(cells: list[tuple[str, int]]) -> int:
    return sum(width for _, width in cells)


def _window(cells: list[tuple[str, int]], start: int, end: int) -> tuple[int, int]:
    """Return the range `[lo, hi)` of the cells to show: all, or the span first and then what surrounds it."""
    beyond = 1 if start == len(cells) else 0
    if _width(cells) + beyond <= _COLUMNS:
        return 0, len(cells)
    room = _COLUMNS - 2 * len(_ELLIPSIS) - beyond
    lo = hi = start
    while hi < end and cells[hi][1] <= room:
        room -= cells[hi][1]
        hi += 1
    growing = True
    while growing:
        growing = False
        if lo > 0 and cells[lo - 1][1] <= room:
            lo -= 1
            room -= cells[lo][1]
            growing = True
        if hi < len(cells) and cells[hi][1] <= room:
            room -= cells[hi][1]
            hi += 1
            growing = True
    # Marks whose letter fell outside would be drawn on the ellipsis.
    while lo < start and cells[lo][1] == 0:
        lo += 1
    return lo, hi
