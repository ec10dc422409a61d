"""A query as values: what was asked, before any word is analysed.

A `Word` holds what the user typed; folding, stemming and splitting at hyphens are for whoever compiles the tree.
Equality looks at meaning only, so a tree printed by `to_query` and parsed again equals itself though its spans moved.

The nodes are plain classes: writing the methods of eight classes of attrs takes a fiftieth of a whole search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from index.query.errors import Span
from index.query.lexer import (
    FIELDS,
    STATES,
    FieldKind,
    escape_phrase,
    escape_word,
    is_boostable,
    is_one_word,
    is_pattern,
    searchable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Date: TypeAlias = tuple[int, int, int]
"""A day of the Gregorian calendar: year, month, day."""

Node: TypeAlias = (
    "Word | Phrase | Prefix | Pattern | Fuzzy | Near | Boost | And | Or | Not | InField | DateRange | InState | WithId"
)

MAX_DISTANCE = 99
"""Words apart, at the most, for NEAR and ADJ: names and passages stand further apart than that in the index."""

MAX_EDITS = 2

_NOWHERE = Span(0, 0)


class _Node:
    """A node, which never changes: its `span` says where it was read, its other members what it means."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span: Final = span

    def _meaning(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in type(self).__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Node) and type(self) is type(other) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash((type(self), self._meaning()))

    def __repr__(self) -> str:
        members = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__slots__)
        return f"{type(self).__name__}({members})"


