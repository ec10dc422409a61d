"""A query as values: what was asked, before any word is analysed.

A `Word` holds what the user typed; folding, stemming and splitting at hyphens are for whoever compiles the tree.
Equality looks at meaning only, so a tree printed by `to_query` and parsed again equals itself though its spans moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from index.query.errors import Span
from index.query.lexer import FIELDS, FieldKind, escape_phrase, escape_word, is_one_word, searchable

if TYPE_CHECKING:
    from collections.abc import Iterator

Date: TypeAlias = tuple[int, int, int]
"""A day of the Gregorian calendar: year, month, day."""

Node: TypeAlias = "Word | Phrase | Prefix | And | Or | Not | InField | DateRange"

_NOWHERE = Span(0, 0)


def _check_searchable(instance: Word | Phrase, _: attrs.Attribute[str], text: str) -> None:
    if not searchable(text):
        raise ValueError(f"a {type(instance).__name__} needs a letter or a digit: {text!r}")


def _check_one_word(_: Word, __: attrs.Attribute[str], text: str) -> None:
    if any(character.isspace() for character in text):
        raise ValueError(f"white space in a word: {text!r}")


def _check_beginning(_: Prefix, __: attrs.Attribute[str], text: str) -> None:
    if not is_one_word(text):
        raise ValueError(f"no beginning of one word: {text!r}")


def _check_several(instance: And | Or, _: attrs.Attribute[tuple[Node, ...]], children: tuple[Node, ...]) -> None:
    if len(children) < 2:
        raise ValueError(f"{type(instance).__name__} joins two nodes or more, not {len(children)}")


def _check_kind(instance: InField | DateRange, _: attrs.Attribute[str], field: str) -> None:
    wanted = FieldKind.TEXT if isinstance(instance, InField) else FieldKind.DATE
    if FIELDS.get(field) is not wanted:
        raise ValueError(f"{field!r} is no field of {wanted.value}")


@attrs.frozen
class Word:
    """One word as it was typed, punctuation included: `U.S.`, `COVID-19`, `don't`. No white space."""

    text: str = attrs.field(validator=[_check_searchable, _check_one_word])
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class Phrase:
    """Words that stand next to each other in this order: the raw text between the quotes."""

    text: str = attrs.field(validator=_check_searchable)
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class Prefix:
    """Words that begin so: what stands ahead of the star. A word on its own, of letters and digits."""

    text: str = attrs.field(validator=_check_beginning)
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class And:
    """Articles that match every child. Two children or more."""

    children: tuple[Node, ...] = attrs.field(validator=_check_several)
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class Or:
    """Articles that match one child or more. Two children or more."""

    children: tuple[Node, ...] = attrs.field(validator=_check_several)
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class Not:
    """Articles that do not match the child: out of all articles, where it stands alone."""

    child: Node
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class InField:
    """The child, its words looked up in one field only. A field named further inside wins over this one."""

    field: str = attrs.field(validator=_check_kind)
    child: Node
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class DateRange:
    """Articles whose date lies in a range of days, both ends included; None is an open end, but not at both.

    No field around it has any say: `title:(published:2021)` asks for the date of the article.
    """

    field: str = attrs.field(validator=_check_kind)
    earliest: Date | None
    latest: Date | None
    span: Span = attrs.field(default=_NOWHERE, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.earliest is None and self.latest is None:
            raise ValueError("a range of dates needs an end")
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            raise ValueError(f"a range of dates that ends before it begins: {self.earliest} to {self.latest}")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, parents first, children in their order."""
    yield node
    match node:
        case And() | Or():
            for child in node.children:
                yield from walk(child)
        case Not() | InField():
            yield from walk(node.child)
        case _:
            pass


def words(node: Node, field: str | None = None) -> Iterator[tuple[str | None, Word | Phrase]]:
    """Yield the words and phrases that a hit may contain, in order, each with the field it is looked up in.

    None is no particular field. Nothing below a `Not` is yielded: these are the words to highlight and to expand.
    """
    match node:
        case Word() | Phrase():
            yield field, node
        case And() | Or():
            for child in node.children:
                yield from words(child, field)
        case InField():
            yield from words(node.child, node.field)
        case _:
            pass


def to_query(node: Node) -> str:
    """Return the canonical text of a query.

    Operators and days are spelt out, so the text means the same whether juxtaposition stands for AND or for OR:
    `parse` gives back an equal tree either way. (Only a text that spelling out has pushed past one of the limits of
    `parse` is refused there.)
    """
    match node:
        case Word():
            text = escape_word(node.text)
        case Phrase():
            text = escape_phrase(node.text)
        case Prefix():
            text = f"{node.text}*"
        case And():
            text = " AND ".join(_within(child, And, Or) for child in node.children)
        case Or():
            text = " OR ".join(_within(child, Or) for child in node.children)
        case Not():
            # No "--x": a double hyphen is a dash.
            double = isinstance(node.child, Not)
            text = f"NOT {to_query(node.child)}" if double else f"-{_within(node.child, And, Or)}"
        case InField():
            text = f"{node.field}:{_within(node.child, And, Or, Not, InField, DateRange)}"
        case _:
            text = f"{node.field}:{_days(node.earliest, node.latest)}"
    return text


def _within(child: Node, *looser: type[And | Or | Not | InField | DateRange]) -> str:
    """Print a child, in parentheses if it is one of the kinds that bind looser than what is around it."""
    text = to_query(child)
    return f"({text})" if isinstance(child, looser) else text


def _days(earliest: Date | None, latest: Date | None) -> str:
    first, last = ("" if day is None else "{:04}-{:02}-{:02}".format(*day) for day in (earliest, latest))
    return first if first == last else f"{first}..{last}"
