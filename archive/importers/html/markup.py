"""A tokenizer of HTML that knows positions: the few elements that say what a page is, and where they stand.

It is no parser: it builds no tree and nests nothing, so that no page can exhaust it. One pass, in time linear in the
page's length. What stands in comments, scripts, styles, templates and pictures is no element.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import attrs

from archive.importers.html.source import cleaned, plain, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING = re.compile(r"<(?:(!--)|([a-zA-Z][a-zA-Z0-9:-]*))")
# Attributes may hold `>` in quotes. Nothing is tried twice: the alternatives begin with different characters.
_REST = re.compile(r"(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_AHEAD = re.compile(r"\s+|<[^<>]*+>")
_BEHIND = re.compile(r"(?:\s+|<[^<>]*+>)\Z")
_OPAQUE = frozenset({"script", "style", "template", "svg", "textarea", "iframe", "noscript", "math", "xmp"})
_VOID = frozenset({"meta", "link", "base", "img", "input", "html", "body"})
_ALWAYS = frozenset({"html", "base", "meta", "link", "title", "h1", "h2", "h3", "time"})
_NAMED = re.compile(
    r"author|byline|headline|datepublished|publisher|creator|itemtype|pubdate|published|date", re.IGNORECASE
)
_NAMING = re.compile(r"rel|class|id|itemprop|itemtype|name|data-testid", re.IGNORECASE)
_LONGEST = 4000
_MOST = 5000
"""Elements of one page that are looked at: no page of one article has as many."""


class Attribute(NamedTuple):
    """The value of an attribute, entities decoded, and where it stands in the source: `[start, end)`."""

    value: str
    start: int
    end: int


@attrs.frozen
class Element:
    """A start tag: `[start, end)`; `close` is where its end tag begins, or at most 4,000 code points on."""

    name: str
    start: int
    end: int
    close: int
    _source: str = attrs.field(repr=False)

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by their names in lower case, the first of each."""
        found: dict[str, Attribute] = {}
        # Behind the name, so that a tag of one character a name costs no more.
        for match in _ATTRIBUTE.finditer(self._source, self.start + 1 + len(self.name), self.end - 1):
            group = match.lastindex or 1
            start, end = match.span(group) if group > 1 else (match.end(), match.end())
            raw = self._source[start:end]
            value = cleaned(unescaped(raw))
            found.setdefault(match[1].lower(), Attribute(value, start, end))
        return found

    def get(self, name: str) -> str:
        """Return the value of an attribute, empty where it is not there."""
        attribute = self.attributes.get(name)
        return attribute.value if attribute else ""

    @property
    def text(self) -> str:
        """What a reader sees between its tags."""
        return plain(self._source[self.end : self.close])

    @property
    def inside(self) -> tuple[int, int]:
        """Where what is between its tags stands, without the space and the tags at both ends: `[start, end)`."""
        start, end = self.end, self.close
        while match := _AHEAD.match(self._source, start, end):
            start = match.end()
        while match := _BEHIND.search(self._source, max(start, end - 200), end):
            end = match.start()
        return start, max(start, end)

    @property
    def naming(self) -> str:
        """Its class, id, rel and the like in one line of lower case."""
        names = ("rel", "class", "id", "itemprop", "name", "data-testid")
        return " ".join(value for name in names if (value := self.get(name))).lower()


@attrs.frozen
class Script:
    """A script of data: its content is `[start, end)` of the source."""

    kind: str
    start: int
    end: int


@attrs.frozen(kw_only=True)
class Markup:
    """What of a page's elements is looked at, each kind in the order of the page."""

    elements: tuple[Element, ...]
    scripts: tuple[Script, ...]

    def named(self, *names: str) -> Iterator[Element]:
        """Yield the elements of these names."""
        return (element for element in self.elements if element.name in names)


def scan(source: str) -> Markup:
    """Return the elements of a page's source that may say something of it, and its scripts of JSON-LD."""
    elements: list[Element] = []
    scripts: list[Script] = []
    lowered = _Lowered(source)
    at = 0
    while len(elements) < _MOST and (opening := _OPENING.search(source, at)):
        if opening[1]:
            at = source.find("-->", opening.end()) + 3
            if at < 3:
                break
            continue
        rest = _REST.match(source, opening.end())
        if rest is None:
            # A tag that never ends takes the rest of the page with it, in a browser, too.
            break
        at = rest.end()
        name = opening[2].lower()
        if name in _OPAQUE:
            close = lowered.find(f"</{name}", at)
            if name == "script" and "json" in rest[0].lower():
                scripts.append(Script(_script_type(rest[0]), at, close))
            at = close
        elif name in _ALWAYS or (_NAMED.search(rest[0]) and _NAMING.search(rest[0])):
            close = at if name in _VOID else lowered.closing(name, at)
            element = Element(name, opening.start(), at, close, source)
            elements.append(element)
            if name == "title":
                at = element.close
    return Markup(elements=tuple(elements), scripts=tuple(scripts))


def _script_type(attributes: str) -> str:
    return "application/ld+json" if "ld+json" in attributes.lower() else "json"


class _Lowered:
    """Finds end tags whatever their case. Invariant: each end tag is looked for once over the whole page."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._missing: set[str] = set()

    def find(self, tag: str, at: int) -> int:
        """Return where an end tag begins, the end of the source where there is none."""
        if tag not in self._missing:
            if found := re.compile(re.escape(tag) + r"(?![a-z0-9-])", re.IGNORECASE).search(self._source, at):
                return found.start()
            self._missing.add(tag)
        return len(self._source)

    def closing(self, name: str, at: int) -> int:
        """Return where the end tag of an element begins that starts at `at`, elements of its own name nested in it."""
        depth = 1
        limit = min(len(self._source), at + _LONGEST)
        for tag in re.compile(rf"<(/?){re.escape(name)}(?![a-z0-9-])", re.IGNORECASE).finditer(self._source, at, limit):
            depth += -1 if tag[1] else 1
            if depth == 0:
                return tag.start()
        return limit
