"""A timeline as bars of text, as wide as the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from index.periods import around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.periods import By
    from index.timeline import Timeline

_WIDEST = 100
"""Longer bars say no more."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_GAP = 3
"""Empty periods in a row that have a line each; more of them have one together."""

UNDATED = "undated"


def bar_lines(timeline: Timeline, columns: int) -> Iterator[str]:
    """Yield a line for each period from the first to the last: its name, its count and a bar.

    Periods without articles are there too, as a gap says something; many of them in a row are one line that counts
    them. The longest bar fills the line.
    """
    rows = list(_rows(timeline))
    label = max((len(name) for name, _ in rows), default=0)
    digits = max((len(f"{count:,}") for _, count in rows if count is not None), default=1)
    room = max(1, min(columns, _WIDEST) - label - digits - 4)
    most = max((count for _, count in rows if count is not None), default=1)
    for name, count in rows:
        if count is None:
            yield f"{'⋮' if _unicode() else ':':>{label}}  {name}"
        else:
            yield f"{name:<{label}}  {count:>{digits},}  {_bar(count, most, room)}".rstrip()


def _rows(timeline: Timeline) -> Iterator[tuple[str, int | None]]:
    """Yield names and counts; a None for the count where the name tells how many periods are left out."""
    following: int | None = None
    for period, count, precise in timeline.buckets:
        if period is None:
            yield UNDATED, count
            continue
        if precise:
            if following is not None:
                yield from _between(following, period.first, timeline.by)
            following = period.last + 1
        yield period.name, count


def _between(start: int, end: int, by: By) -> Iterator[tuple[str, int | None]]:
    """Yield the empty periods of the days `[start, end)`."""
    names: list[str] = []
    day = start
    while day < end and len(names) <= _GAP:
        period = around(day, by)
        names.append(period.name)
        day = period.last + 1
    if len(names) <= _GAP:
        yield from ((name, 0) for name in names)
    else:
        yield "", None


def _bar(count: int, most: int, room: int) -> str:
    """Return a bar in eighths of a column; what is there is seen, however little it is."""
    if not _unicode():
        return "#" * max(1 if count else 0, count * room // most)
    eighths = max(1 if count else 0, count * room * 8 // most)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
