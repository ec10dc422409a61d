"""The language by brute force: whether an article answers a query, told by reading all of it, word by word.

It shares the analysis of words with the index, and nothing else.
"""

from __future__ import annotations

import fnmatch
from datetime import date
from typing import TYPE_CHECKING

from archive import edtf
from index import analysis
from index.query.ast import And, Boost, DateRange, Fuzzy, InField, Near, Node, Not, Or, Pattern, Phrase, Prefix, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.factories import Clipping

SCORED = ("title", "text")


def answers(clipping: Clipping, node: Node, lexicon: Iterable[str], field: str | None = None) -> bool:  # noqa: PLR0911
    """Tell whether an article answers a query; `lexicon` are all words, folded, of all titles and texts there are."""
    match node:
        case And():
            return all(answers(clipping, child, lexicon, field) for child in node.children)
        case Or():
            return any(answers(clipping, child, lexicon, field) for child in node.children)
        case Not():
            return not answers(clipping, node.child, lexicon, field)
        case Boost():
            return answers(clipping, node.child, lexicon, field)
        case InField():
            return answers(clipping, node.child, lexicon, node.field)
        case DateRange(field="published"):
            return _published(clipping, node)
        case DateRange(field="captured"):
            day = tuple(map(int, (clipping.captured or "0001-01-01")[:10].split("-")))
            early = node.earliest is not None and day < node.earliest
            late = node.latest is not None and day > node.latest
            return clipping.captured is not None and not early and not late
        case _:
            return any(
                _places(_read(value, name), node, lexicon, scored=name in SCORED)
                for name, value in values(clipping, field)
            )


def words_of(clippings: Iterable[Clipping]) -> set[str]:
    """Return all words, folded, of titles and texts."""
    return {word for one in clippings for _, value in values(one, None) for word in analysis.names(value)}


def values(clipping: Clipping, field: str | None) -> list[tuple[str, str]]:
    """Return (field, value) of each value that is looked at."""
    held = {
        "title": [clipping.title or ""],
        "text": [clipping.text],
        "publisher": [clipping.publisher or ""],
        "author": list(clipping.authors),
        "tag": list(clipping.tags),
    }
    return [(name, value) for name in (SCORED if field is None else (field,)) for value in held[name]]


def _read(value: str, field: str) -> list[str]:
    return analysis.terms(value) if field in SCORED else analysis.names(value)


def _published(clipping: Clipping, node: DateRange) -> bool:
    days = edtf.days(clipping.published) if clipping.published else None
    if days is None:
        return node.doubtful
    earliest = date(*node.earliest).toordinal() if node.earliest else 1
    latest = date(*node.latest).toordinal() if node.latest else date.max.toordinal()
    overlap = max(days[0], earliest), min(days[1], latest)
    return overlap[0] <= overlap[1] if node.doubtful else overlap == days


def _places(there: list[str], node: Node, lexicon: Iterable[str], *, scored: bool) -> list[tuple[int, int]]:
    """Return where a word, a phrase or words near one another stand in a value, as `[start, end)`."""
    match node:
        case Word() | Phrase():
            wanted = analysis.terms(node.text) if scored else analysis.names(node.text)
            size = len(wanted)
            return [(at, at + size) for at in range(len(there)) if size and there[at : at + size] == wanted]
        case Or():
            return [place for child in node.children for place in _places(there, child, lexicon, scored=scored)]
        case Near():
            found = _places(there, node.children[0], lexicon, scored=scored)
            for child in node.children[1:]:
                found = [
                    other
                    for other in _places(there, child, lexicon, scored=scored)
                    if any(_near(one, other, node) for one in found)
                ]
            return found
        case _:
            chosen = _choice(node)
            terms = {analysis.stems([word])[0] for word in lexicon if chosen(word)} if scored else None
            return [(at, at + 1) for at, term in enumerate(there) if (chosen(term) if terms is None else term in terms)]


def _near(one: tuple[int, int], other: tuple[int, int], node: Near) -> bool:
    between = other[0] - one[1]
    if not node.ordered and between < 0:
        between = one[0] - other[1]
    return 0 <= between < node.distance


def _choice(node: Node) -> Callable[[str], bool]:
    match node:
        case Prefix():
            return lambda word: word.startswith(analysis.fold(node.text))
        case Pattern():
            return lambda word: fnmatch.fnmatchcase(word, analysis.fold(node.text))
        case Fuzzy():
            return lambda word: edits(word, analysis.fold(node.text)) <= node.edits
        case _:
            raise TypeError(node)


def edits(one: str, other: str) -> int:
    """Return Levenshtein's distance, by the table of all beginnings."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        last, row = row, [number]
        for place, against in enumerate(other):
            row.append(min(last[place + 1] + 1, row[place] + 1, last[place] + (letter != against)))
    return row[-1]
