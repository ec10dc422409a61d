r"""A query's tokens: where words, phrases and fields begin and end. What they mean together is `grammar`'s business.

    token    = "(" | ")" | minus | operator | field | phrase | word | boost
    operator = "AND" | "OR" | "NOT" | ( "NEAR" | "ADJ" ) "/" digits
                                               a whole word, in capitals, not right behind a minus or a field
    boost    = "^" number                      right behind a word, a phrase or ")", with nothing behind it; a word
                                               has a letter and none of =+/<>, so `10^6` and `E=mc^2` are text
    minus    = "-"                             at the start, behind a space or "("; what it negates follows at once,
                                               and is no second "-": `COVID-19`, `a - b`, `--b` negate nothing
    field    = name ":"                        letters a-z in any case where a word could begin, not behind a field
    phrase   = quote { character | "\" any } quote
    word     = { character | "\" character }   up to a space, a parenthesis or a quote
    quote    = '"' | "“" | "”" | "„"           any of them closes any

- A quote between two letters or digits belongs to the word (`צה"ל`); any other begins a phrase. In a phrase the next
  quote ends it.
- A backslash takes the character after it out of the syntax: `\AND`, `\-5`, `title\:x`, `"a 5\" gun"`. Before a
  space or at the end it is an ordinary character of a word.
- A colon ends a field's name only where the name stands in `FIELDS`; then whatever follows is the value, and a value
  is one word whatever colons it holds (`title:Re:Iran`). A name that is not known is an error if it looks meant as
  one: letters a-z, and at once behind the colon a letter, a digit, a quote, an apostrophe or a bracket. So `foo:bar`
  is an error, while `http://x`, `12:30`, `Re: x`, `C:\x` are words, and so are abbreviations in capitals with a
  suffix (`EU:n`, `S:t`).
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from index.query.errors import QueryError, Span, shown

if TYPE_CHECKING:
    from collections.abc import Iterator


class FieldKind(enum.Enum):
    """What a field's value is, and so how it is read."""

    TEXT = "text"
    DATE = "date"
    STATE = "state"
    ID = "id"
    SAVED = "saved search"


FIELDS = {
    "title": FieldKind.TEXT,
    "text": FieldKind.TEXT,
    "publisher": FieldKind.TEXT,
    "agency": FieldKind.TEXT,
    "author": FieldKind.TEXT,
    "place": FieldKind.TEXT,
    "language": FieldKind.TEXT,
    "tag": FieldKind.TEXT,
    "url": FieldKind.TEXT,
    "origin": FieldKind.TEXT,
    "id": FieldKind.ID,
    "published": FieldKind.DATE,
    "captured": FieldKind.DATE,
    "recorded": FieldKind.DATE,
    "is": FieldKind.STATE,
    "has": FieldKind.STATE,
    "query": FieldKind.SAVED,
}
"""The fields that a query may name, in the order in which they are listed to a user."""

# Names that people bring along from elsewhere and that no spelling distance would find.
_OTHER_NAMES = {
    "added": "recorded",
    "address": "url",
    "body": "text",
    "by": "author",
    "byline": "author",
    "content": "text",
    "country": "place",
    "date": "published",
    "domain": "url",
    "fetched": "captured",
    "file": "origin",
    "headline": "title",
    "keyword": "tag",
    "link": "url",
    "location": "place",
    "saved": "query",
    "site": "publisher",
    "source": "publisher",
    "year": "published",
}

STATES = {"is": ("retracted", "withheld"), "has": ("correction", "note")}
"""What a query may ask of what became of an article, behind each field of states."""

_QUOTES = '"“”„'

