"""Words that are like another: those of a form such as `sab?t*ge`, and those a few letters off.

What is looked through are the folded words of a field, a line each. For words that are k letters off, a word is cut in
k + 1 pieces: as no letter is wrong in two of them, any such word has one of the pieces as it is. Words that have one,
and the right length, are found by a regular expression, and measured by Myers's algorithm ("A fast bit-vector algorithm
for approximate string matching based on dynamic programming", J. ACM 46, 1999), in the form for whole words by
H. Hyyro.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from index import analysis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WILDCARD = r"\*+|\?"


def words_of_form(lines: str, pattern: str) -> Iterator[str]:
    """Yield those of some words, a line each, that have a form. Linear in their letters."""
    return (match[0] for match in re.finditer(_expression(pattern), lines))


def has_form(pattern: str) -> Callable[[str], bool]:
    """Return what tells of a folded word whether it has a form."""
    expression = re.compile(_expression(pattern))
    return lambda word: expression.fullmatch(word) is not None


def beginning(pattern: str) -> str:
    """Return what all words of a form begin with, folded; it may be nothing."""
    return analysis.fold(re.split(_WILDCARD, pattern, maxsplit=1)[0]) if pattern[0] not in "*?" else ""


def _expression(pattern: str) -> str:
    expression = ""
    pieces = [analysis.fold(piece) if piece else "" for piece in re.split(_WILDCARD, pattern)]
    signs = re.findall(_WILDCARD, pattern)
    run = re.escape(pieces[0])
    open_ = False
    for sign, piece in zip(signs, pieces[1:], strict=True):
        if sign == "?":
            run += r"[^\n]" + re.escape(piece)
            continue
        # What is between two stars is found where it comes first: to try it further on could not help what follows.
        expression += rf"(?>[^\n]*?{run})" if open_ else run
        run, open_ = re.escape(piece), True
    expression += rf"[^\n]*{run}" if open_ else run
    return rf"(?m)^(?:{expression})$"


def words_like(lines: str, word: str, edits: int) -> Iterator[str]:
    """Yield those of some words, a line each, that so many letters or fewer make a folded word."""
    near = is_like(word, edits)
    bounds = [len(word) * number // (edits + 1) for number in range(edits + 2)]
    pieces = "|".join(re.escape(word[start:end]) for start, end in pairwise(bounds))
    lengths = f"{max(1, len(word) - edits)},{len(word) + edits}"
    expression = rf"(?m)^(?=[^\n]{{{lengths}}}$)[^\n]*?(?:{pieces})[^\n]*$"
    return (match[0] for match in re.finditer(expression, lines) if near(match[0]))


def is_like(word: str, edits: int) -> Callable[[str], bool]:
    """Return what tells of a text whether so many letters or fewer make it a word."""
    masks: dict[str, int] = {}
    for place, letter in enumerate(word):
        masks[letter] = masks.get(letter, 0) | 1 << place
    every, last = (1 << len(word)) - 1, 1 << (len(word) - 1)

    def near(text: str) -> bool:
        # Bits of a column of the table of distances: where it goes up by one from a row to the next, and where down.
        up, down, distance = every, 0, len(word)
        for letter in text:
            same = masks.get(letter, 0)
            diagonal = (((same & up) + up) ^ up) | same | down
            right_up = down | ~(diagonal | up)
            right_down = up & diagonal
            distance += bool(right_up & last) - bool(right_down & last)
            right_up = right_up << 1 | 1
            up = (right_down << 1 | ~(diagonal | right_up)) & every
            down = right_up & diagonal & every
        return distance <= edits

    return near