class Word(_Node):
    """One word as it was typed, punctuation included: `U.S.`, `COVID-19`, `don't`. No white space."""

    __slots__ = ("text",)

    def __init__(self, text: str, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        _check_searchable(self, text)
        if text.split() != [text]:
            raise ValueError(f"white space in a word: {text!r}")
        self.text: Final = text


class Phrase(_Node):
    """Words that stand next to each other in this order: the raw text between the quotes."""

    __slots__ = ("text",)

    def __init__(self, text: str, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        _check_searchable(self, text)
        self.text: Final = text


class Prefix(_Node):
    """Words that begin so: what stands ahead of the star. A word on its own, of letters and digits."""

    __slots__ = ("text",)

    def __init__(self, text: str, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        if not is_one_word(text):
            raise ValueError(f"no beginning of one word: {text!r}")
        self.text: Final = text


class Pattern(_Node):
    """Words of this form: `*` stands for any letters or none, `?` for one. `nucl*` is a `Prefix`."""

    __slots__ = ("text",)

    def __init__(self, text: str, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        if not is_pattern(text):
            raise ValueError(f"no form of one word: {text!r}")
        self.text: Final = text


class Fuzzy(_Node):
    """Words that `edits` letters or fewer make this one: taken out, put in, or another in their place. 1 or 2."""

    __slots__ = ("edits", "text")

    def __init__(self, text: str, edits: int, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        if not is_one_word(text) or not 1 <= edits <= MAX_EDITS or len(text) <= edits:
            raise ValueError(f"no word that can be {edits} letters off: {text!r}")
        self.text: Final = text
        self.edits: Final = edits


class Near(_Node):
    """Words of which each stands at most `distance` words from the next one, behind it if `ordered`. Two or more.

    Side by side is a distance of 1. A child is a word, phrase, prefix, pattern or fuzzy word, or an `Or` of these. All
    stand in one field; of a phrase the word that is nearer counts, and no two share a word.
    """

    __slots__ = ("children", "distance", "ordered")

    def __init__(self, children: tuple[Node, ...], distance: int, *, ordered: bool, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        _check_several(self, children)
        if not 1 <= distance <= MAX_DISTANCE:
            raise ValueError(f"words are 1 to {MAX_DISTANCE} apart, not {distance}")
        if not all(map(can_be_near, children)):
            raise ValueError("only words stand near others")
        self.children: Final = children
        self.distance: Final = distance
        self.ordered: Final = ordered


class Boost(_Node):
    """The child, its scores times `factor`: 0.001 to 999.999, in thousandths."""

    __slots__ = ("child", "factor")

    def __init__(self, child: Node, factor: float, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        if not 0 < factor < 1000 or round(factor, 3) != factor:
            raise ValueError(f"no factor of a boost: {factor}")
        self.child: Final = child
        self.factor: Final = factor


class And(_Node):
    """Articles that match every child. Two children or more."""

    __slots__ = ("children",)

    def __init__(self, children: tuple[Node, ...], *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        _check_several(self, children)
        self.children: Final = children


class Or(_Node):
    """Articles that match one child or more. Two children or more."""

    __slots__ = ("children",)

    def __init__(self, children: tuple[Node, ...], *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        _check_several(self, children)
        self.children: Final = children


class Not(_Node):
    """Articles that do not match the child: out of all articles, where it stands alone."""

    __slots__ = ("child",)

    def __init__(self, child: Node, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        self.child: Final = child


class InField(_Node):
    """The child, its words looked up in one field only. A field named further inside wins over this one."""

    __slots__ = ("child", "field")

    def __init__(self, field: str, child: Node, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        _check_kind(field, FieldKind.TEXT)
        self.field: Final = field
        self.child: Final = child


class DateRange(_Node):
    """Articles whose date lies in a range of days, both ends included; None is an open end, but not at both.

    With `doubtful`, of `published` alone, those too whose date may lie there, as it is not known that well or at all.

    No field around it has any say: `title:(published:2021)` asks for the date of the article.
    """

    __slots__ = ("doubtful", "earliest", "field", "latest")

    def __init__(
        self,
        field: str,
        earliest: Date | None,
        latest: Date | None,
        *,
        doubtful: bool = False,
        span: Span = _NOWHERE,
    ) -> None:
        super().__init__(span)
        _check_kind(field, FieldKind.DATE)
        if doubtful and field != "published":
            raise ValueError(f"what was {field} has a date that is known")
        if earliest is None and latest is None:
            raise ValueError("a range of dates needs an end")
        if earliest is not None and latest is not None and earliest > latest:
            raise ValueError(f"a range of dates that ends before it begins: {earliest} to {latest}")
        self.field: Final = field
        self.earliest: Final = earliest
        self.latest: Final = latest
        self.doubtful: Final = doubtful


class InState(_Node):
    """Articles of which something became: `is:retracted`, `has:correction`. No field around it has any say."""

    __slots__ = ("field", "state")

    def __init__(self, field: str, state: str, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        _check_kind(field, FieldKind.STATE)
        if state not in STATES[field]:
            raise ValueError(f"{field}: takes no {state!r}")
        self.field: Final = field
        self.state: Final = state


class WithId(_Node):
    """The article that an id, or anything else that `morgue show` takes, stands for. No field around it has any say."""

    __slots__ = ("identifier",)

    def __init__(self, identifier: str, *, span: Span = _NOWHERE) -> None:
        super().__init__(span)
        if not searchable(identifier) or identifier.split() != [identifier]:
            raise ValueError(f"no id: {identifier!r}")
        self.identifier: Final = identifier


def can_be_near(node: Node) -> bool:
    """Tell whether a node can be a child of a `Near`."""
    if isinstance(node, Or):
        return all(isinstance(child, (Word, Phrase, Prefix, Pattern, Fuzzy)) for child in node.children)
    return isinstance(node, (Word, Phrase, Prefix, Pattern, Fuzzy))


def placed(node: Node, span: Span) -> Node:
    """Return a tree as if all of it had been read at one place: that which stands for it in a query."""
    members = {name: getattr(node, name) for name in type(node).__slots__}
    if "child" in members:
        members["child"] = placed(members["child"], span)
    if "children" in members:
        members["children"] = tuple(placed(child, span) for child in members["children"])
    made: Node = type(node)(**members, span=span)
    return made


def _check_searchable(node: Word | Phrase, text: str) -> None:
    if not searchable(text):
        raise ValueError(f"a {type(node).__name__} needs a letter or a digit: {text!r}")


def _check_several(node: And | Or | Near, children: tuple[Node, ...]) -> None:
    if len(children) < 2:
        raise ValueError(f"{type(node).__name__} joins two nodes or more, not {len(children)}")


def _check_kind(field: str, wanted: FieldKind) -> None:
    if FIELDS.get(field) is not wanted:
        raise ValueError(f"{field!r} is no field of {wanted.value}")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, parents first, children in their order."""
    yield node
    match node:
        case And() | Or() | Near():
            for child in node.children:
                yield from walk(child)
        case Not() | InField() | Boost():
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
        case And() | Or() | Near():
            for child in node.children:
                yield from words(child, field)
        case Boost():
            yield from words(node.child, field)
        case InField():
            yield from words(node.child, node.field)
        case _:
            pass


def to_query(node: Node) -> str:  # noqa: C901, PLR0912 - one for each kind of node
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
        case Pattern():
            text = node.text
        case Fuzzy():
            text = f"{node.text}~{node.edits}"
        case Near():
            operator = f" {'ADJ' if node.ordered else 'NEAR'}/{node.distance} "
            text = operator.join(_within(child, Or) for child in node.children)
        case Boost():
            text = _within(node.child, *_LOOSE, Boost)
            if isinstance(node.child, _WORDS) and not is_boostable(text):
                text = f"({text})"
            text = f"{text}^{node.factor:g}"
        case And():
            text = " AND ".join(_within(child, And, Or) for child in node.children)
        case Or():
            text = " OR ".join(_within(child, Or) for child in node.children)
        case Not():
            # No "--x": a double hyphen is a dash.
            double = isinstance(node.child, Not)
            text = f"NOT {to_query(node.child)}" if double else f"-{_within(node.child, And, Or, Near)}"
        case InField():
            text = f"{node.field}:{_within(node.child, *_LOOSE)}"
        case InState():
            text = f"{node.field}:{node.state}"
        case WithId():
            text = f"id:{escape_word(node.identifier)}"
        case _:
            text = f"{node.field}:{_days(node.earliest, node.latest)}{'?' if node.doubtful else ''}"
    return text


_WORDS = (Word, Prefix, Pattern, Fuzzy)
_LOOSE = (And, Or, Not, Near, InField, DateRange, InState, WithId)
"""What needs parentheses behind a field or ahead of a boost."""


def _within(child: Node, *looser: type[_Node]) -> str:
    """Print a child, in parentheses if it is one of the kinds that bind looser than what is around it."""
    text = to_query(child)
    return f"({text})" if isinstance(child, looser) else text


def _days(earliest: Date | None, latest: Date | None) -> str:
    first, last = ("" if day is None else "{:04}-{:02}-{:02}".format(*day) for day in (earliest, latest))
    return first if first == last else f"{first}..{last}"
