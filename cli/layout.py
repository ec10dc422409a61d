"""Text in lines of a width, with some of its stretches marked."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from cli.terminal import cells, clean
from cli.terminal import width as width_of_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_STYLE = r"\x1b\[[0-9;]*m"


def wrapped(
    text: str, *, width: int, indent: str = "", marks: Sequence[tuple[int, int]] = (), mark: Callable[[str], str] = str
) -> list[str]:
    """Return a text in lines that fit a width, indented; `mark` styles the spans in `marks`.

    A word that is wider than a line stands on a line of its own, whole: a URL can still be copied.
    """
    lines: list[str] = []
    line, used = "", 0
    room = max(1, width - cells(indent))
    for piece in _pieces(text, marks, mark):
        # Marks may be seen, as asterisks are, or not, as colours.
        needed = cells(re.sub(_STYLE, "", piece) if "\x1b" in piece else piece)
        if used and used + 1 + needed > room:
            lines.append(indent + line)
            line, used = "", 0
        line = f"{line} {piece}" if used else piece
        used += needed + (1 if used else 0)
    if line:
        lines.append(indent + line)
    return lines


def folded(line: str, *, hang: int) -> list[str]:
    """Return a line as it is; on a terminal that is narrower, in several, all but the first indented by `hang`.

    White space ahead of it stays, `hang` columns at the most.
    """
    columns = width_of_terminal()
    if not sys.stdout.isatty() or cells(line) <= columns:
        return [line]
    lines = wrapped(line, width=columns, indent=" " * hang) or [""]
    ahead = line[: len(line) - len(line.lstrip())]
    return [ahead + lines[0][hang:], *lines[1:]]


def listed(pieces: Iterable[str | None], *, width: int, indent: str = "") -> list[str]:
    """Return the pieces that are known side by side, in lines that break between them wherever they can."""
    room = max(1, width - cells(indent))
    lines: list[str] = []
    for piece in filter(None, pieces):
        added = wrapped(piece, width=room)
        if lines and len(added) == 1 and cells(longer := f"{lines[-1]} · {added[0]}") <= room:
            lines[-1] = longer
        else:
            lines += added
    return [indent + line for line in lines]


def _pieces(text: str, marks: Sequence[tuple[int, int]], mark: Callable[[str], str]) -> Iterable[str]:
    """Return the words of a text, harmless and marked."""
    if not marks:
        return map(clean, text.split())
    return (_marked(match, marks, mark) for match in re.finditer(r"\S+", text))


def _marked(match: re.Match[str], marks: Sequence[tuple[int, int]], mark: Callable[[str], str]) -> str:
    start, end = match.span()
    parts: list[str] = []
    at = start
    for first, last in marks:
        if first < end and last > start:
            parts += [
                clean(match.string[at : max(at, first)]),
                mark(clean(match.string[max(first, at) : min(last, end)])),
            ]
            at = min(last, end)
    return "".join(parts) + clean(match.string[at:end])
