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

from index.marks import MARKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from Stemmer import Stemmer

VERSION = 1
"""Part of the schema's hash: raised when the same text would give other terms."""

# Any apostrophe ends a token, also the one that Unicode counts among the letters (U+02BC).
_LETTER = r"[^\W_ʼ]"
_TOKEN = rf"({_LETTER}+(?:[{MARKS}]+{_LETTER}*)*)(?:['’ʼ＇][sS](?![^\W_]|[\u0300-\u036f]))?"
# The same where all is ASCII. The one above takes milliseconds to compile, and many a search never needs it.
_ASCII = r"([^\W_]+)(?:'[sS](?![^\W_]))?"

# Letters that carry a stroke or a ligature which no decomposition takes off; and soft hyphens and variation selectors,
# which only say how to draw a word.
_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe"}
    | dict.fromkeys(map(chr, (0xAD, *range(0xFE00, 0xFE10))), "")
)

# Signs between tokens that printed texts have, and ASCII signs that part tokens in the same way.
_TYPOGRAPHIC = (("’", "'"), ("‘", "`"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("…", "."), ("\xa0", " "))


class Token(NamedTuple):
    """A token of a text: its term, and its span `[start, end)` in code points."""

    term: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order; the position of a token is its number, from 0."""
    for match in _token(text).finditer(text):
        yield Token(term_of(match[1]), match.start(1), match.end(1))


def tokens_of(text: str, wanted: Collection[str]) -> Iterator[Token]:
    """Yield those tokens of a text, in order, whose terms are wanted.

    Stemming never changes the first letter of a word, so of ASCII words only those are stemmed that begin right.
    """
    initials = {term[0] for term in wanted}
    initials |= {initial.upper() for initial in initials}
    for typographic, plain in _TYPOGRAPHIC:
        text = text.replace(typographic, plain)
    found = _beginning(text, initials) if text.isascii() else _token(text).finditer(text)
    for match in found:
        form = match[1]
        if (form[0] in initials or not form.isascii()) and (term := term_of(form)) in wanted:
            yield Token(term, match.start(1), match.end(1))


def places_of(text: str, wanted: Collection[str], within: int) -> Iterator[tuple[int, Token]]:
    """Yield what `tokens_of` yields, each with a place: those up to `within` positions apart are as far apart by these.

    Others are further apart, however far: what stands between is counted no further than that.
    """
    every = _token(text)
    place = 0
    last: Token | None = None
    for token in tokens_of(text, wanted):
        if last is not None:
            for steps, match in enumerate(every.finditer(text, last.start)):
                if match.start(1) >= token.start or steps > within:
                    place += steps
                    break
        yield place, token
        last = token


def _beginning(text: str, initials: Collection[str]) -> Iterator[re.Match[str]]:
    """Yield the tokens of an ASCII text that begin with some letters, in group 1; the others are not looked at."""
    letters = "".join(initial for initial in initials if initial.isascii() and initial.isalnum())
    if not letters:
        return
    # The class comes first, as the engine runs to the next character of it; only then it looks what is ahead of that.
    for match in re.finditer(rf"([{letters}](?<![^\W_].)[^\W_]*)", text):
        if match[1] not in {"s", "S"} or not _possessive(text, match.start()):
            yield match


def _possessive(text: str, at: int) -> bool:
    """Tell whether an `s` of an ASCII text is an ending that goes with the token ahead of it, and none itself."""
    if text[at - 1 : at] != "'" or not text[at - 2 : at - 1].isalnum():
        return False
    # What is ahead may be such an ending, which has no ending of its own.
    return text[at - 2] not in "sS" or not _possessive(text, at - 2)


def terms(text: str) -> list[str]:
    """Return the terms of a text in order: stemmed words, for titles and texts."""
    if text.isascii() and text.isalnum():
        # The everyday word of a query, looked at several times: one token.
        return [term_of(text)]
    return [term_of(form) for form in _token(text).findall(text)]


def forms(text: str) -> list[str]:
    """Return the tokens of a text in order as they stand, each the argument of `term_of`."""
    return _token(text).findall(text)


def is_token(text: str) -> bool:
    """Tell whether a text is one token from its beginning to its end."""
    match = _token(text).fullmatch(text)
    return match is not None and match[1] == text


def names(text: str) -> list[str]:
    """Return the terms of a name in order: folded, not stemmed, for publishers, authors, places and the like."""
    return [fold(form) for form in _token(text).findall(text)]


def _token(text: str) -> re.Pattern[str]:
    """Return the expression for the tokens of a text."""
    return re.compile(_ASCII if text.isascii() else _TOKEN)


@lru_cache(maxsize=1 << 18)
def term_of(form: str) -> str:
    """Return the term of one token: folded and stemmed. Cached, as a corpus has few forms and many tokens."""
    return cast("str", _stemmer().stemWord(fold(form)))


def stems(folded: list[str]) -> list[str]:
    """Return the terms of tokens that are folded: `term_of` is `stems` of `fold`, one at a time."""
    return cast("list[str]", _stemmer().stemWords(folded))


def fold(form: str) -> str:
    """Return a token without its accents and case: `Téhéran` and `TEHERAN` are `teheran`."""
    if form.isascii():
        return form.lower()
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", form.casefold())
    kept = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", kept.casefold().translate(_FOLDED)).strip("\u200c\u200d") or form


@cache
def _stemmer() -> Stemmer:
    from Stemmer import Stemmer

    # Without its own cache, which costs five times what a stem does.
    return Stemmer("english", 0)