# Strings, compiled when they are first used: most queries are plain words, and need none of these.
_SPACE = r"\s+"
_WORD = rf"(?:\\\S|\\(?!\S)|[^\s()\\{_QUOTES}]|(?<=[^\W_])[{_QUOTES}](?=[^\W_]))+"
_MINUS = r"(?<![^\s(])-(?=[^\s)-])"
_NAME = r"([A-Za-z]+):"
_PHRASE = rf"(?s)[{_QUOTES}]((?:\\.|[^\\{_QUOTES}])*)[{_QUOTES}]"
_MEANT_AS_FIELD = rf"[^\W_]|[(\[{{'‘’{_QUOTES}]"
_ESCAPED_IN_WORD = r"\\(\S)"
_ESCAPED_IN_PHRASE = r"(?s)\\(.)"
_SPECIAL_IN_WORD = rf"[\\(){_QUOTES}]"
_SPECIAL_IN_PHRASE = rf"[\\{_QUOTES}]"
_NEAR = r"(?:NEAR|ADJ)/[0-9]{1,9}"
_BOOST = r"\^([0-9]{1,3}(?:\.[0-9]{1,3})?)(?=[\s()]|$)"
_BOOSTED = r"((?:\\\S|[^\\])+?)\^[0-9]{1,3}(?:\.[0-9]{1,3})?"
_FORMULA = "=+/<>"
"""Signs of formulas: a ^2 behind a word that has one is a power, and no boost."""
_FUZZY = r"~[0-9]?\?*$"
_WILDCARDS = r"[*?]"


class TokenKind(enum.Enum):
    """What a token is; the value is how a message names it."""

    WORD = "a word"
    PHRASE = "a phrase"
    FIELD = "a field"
    MINUS = "-"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR or ADJ"
    BOOST = "a boost"
    OPEN = "("
    CLOSE = ")"
    END = "the end"


_OPERATORS = {"AND": TokenKind.AND, "OR": TokenKind.OR, "NOT": TokenKind.NOT}
_PARENTHESES = {"(": TokenKind.OPEN, ")": TokenKind.CLOSE}
_BOOSTABLE = {TokenKind.WORD, TokenKind.PHRASE, TokenKind.CLOSE}


class Token(NamedTuple):
    """A token and its place.

    `text` is what stands for the content: a word or a phrase without quotes and escapes, a field's name in lower case,
    a boost's number.
    """

    kind: TokenKind
    text: str
    span: Span


def tokens(query: str) -> Iterator[Token]:
    """Yield a query's tokens, the last an END of no width. Linear in its length.

    Raises `QueryError` for a quote that is not closed and for a field that does not exist.
    """
    at = 0
    before: TokenKind | None = None
    while at < len(query):
        space = re.compile(_SPACE).match(query, at)
        if space:
            at, before = space.end(), None
            continue
        token = _token(query, at, before)
        yield token
        at, before = token.span.end, token.kind
    yield Token(TokenKind.END, "", Span(len(query), len(query)))


def searchable(text: str) -> bool:
    """Tell whether a text holds a letter or a digit of any script, the least that can be looked up."""
    return text.isalnum() or any(character.isalnum() for character in text)


def is_one_word(text: str) -> bool:
    """Tell whether a text is a single word, of letters, digits and the marks on them."""
    from index.analysis import is_token

    return is_token(text)


def wildcards(text: str) -> bool:
    """Tell whether a word has a * or a ? that is no question mark at its end."""
    return "*" in text or "?" in text.rstrip("?")


def is_pattern(text: str) -> bool:
    """Tell whether a text is one word of which a `*` stands for any letters, a `?` for one, and not just `nucl*`."""
    pieces = re.split(_WILDCARDS, text)
    return (
        not text.endswith("?")
        and len(pieces) > 1
        and any(pieces)
        and all(is_one_word(piece) for piece in pieces if piece)
        and wildcards(text.rstrip("*"))
    )


def is_boostable(word: str) -> bool:
    """Tell whether a `^2` right behind a word is a boost: not behind numbers and formulas, where it is a power."""
    return any(map(str.isalpha, word)) and not any(sign in word for sign in _FORMULA)


def escape_word(text: str) -> str:
    """Return how a word that holds this text is written. It holds no white space."""
    escaped = re.sub(_SPECIAL_IN_WORD, r"\\\g<0>", text)
    if wildcards(text):
        escaped = re.sub(_WILDCARDS, r"\\\g<0>", escaped)
    escaped = re.sub(_FUZZY, r"\\\g<0>", escaped)
    if re.fullmatch(rf"(?s).*{_BOOST}", text):
        start, _, number = escaped.rpartition("^")
        # As the lexer will see it, escapes and all.
        escaped = f"{start}\\^{number}" if is_boostable(start) else escaped
    if text in _OPERATORS or text.startswith("-") or re.fullmatch(_NEAR, text):
        return escaped if escaped.startswith("\\") else "\\" + escaped
    name = re.compile(_NAME).match(text)
    if name and _names_field(text, name) is not None:
        return escaped.replace(":", "\\:", 1)
    return escaped


