"""Snippets: the passage of a text that shows best why it was found."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from index.analysis import Token, places_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from index.sought import Together

WIDTH = 240
"""Characters of a snippet, about: it ends with a word."""

ELLIPSIS = "…"
_PASSAGES = 3
_PART = 1 << 18
_MOST_HITS = 2000
"""A text of many megabytes is read as far as it takes to show a passage, not to the end."""

_APART = 1000
"""Places that a break counts: further than any words are looked for near one another."""

_SHORTEST = 60
"""Characters of a passage when several share the width."""


class Snippet(NamedTuple):
    """A passage on one line, and the half-open spans in it that are words of the query."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(
    text: str,
    terms: Collection[str],
    *,
    together: Sequence[Together] = (),
    breaks: Sequence[int] = (),
    start: int = 0,
    width: int = WIDTH,
) -> Snippet:
    """Return the passage with the most distinct terms, of those the one with the terms nearest together.

    Terms that are wanted only `together` count, and are marked, where they stand so; nothing reaches over the `breaks`,
    offsets in the text that ascend.
    Where no passage has all the terms that the text has, further ones follow for those that are missing, as far as
    the width goes. Looks at `text[start:]` first, so that a title at the head of the text is not repeated; where that
    has none of the terms, at all of it. Without any term it is the beginning.
    """
    found = _hits(text, terms) if not together else _hits_together(text, terms, together, breaks)
    candidates = [token for token in found if token.start >= start] or found
    if not candidates:
        begin = start if text[start:].strip() else 0
        return _shown(text, [(begin, min(len(text), begin + width))], [])
    stretches = _stretches(candidates, width)
    share = max(_SHORTEST, width // len(stretches))
    return _shown(text, _merged([_passage(text, stretch, share) for stretch in stretches]), found)


def _hits(text: str, terms: Collection[str]) -> list[Token]:
    """Return the tokens that are terms of the query: of a very long text those in the first part that has some."""
    for begin in range(0, max(1, len(text)), _PART):
        part = text if len(text) <= _PART else text[begin : begin + _PART]
        found = [Token(term, begin + start, begin + end) for term, start, end in tokens_of(part, terms)]
        if found:
            return found[:_MOST_HITS]
    return []


def _hits_together(
    text: str, terms: Collection[str], together: Sequence[Together], breaks: Sequence[int]
) -> list[Token]:
    """Return what `_hits` returns where some terms are wanted only together."""
    from index.sought import standing

    wanted = {term for one in together for term in one.terms()}.union(terms)
    within = max(one.distance for one in together)
    for begin in range(0, max(1, len(text)), _PART):
        part = text if len(text) <= _PART else text[begin : begin + _PART]
        tokens: dict[int, Token] = {}
        places: dict[str, list[int]] = {}
        passed = bisect_right(breaks, begin)
        for number, (term, first, last) in places_of(part, wanted, within):
            while passed < len(breaks) and breaks[passed] <= begin + first:
                passed += 1
            place = number + passed * _APART
            tokens[place] = Token(term, begin + first, begin + last)
            places.setdefault(term, []).append(place)
        kept = {place for one in together for place in standing(one, places)}
        found = [token for place, token in tokens.items() if place in kept or token.term in terms]
        if found:
            return found[:_MOST_HITS]
    return []


def _stretches(found: list[Token], width: int) -> list[list[Token]]:
    """Return the hits of the best stretch, then of the best ones for the terms that are not in it."""
    chosen = [_best(found, width)]
    seen = {hit.term for hit in chosen[0]}
    while len(chosen) < _PASSAGES and (rest := [hit for hit in found if hit.term not in seen]):
        chosen.append(_best(rest, width // _PASSAGES))
        seen |= {hit.term for hit in chosen[-1]}
    return chosen


def _best(found: list[Token], width: int) -> list[Token]:
    """Return the hits of the best stretch that fits the width."""
    best: list[Token] = []
    best_key = (0, 0)
    first = 0
    for last, token in enumerate(found):
        while token.end - found[first].start > width and first < last:
            first += 1
        # Drop what stands again further on: the tighter stretch says the same.
        while any(hit.term == found[first].term for hit in found[first + 1 : last + 1]):
            first += 1
        stretch = found[first : last + 1]
        key = (len({hit.term for hit in stretch}), stretch[0].start - stretch[-1].end)
        if key > best_key or not best:
            best, best_key = stretch, key
    return best


def _passage(text: str, stretch: list[Token], width: int) -> tuple[int, int]:
    """Return the span of a passage round some hits."""
    spare = max(0, width - (stretch[-1].end - stretch[0].start))
    begin = max(0, stretch[0].start - spare // 3)
    # A line break is where a headline or a paragraph ends: a passage begins behind it where it can.
    begin = max(begin, text.rfind("\n", begin, stretch[0].start) + 1)
    return begin, min(len(text), max(begin + width, stretch[-1].end))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _shown(text: str, spans: list[tuple[int, int]], found: list[Token]) -> Snippet:
    """Return passages on one line, an ellipsis wherever text is left out."""
    line = ""
    marks: list[tuple[int, int]] = []
    at = 0
    for begin, end in (_at_words(text, *span) for span in spans):
        if text[at:begin].strip():
            line += f" {ELLIPSIS} " if line else ELLIPSIS
        elif line:
            line += " "
        place = begin
        for hit in found:
            if begin <= hit.start and hit.end <= end:
                line = _appended(line, text[place : hit.start])
                marks.append((len(line), len(line) + hit.end - hit.start))
                line += text[hit.start : hit.end]
                place = hit.end
        line = _appended(line, text[place:end]).rstrip()
        at = end
    return Snippet(line + (ELLIPSIS if text[at:].strip() else ""), tuple(marks))


def _at_words(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return a span cut to whole words, without what trails the sentence before."""
    whole = begin, end
    while begin and begin < end and text[begin].isalnum() and text[begin - 1].isalnum():
        begin += 1
    while begin < end and (text[begin].isspace() or text[begin] in ".,;:!?)]}”’…"):
        begin += 1
    while end < len(text) and end > begin and text[end].isalnum() and text[end - 1].isalnum():
        end -= 1
    # One word that is longer than a passage: better cut than not shown.
    return (begin, end) if begin < end else whole


def _appended(line: str, text: str) -> str:
    """Return a line with a piece of text behind it, every run of white space folded to one space."""
    folded = " ".join(text.split())
    if text[:1].isspace() and line and not line.endswith((" ", ELLIPSIS)):
        line += " "
    return line + folded + (" " if folded and text[-1:].isspace() else "")
