"""Passages: what of a text is left without its boilerplate. Pure.

Spans are `[start, end)` in code points. They may lie over one another and may reach beyond the text: what an archive
holds was written by importers of all versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from archive.provenance import Boilerplate


def spans_in_text(boilerplate: Iterable[Boilerplate]) -> list[tuple[int, int]]:
    """Return where in the text its boilerplate stands; what stands in the original is no part of the text."""
    return [(item.span.start, item.span.end) for item in boilerplate if item.span.source == "text"]


def passages(text: str, spans: Collection[tuple[int, int]]) -> tuple[str, ...]:
    """Return the stretches of a text between its boilerplate, in order, without those that are blank."""
    if not spans:
        # Most texts: nothing is copied.
        return (text,) if text and not text.isspace() else ()
    found: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start > at and (passage := text[at:start]).strip():
            found.append(passage)
        at = max(at, end)
    if (passage := text[at:]).strip():
        found.append(passage)
    return tuple(found)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with line ends in the place of its boilerplate, so that all else stays where it was."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        begin, stop = max(at, start), min(end, len(text))
        if begin < stop:
            pieces += (text[at:begin], "\n" * (stop - begin))
            at = stop
    return "".join((*pieces, text[at:])) if pieces else text