def escape_phrase(text: str) -> str:
    """Return how a phrase of this text is written, quotes included."""
    escaped = re.sub(_SPECIAL_IN_PHRASE, r"\\\g<0>", text)
    return f'"{escaped}"'


def _token(query: str, at: int, before: TokenKind | None) -> Token:
    """Read the token at an offset that is not white space; `before` is the token that touches it on the left."""
    character = query[at]
    if character in _PARENTHESES:
        return Token(_PARENTHESES[character], character, Span(at, at + 1))
    if character in _QUOTES:
        return _phrase(query, at)
    if character == "^" and before in _BOOSTABLE and (boost := re.compile(_BOOST).match(query, at)):
        return Token(TokenKind.BOOST, boost[1], Span(*boost.span()))
    if before is not TokenKind.FIELD:
        if re.compile(_MINUS).match(query, at):
            return Token(TokenKind.MINUS, "-", Span(at, at + 1))
        name = re.compile(_NAME).match(query, at)
        known = _names_field(query, name) if name else None
        if name and known is False:
            raise _unknown_field(query, name)
        if name and known:
            return Token(TokenKind.FIELD, name[1].lower(), Span(*name.span()))
    return _word(query, at, glued=before in {TokenKind.FIELD, TokenKind.MINUS})


def _phrase(query: str, at: int) -> Token:
    match = re.compile(_PHRASE).match(query, at)
    if match is None:
        raise QueryError(
            "this quote is not closed",
            query=query,
            span=Span(at, at + 1),
            hint='close it, or take it away; a quote that is part of the text is written \\"',
        )
    return Token(TokenKind.PHRASE, re.sub(_ESCAPED_IN_PHRASE, r"\1", match[1]), Span(*match.span()))


def _word(query: str, at: int, *, glued: bool) -> Token:
    match = re.compile(_WORD).match(query, at)
    # Parentheses, quotes and white space were seen to; every other character is one of a word.
    end = match.end() if match else at + 1
    raw = query[at:end]
    kind = TokenKind.WORD if glued else _operator(raw)
    if (
        "^" in raw
        and (boosted := re.fullmatch(_BOOSTED, raw))
        and is_boostable(boosted[1])
        and re.compile(_BOOST).match(query, at + boosted.end(1))
    ):
        # What is left is no operator, as something is behind it.
        raw, kind = boosted[1], TokenKind.WORD
        end = at + len(raw)
    text = re.sub(_ESCAPED_IN_WORD, r"\1", raw) if "\\" in raw else raw
    return Token(kind, text, Span(at, end))


def _operator(raw: str) -> TokenKind:
    kind = _OPERATORS.get(raw, TokenKind.WORD)
    return TokenKind.NEAR if kind is TokenKind.WORD and "/" in raw and re.fullmatch(_NEAR, raw) else kind


def _names_field(text: str, name: re.Match[str]) -> bool | None:
    """Tell whether a match of `_NAME` is a field: True, False where it is meant as one, None where it is a word."""
    known = FIELDS.get(name[1].lower())
    if known in {FieldKind.STATE, FieldKind.ID, FieldKind.SAVED} and not text[name.end() : name.end() + 1].strip():
        # The question is: these end sentences, or label what follows, ahead of a colon more often than others.
        return None
    if known is not None:
        return True
    if name[1].isupper() or not re.compile(_MEANT_AS_FIELD).match(text, name.end()):
        return None
    return False


def _unknown_field(query: str, name: re.Match[str]) -> QueryError:
    from difflib import get_close_matches

    wrong = name[1].lower()
    near = [_OTHER_NAMES[wrong]] if wrong in _OTHER_NAMES else get_close_matches(wrong, FIELDS, 1)
    advice = f"did you mean {near[0]}:?" if near else f"the fields are {', '.join(FIELDS)}."
    return QueryError(
        f"there is no field {shown(name[1])!r}",
        query=query,
        span=Span(*name.span(1)),
        hint=f"{advice} To search for it as text, put it in quotes.",
    )
