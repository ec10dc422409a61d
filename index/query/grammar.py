r"""The query language: `parse` makes a tree of a query or says what is wrong with it.

    query        = alternatives
    alternatives = branch { "OR" branch }
    branch       = chain { chain }                    one behind the other: AND, or OR with `any_word`
    chain        = operand { "AND" operand }
    operand      = "NOT" operand | minus operand | term
    term         = word | phrase | "(" alternatives ")" | text-field value | date-field dates | state-field state
    value        = word | phrase | "(" alternatives ")"       right behind the colon

`lexer` says what a word, a phrase, a minus and a field are, `dates` what `dates` are.

- NOT binds tightest, then AND, spelt out or not, then OR: `a b OR c NOT d` is `(a AND b) OR (c AND NOT d)`.
- With `any_word`, juxtaposition is one more way to say OR, an AND that is spelt out binds tighter, and what is
  negated still excludes: `a b -c` is `(a OR b) AND NOT c`.
- What has no letter and no digit (`&`, `—`, `"..."`) is left out, with the operators that joined it, unless nothing
  else is there to search for.
- A query that only negates is legitimate: all articles but those.

Limits: 10,000 characters, 1,000 terms (each word of a phrase counts), 50 levels of parentheses and negations.
"""

from __future__ import annotations

import re

from index.query.ast import And, DateRange, InField, InState, Node, Not, Or, Phrase, Prefix, Word
from index.query.dates import date_range
from index.query.errors import QueryError, Span, shown
from index.query.lexer import FIELDS, STATES, FieldKind, Token, TokenKind, is_one_word, searchable, tokens

MAX_CHARACTERS = 10_000
MAX_TERMS = 1_000
MAX_NESTING = 50

_VALUE = {TokenKind.WORD, TokenKind.PHRASE, TokenKind.OPEN}
_NO_OPERAND = {TokenKind.AND, TokenKind.OR, TokenKind.CLOSE, TokenKind.END}
_TEXT = r"\S+"
_PLAIN = r"[A-Z]?[a-z0-9]+(?: [A-Z]?[a-z0-9]+)*"
"""Words without anything that could be syntax, an operator among them: most queries."""


def parse(query: str, *, any_word: bool = False) -> Node:
    """Return the tree of a query. Linear in its length.

    `any_word` makes words that stand one behind the other alternatives, instead of asking for all of them. Raises
    `QueryError` for anything that is not in the language; never another exception.
    """
    if re.fullmatch(_PLAIN, query):
        return parse_literal(query, any_word=any_word)
    _check_length(query)
    read = list(tokens(query))
    _check_terms(query, [token for token in read if token.kind in {TokenKind.WORD, TokenKind.PHRASE}])
    return _Parser(query, read, any_word=any_word).query()


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

    def __init__(self, query: str, read: list[Token], *, any_word: bool) -> None:
        self._query = query
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
        found = [self._operand(depth)]
        while self._next.kind is TokenKind.AND:
            self._binary_operator()
            found.append(self._operand(depth))
        return [node for node in found if node is not None]

    def _binary_operator(self) -> None:
        """Step over an AND or an OR, whose left side was read."""
        operator = self._advance()
        if self._next.kind in _NO_OPERAND:
            raise self._dangling(operator, "right")

    def _operand(self, depth: int) -> Node | None:
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
                if self._has_star(token):
                    return self._prefix(token)
                kind = Word if token.kind is TokenKind.WORD else Phrase
                return kind(token.text, span=token.span) if searchable(token.text) else None
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
        child = self._operand(depth + 1)
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
        if FIELDS[field.text] is FieldKind.DATE:
            return self._dates(field)
        if FIELDS[field.text] is FieldKind.STATE:
            return self._state(field)
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
        earliest, latest = date_range(self._query, value.span)
        return DateRange(field.text, earliest, latest, span=self._since(field))

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

    def _has_star(self, token: Token) -> bool:
        """Tell whether a token asks for words by their beginning: `nucl*`."""
        raw = self._query[token.span.start : token.span.end]
        return token.kind is TokenKind.WORD and raw.endswith("*") and not raw.endswith("\\*") and searchable(raw)

    def _prefix(self, token: Token) -> Prefix:
        text = token.text[:-1]
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
        word = operator.kind.value
        return self._error(
            f"{word} has nothing on its {side}",
            operator.span,
            f"to search for the word, write it in small letters: {word.lower()}",
        )

    def _error(self, message: str, span: Span, hint: str | None = None) -> QueryError:
        return QueryError(message, query=self._query, span=span, hint=hint)


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
