r"""The query language: `parse` makes a tree of a query or says what is wrong with it.

    query        = alternatives
    alternatives = branch { "OR" branch }
    branch       = chain { chain }                    one behind the other: AND, or OR with `any_word`
    chain        = proximity { "AND" proximity }
    proximity    = operand { distance operand }       one distance; operands are words and phrases, or an OR of these
    operand      = "NOT" proximity | minus operand | term [ boost ]
    term         = word | phrase | "(" alternatives ")" | text-field value [ boost ] | date-field dates [ "?" ]
                 | state-field state | id-field word | saved-field word
    value        = word | phrase | "(" alternatives ")"       right behind the colon
    word         = plain | beginning "*" | pattern | plain "~" [ "1" | "2" ]

`lexer` says what a word, a phrase, a minus, a boost, a distance and a field are, `dates` what `dates` are.

- NEAR and ADJ bind tightest, then NOT, then AND, spelt out or not, then OR: `a b OR c NOT d` is
  `(a AND b) OR (c AND NOT d)`. A minus binds to what it touches.
- With `any_word`, juxtaposition is one more way to say OR, an AND that is spelt out binds tighter, and what is
  negated still excludes: `a b -c` is `(a OR b) AND NOT c`.
- What has no letter and no digit (`&`, `—`, `"..."`) is left out, with the operators that joined it, unless nothing
  else is there to search for.
- A query that only negates is legitimate: all articles but those.

Limits: 10,000 characters, 1,000 terms (each word of a phrase counts), 50 levels of parentheses and negations; saved
searches count as what stands for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from index.query.ast import (
    MAX_DISTANCE,
    MAX_EDITS,
    And,
    Boost,
    DateRange,
    Fuzzy,
    InField,
    InState,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    WithId,
    Word,
    can_be_near,
    placed,
)
from index.query.dates import date_range
from index.query.errors import QueryError, Span, shown
from index.query.lexer import (
    FIELDS,
    STATES,
    FieldKind,
    Token,
    TokenKind,
    is_one_word,
    is_pattern,
    searchable,
    tokens,
)

MAX_CHARACTERS = 10_000
MAX_TERMS = 1_000
MAX_NESTING = 50

_VALUE = {TokenKind.WORD, TokenKind.PHRASE, TokenKind.OPEN}
_NO_OPERAND = {TokenKind.AND, TokenKind.OR, TokenKind.NEAR, TokenKind.CLOSE, TokenKind.END}
_FUZZY = r"(.+)~([0-9]?)"
_SHORT = 5
"""Letters up to which one letter may be wrong, where it is not said how many; two in longer words."""

Saved: TypeAlias = Callable[[str], str | None]
"""From the name of a saved search to its query; None where there is none."""
_TEXT = r"\S+"
_PLAIN = r"[A-Z]?[a-z0-9]+(?: [A-Z]?[a-z0-9]+)*"
"""Words without anything that could be syntax, an operator among them: most queries."""
_PLAIN_PHRASE = r'"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*"'
_SHORT_PHRASE = 100
"""Characters of a phrase that is within all limits."""


def parse(query: str, *, any_word: bool = False, saved: Saved | None = None) -> Node:
    """Return the tree of a query. Linear in its length, and in that of the saved searches it names.

    `any_word` makes words that stand one behind the other alternatives, instead of asking for all of them; not so in
    saved searches, which mean the same everywhere. Dates such as `yesterday` are read by the clock, in UTC. Raises
    `QueryError` for anything that is not in the language; never another exception.
    """
    if plain_words(query):
        return parse_literal(query, any_word=any_word)
    if len(query) <= _SHORT_PHRASE and re.fullmatch(_PLAIN_PHRASE, query):
        return Phrase(query[1:-1], span=Span(0, len(query)))
    return _parse(query, any_word=any_word, saved=_SavedSearches(saved))


def plain_words(query: str) -> list[str]:
    """Return the words of a query that is within the limits and has nothing that could be syntax; none of another.

    Each is one token. Of them `parse` makes a tree of words and nothing else, which nobody needs who has the words.
    """
    if len(query) > MAX_CHARACTERS or not re.fullmatch(_PLAIN, query):
        return []
    words = query.split(" ")
    return words if len(words) <= MAX_TERMS else []


def _parse(query: str, *, any_word: bool, saved: _SavedSearches) -> Node:
    _check_length(query)
    read = list(tokens(query))
    _check_terms(query, [token for token in read if token.kind in {TokenKind.WORD, TokenKind.PHRASE}])
    return _Parser(query, read, any_word=any_word, saved=saved).query()


def parse_literal(query: str, *, any_word: bool = False) -> Node:
    """Return the tree of a query without syntax: words between white space, whatever punctuation is in them.

    Raises `QueryError` where there is no word, or where there are too many.
    """
    _check_length(query)
    words = list(re.finditer(_TEXT, query))
    if len(words) > MAX_TERMS:
        _check_terms(query, [Token(TokenKind.WORD, match[0], Span(*match.span())) for match in words])
    kept: list[Node] = [Word(word, span=Span(*match.span())) for match in words if searchable(word := match[0])]
    if not kept:
        raise _nothing(query)
    return _join(Or if any_word else And, kept, Span(kept[0].span.start, kept[-1].span.end))


class _Parser:
    """Recursive descent over the tokens of one query; holds the cursor.

    A method that reads an operand returns None where nothing in it can be searched for.
    """

    def __init__(self, query: str, read: list[Token], *, any_word: bool, saved: _SavedSearches) -> None:
        self._query = query
        self._saved = saved
        self._tokens = read
        self._at = 0
        self._any_word = any_word

    def query(self) -> Node:
        if self._next.kind is TokenKind.END:
            raise _nothing(self._query)
        node = self._alternatives(0)
        if self._next.kind is TokenKind.CLOSE:
            raise self._closes_nothing(self._next)
        if node is None:
            raise _nothing(self._query)
        return node

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _advance(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _since(self, start: Token) -> Span:
        """Return the span from a token to the last one that was read."""
        return Span(start.span.start, self._tokens[self._at - 1].span.end)

    def _alternatives(self, depth: int) -> Node | None:
        start = self._next
        found = self._branch(depth)
        while self._next.kind is TokenKind.OR:
            self._binary_operator()
            found += self._branch(depth)
        return _join(Or, found, self._since(start)) if found else None

    def _branch(self, depth: int) -> list[Node]:
        """Read chains up to an OR or an end; return the alternatives they are, more than one only with `any_word`."""
        start = self._next
        chains: list[list[Node]] = []
        while not chains or self._next.kind not in _NO_OPERAND:
            first = self._next
            chain = self._chain(depth)
            if self._any_word and len(chain) > 1:
                chain = [And(tuple(chain), span=self._since(first))]
            chains.append(chain)
        found = [node for chain in chains for node in chain]
        if not self._any_word:
            return [_join(And, found, self._since(start))] if found else []
        wanted: list[Node] = [node for node in found if not isinstance(node, Not)]
        excluded = [node for node in found if isinstance(node, Not)]
        if not excluded:
            return wanted
        either = [_join(Or, wanted, Span(wanted[0].span.start, wanted[-1].span.end))] if wanted else []
        return [_join(And, [*either, *excluded], self._since(start))]

    def _chain(self, depth: int) -> list[Node]:
        found = [self._proximity(depth)]
        while self._next.kind is TokenKind.AND:
            self._binary_operator()
            found.append(self._proximity(depth))
        return [node for node in found if node is not None]

    def _proximity(self, depth: int) -> Node | None:
        """Read operands that are joined by one NEAR or ADJ, or a single one."""
        start = self._next
        found = [self._operand(depth)]
        first = self._next
        if first.kind is not TokenKind.NEAR:
            return found[0]
        while self._next.kind is TokenKind.NEAR:
            operator = self._next
            if operator.text != first.text:
                raise self._error(
                    f"{first.text} and {operator.text} cannot follow one another",
                    operator.span,
                    f"write both whole and join them: a {first.text} b AND b {operator.text} c",
                )
            self._binary_operator()
            found.append(self._operand(depth))
        distance = int(first.text.partition("/")[2])
        if not 1 <= distance <= MAX_DISTANCE:
            raise self._error(f"words are 1 to {MAX_DISTANCE} apart, not {distance}", first.span)
        kept = [node for node in found if node is not None]
        for node in kept:
            if not can_be_near(node):
                raise self._error(
                    f"{first.text} stands between words and phrases, or (groups OR such)",
                    node.span,
                    f"a field or a boost goes around the whole: title:(a {first.text} b), (a {first.text} b)^2",
                )
        if len(kept) < 2:
            return kept[0] if kept else None
        return Near(tuple(kept), distance, ordered=first.text.startswith("ADJ"), span=self._since(start))

    def _binary_operator(self) -> None:
        """Step over an operator whose left side was read."""
        operator = self._advance()
        if self._next.kind in _NO_OPERAND:
            raise self._dangling(operator, "right")

    def _operand(self, depth: int) -> Node | None:
        start = self._next
        node = self._unboosted(depth)
        while self._next.kind is TokenKind.BOOST:
            boost = self._advance()
            factor = float(boost.text)
            if not factor:
                raise self._error("a boost of 0 would leave nothing of it", boost.span, "to leave it out, write -word")
            if node is not None:
                node = Boost(node, factor, span=self._since(start))
        return node

    def _unboosted(self, depth: int) -> Node | None:
        token = self._next
        match token.kind:
            case TokenKind.NOT | TokenKind.MINUS:
                return self._negation(depth)
            case TokenKind.OPEN:
                return self._group(depth)
            case TokenKind.FIELD:
                return self._in_field(depth)
            case TokenKind.WORD | TokenKind.PHRASE:
                self._advance()
                if not searchable(token.text):
                    return None
                return self._word(token) if token.kind is TokenKind.WORD else Phrase(token.text, span=token.span)
            case TokenKind.CLOSE:
                raise self._closes_nothing(token)
            case _:
                # Every way here has looked out for the END; what is left is an operator where an operand begins.
                raise self._dangling(token, "left")

    def _negation(self, depth: int) -> Node | None:
        token = self._advance()
        self._check_depth(token, depth)
        if self._next.kind in _NO_OPERAND:
            raise self._dangling(token, "right")
        child = self._proximity(depth + 1) if token.kind is TokenKind.NOT else self._operand(depth + 1)
        return Not(child, span=self._since(token)) if child is not None else None

    def _group(self, depth: int) -> Node | None:
        opening = self._advance()
        inside = self._at
        self._check_depth(opening, depth)
        node = None if self._next.kind in {TokenKind.CLOSE, TokenKind.END} else self._alternatives(depth + 1)
        closing = self._next
        if closing.kind is TokenKind.END:
            raise self._error("this ( is not closed", opening.span, "close it with ), or take it away")
        if self._at == inside:
            raise self._error("there is nothing between these parentheses", Span(opening.span.start, closing.span.end))
        self._advance()
        return node

    def _in_field(self, depth: int) -> Node:
        field = self._advance()
        value = self._next
        if value.kind not in _VALUE or value.span.start != field.span.end:
            example = shown(value.text) if value.kind is TokenKind.WORD and searchable(value.text) else "…"
            raise self._error(
                f"there is nothing behind {field.text}:",
                field.span,
                f"write {field.text}:{example} without a space, or put it in quotes to search for it as text",
            )
        match FIELDS[field.text]:
            case FieldKind.DATE:
                return self._dates(field)
            case FieldKind.STATE:
                return self._state(field)
            case FieldKind.ID:
                return WithId(self._single(field, "id:5 or id:01987f2e-…").text, span=self._since(field))
            case FieldKind.SAVED:
                return self._saved_search(field)
            case FieldKind.TEXT:
                pass
        if value.kind is TokenKind.WORD and self._query[value.span.start] == "-":
            raise self._error(
                "a minus stands before the field, not behind it",
                Span(value.span.start, value.span.start + 1),
                f"write -{field.text}:{shown(value.text.lstrip('-')) or '…'}",
            )
        child = self._operand(depth)
        if child is None:
            raise self._error(f"there is nothing to search for in {field.text}:", self._since(field))
        return InField(field.text, child, span=self._since(field))

    def _dates(self, field: Token) -> Node:
        value = self._advance()
        if value.kind is not TokenKind.WORD:
            raise self._error(
                f"{field.text}: takes one date or one range",
                value.span,
                f"write {field.text}:2021-04 or {field.text}:2020..2021; join several of them with OR",
            )
        doubtful = value.text.endswith("?")
        if doubtful and field.text != "published":
            raise self._error(
                f"{field.text}: is known for certain, and takes no ?", Span(value.span.end - 1, value.span.end)
            )
        span = Span(value.span.start, value.span.end - doubtful)
        earliest, latest = date_range(self._query, span)
        return DateRange(field.text, earliest, latest, doubtful=doubtful, span=self._since(field))

    def _single(self, field: Token, example: str) -> Token:
        """Read the one word behind a field."""
        value = self._advance()
        if value.kind is not TokenKind.WORD or not searchable(value.text):
            raise self._error(f"{field.text}: takes one word", value.span, f"write {example}")
        return value

    def _saved_search(self, field: Token) -> Node:
        name = self._single(field, "query:NAME, the name that was given to --save").text
        span = self._since(field)
        try:
            return placed(self._saved.tree(name), span)
        except _NotSavedError as error:
            raise self._error(str(error), span, error.hint) from None
        except QueryError as error:
            raise self._error(f"in the saved search {shown(name)!r}: {error.message}", span, error.hint) from None

    def _state(self, field: Token) -> Node:
        value = self._advance()
        states = STATES[field.text]
        if value.kind is not TokenKind.WORD or value.text.lower() not in states:
            known = " or ".join(f"{name}:{state}" for name, known in STATES.items() for state in known)
            raise self._error(
                f"{field.text}: takes {' or '.join(states)}",
                value.span,
                f"write {known}, or put it in quotes to search for it as text",
            )
        return InState(field.text, value.text.lower(), span=self._since(field))

    def _word(self, token: Token) -> Node:
        """Return what a word stands for: itself, or words that are like it in the way that a *, a ? or a ~ says."""
        raw = self._query[token.span.start : token.span.end]
        if "\\" not in raw:
            # At the end of a word a ? is a question mark.
            form = raw.rstrip("?")
            if is_pattern(form):
                return Pattern(form, span=token.span)
            fuzzy = re.fullmatch(_FUZZY, form)
            if fuzzy and is_one_word(fuzzy[1]):
                return self._fuzzy(token, fuzzy[1], fuzzy[2])
        raw = raw.rstrip("?")
        if raw.endswith("*") and not raw.endswith("\\*"):
            return self._prefix(token)
        return Word(token.text, span=token.span)

    def _fuzzy(self, token: Token, word: str, edits: str) -> Fuzzy:
        most = int(edits) if edits else 1 if len(word) <= _SHORT else 2
        if not 1 <= most <= MAX_EDITS:
            raise self._error(
                f"a word is 1 or 2 letters off, not {most}", token.span, f"write {shown(word)}~2, or a * for its end"
            )
        if len(word) <= most:
            raise self._error(f"~{most} takes a word of {most + 1} letters or more", token.span, f"write {word} alone")
        return Fuzzy(word, most, span=token.span)

    def _prefix(self, token: Token) -> Prefix:
        text = token.text.rstrip("?")[:-1]
        if not is_one_word(text):
            raise self._error(
                "a * stands behind the beginning of one word, of letters and digits",
                Span(token.span.end - 1, token.span.end),
                f"{shown(text)}\\* takes the * as text",
            )
        return Prefix(text, span=token.span)

    def _check_depth(self, token: Token, depth: int) -> None:
        if depth >= MAX_NESTING:
            raise self._error(f"parentheses and negations are nested deeper than {MAX_NESTING} levels", token.span)

    def _closes_nothing(self, token: Token) -> QueryError:
        return self._error("this ) closes nothing", token.span, "take it away, or open it with ( further to the left")

    def _dangling(self, operator: Token, side: str) -> QueryError:
        word = operator.text if operator.kind is TokenKind.NEAR else operator.kind.value
        return self._error(
            f"{word} has nothing on its {side}",
            operator.span,
            f"to search for the word, write it in small letters: {word.lower()}",
        )

    def _error(self, message: str, span: Span, hint: str | None = None) -> QueryError:
        return QueryError(message, query=self._query, span=span, hint=hint)


class _NotSavedError(Exception):
    """There is no such saved search, or it cannot be put in; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class _SavedSearches:
    """The saved searches that a query names; keeps which are being read, and how much more may be."""

    def __init__(self, saved: Saved | None) -> None:
        self._saved = saved
        self._reading: list[str] = []
        self._left = MAX_CHARACTERS

    def tree(self, name: str) -> Node:
        """Return the tree of a saved search. Raises _NotSavedError, QueryError."""
        if name in self._reading:
            way = " → ".join([*self._reading[self._reading.index(name) :], name])
            raise _NotSavedError(f"saved searches go in a circle: {way}", "save one of them anew")
        query = self._saved(name) if self._saved is not None else None
        if query is None:
            raise _NotSavedError(
                f"there is no saved search {shown(name)!r}", f"make it: morgue search --save {shown(name)} QUERY"
            )
        self._left -= len(query)
        if self._left < 0 or len(self._reading) >= MAX_NESTING:
            raise _NotSavedError(
                f"the saved searches are longer than {MAX_CHARACTERS:,} characters in all, or {MAX_NESTING} deep",
                "name fewer of them",
            )
        self._reading.append(name)
        node = _parse(query, any_word=False, saved=self)
        self._reading.pop()
        return node


def _join(kind: type[And | Or], nodes: list[Node], span: Span) -> Node:
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes), span=span)


def _nothing(query: str) -> QueryError:
    return QueryError(
        "there is nothing to search for", query=query, span=Span(0, len(query)), hint="name a word, a phrase or a field"
    )


def _check_length(query: str) -> None:
    if len(query) > MAX_CHARACTERS:
        raise QueryError(
            f"the query is longer than {MAX_CHARACTERS:,} characters",
            query=query,
            span=Span(MAX_CHARACTERS, len(query)),
        )


def _check_terms(query: str, terms: list[Token]) -> None:
    count = 0
    for term in terms:
        count += max(1, len(term.text.split()))
        if count > MAX_TERMS:
            raise QueryError(f"the query has more than {MAX_TERMS:,} terms", query=query, span=term.span)
