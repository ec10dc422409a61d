"""Analysis: text -> terms with positions. The one way in which articles, queries and snippets are read.

A token is a run of letters, digits and combining marks in any script. It is folded (compatibility forms, case,
accents) and stemmed (Snowball's English algorithm); the possessive `'s` goes with it. Nothing is left out: there are no
stop words, so a phrase means what it says. `don't`, `COVID-19` and `l'accord` are two tokens each, side by side, and a
query's word that is several tokens is a phrase of them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VERSION = 1
"""Part of the schema's hash: raised when the same text would give other terms."""

# Marks that combine with the letter before them (Unicode categories Mn and Mc of the scripts in common use) and the
# joiners: `\w` takes none of them, which would cut decomposed accents and Indic, Arabic or Thai words apart.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0903\u093a-\u093c\u093e-\u094f"
    "\u0981-\u0983\u09bc\u09be-\u09cd\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0b01-\u0b03\u0b3c"
    "\u0b3e-\u0b57\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3b"
    "\u0d3c\u0d3e-\u0d4d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f\u200c\u200d"
)
_TOKEN = re.compile(rf"([^\W_][^\W_{_MARKS}]*(?:[{_MARKS}]+[^\W_]*)*)(?:['’ʼ＇][sS](?![^\W_{_MARKS}]))?")

# Letters that carry a stroke or a ligature which no decomposition takes off.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe"}
)


class Token(NamedTuple):
    """A token of a text: its term, and its span `[start, end)` in code points."""

    term: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order; the position of a token is its number, from 0."""
    for match in _TOKEN.finditer(text):
        yield Token(term_of(match[1]), match.start(1), match.end(1))


def terms(text: str) -> list[str]:
    """Return the terms of a text in order: stemmed words, for titles and texts."""
    return [term_of(form) for form in _TOKEN.findall(text)]


def names(text: str) -> list[str]:
    """Return the terms of a name in order: folded, not stemmed, for publishers, authors, places and the like."""
    return [fold(form) for form in _TOKEN.findall(text)]


@lru_cache(maxsize=1 << 18)
def term_of(form: str) -> str:
    """Return the term of one token: folded and stemmed. Cached, as a corpus has few forms and many tokens."""
    return _stem()(fold(form))


def fold(form: str) -> str:
    """Return a token without its accents and case: `Téhéran` and `TEHERAN` are `teheran`."""
    if form.isascii():
        return form.lower()
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", form.casefold())
    kept = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", kept.casefold().translate(_STROKES)).strip("\u200c\u200d") or form


@cache
def _stem() -> Callable[[str], str]:
    from Stemmer import Stemmer

    return cast("Callable[[str], str]", Stemmer("english").stemWord)
