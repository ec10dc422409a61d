"""Snippets: the passage of a text that shows best why it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from index.analysis import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WIDTH = 240
"""Characters of a snippet, about: it ends with a word."""

ELLIPSIS = "…"


class Snippet(NamedTuple):
    """A passage on one line, and the half-open spans in it that are words of the query."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(text: str, terms: Collection[str], *, start: int = 0, width: int = WIDTH) -> Snippet:
    """Return the passage with the most distinct terms, of those the one with the terms nearest together.

    Looks at `text[start:]` first, so that a snippet does not repeat a title that stands at the head of the text; where
    that has none of the terms, at all of it. Without any term it is the beginning.
    """
    found = [token for token in tokens(text) if token.term in terms]
    best = _best([token for token in found if token.start >= start] or found, width)
    if not best:
        beginning = len(text) - len(text[start:].lstrip()) if text[start:].strip() else 0
        return _cut(text, beginning, min(len(text), beginning + width), [])
    spare = max(0, width - (best[-1].end - best[0].start))
    begin = max(0, best[0].start - spare // 3)
    # A line break is where a headline or a menu ends: a passage begins behind it where it can.
    begin = max(begin, text.rfind("\n", begin, best[0].start) + 1)
    end = min(len(text), max(begin + width, best[-1].end))
    return _cut(text, begin, end, found)


def _best(found: list[Token], width: int) -> list[Token]:
    """Return the hits of the best stretch that fits the width."""
    best: list[Token] = []
    best_key = (0, 0)
    first = 0
    for last, token in enumerate(found):
        while token.end - found[first].start > width and first < last:
            first += 1
        stretch = _tightened(found[first : last + 1])
        key = (len({hit.term for hit in stretch}), stretch[0].start - stretch[-1].end)
        if key > best_key or not best:
            best, best_key = stretch, key
    return best


def _tightened(stretch: list[Token]) -> list[Token]:
    """Drop leading hits that stand again further on."""
    first = 0
    while any(hit.term == stretch[first].term for hit in stretch[first + 1 :]):
        first += 1
    return stretch[first:]


def _cut(text: str, begin: int, end: int, found: Iterable[Token]) -> Snippet:
    while begin and begin < end and text[begin].isalnum() and text[begin - 1].isalnum():
        begin += 1
    while end < len(text) and end > begin and text[end].isalnum() and text[end - 1].isalnum():
        end -= 1
    hits = [hit for hit in found if begin <= hit.start and hit.end <= end]
    pieces: list[str] = [ELLIPSIS if text[:begin].strip() else ""]
    marks: list[tuple[int, int]] = []
    length = len(pieces[0])
    at = begin
    for hit in hits:
        before = _one_line(text[at : hit.start], first=at == begin)
        word = text[hit.start : hit.end]
        pieces += [before, word]
        length += len(before)
        marks.append((length, length + len(word)))
        length += len(word)
        at = hit.end
    rest = _one_line(text[at:end], first=at == begin).rstrip()
    pieces += [rest, ELLIPSIS if text[end:].strip() else ""]
    return Snippet("".join(pieces), tuple(marks))


def _one_line(text: str, *, first: bool) -> str:
    """Fold every run of white space to one space; the first piece begins with none."""
    folded = " ".join(text.split())
    if not folded:
        return " " if text and not first else ""
    lead = " " if text[0].isspace() and not first else ""
    return lead + folded + (" " if text[-1].isspace() else "")
