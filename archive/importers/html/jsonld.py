"""What a page says of its article in JSON-LD, by the words of schema.org.

Publishers' JSON is often not quite JSON; what is broken in the usual ways is mended, the rest is left. Nodes that other
nodes name by `@id` are looked up in the whole page, as plugins for blogs write them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import attrs

from archive.importers.agencies import known_agency
from archive.importers.html import titles
from archive.importers.html.dates import read_date
from archive.importers.html.names import merged, read_names
from archive.importers.html.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.html.markup import Markup, Script
    from archive.importers.html.source import Source
    from archive.provenance import Candidate, Value

METHOD = "json-ld"
_ARTICLES = re.compile(
    r"(?:\w*NewsArticle|Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|DiscussionForumPosting|Report|"
    r"ScholarlyArticle|TechArticle|MedicalScholarlyArticle|Review|CriticReview|Report|AdvertiserContentArticle|SatiricalArticle|"
    r"Recipe|HowTo|PressRelease)"
)
_PAGES = re.compile(r"(?:Web|Item|Medical|About|QA|FAQ)Page|VideoObject|CreativeWork|Book")
_MOST_NODES = 2000
_DEEPEST = 12
_NAMED_STRING = r'"{key}"\s*:\s*(?:\[\s*)?"((?:[^"\\]|\\.)*)"'
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPING = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*+;?\s*+$|;\s*+$")
_LONGEST_VALUE = 600
_BEHIND_PLACE = re.compile(r"\s*(?:[(/—–]|,?\s+[A-Z][a-z]{2,8}\.?\s+\d).*", re.DOTALL)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")

_Node = dict[str, object]


@attrs.frozen(kw_only=True)
class Stated:
    """The candidates that JSON-LD gives, by field, and the body of the article where it states one.

    `kind` is the type of the node, such as `NewsArticle`; None where no node is an article's.
    """

    fields: list[tuple[str, Candidate]] = attrs.field(factory=list)
    body: str | None = None
    kind: str | None = None


@attrs.frozen
class _Block:
    """One script: its nodes, and where it stands."""

    script: Script
    nodes: list[_Node]


def read(source: Source, markup: Markup, *, title: str) -> Stated:
    """Return what the page's JSON-LD says of its article; `title` tells which one that is, where it names several."""
    blocks = [
        _Block(script, nodes)
        for script in markup.scripts
        if script.kind == "application/ld+json"
        and (nodes := list(_nodes(_load(source.text[script.start : script.end]))))
    ]
    chosen = _article(blocks, title)
    if chosen is None:
        return Stated()
    node, block = chosen
    by_id = {
        identifier: other
        for held in blocks
        for other in held.nodes
        if (identifier := _string(other.get("@id"))) and len(other) > 1
    }
    kind = next((name for name in _types(node) if _ARTICLES.fullmatch(name)), None)
    reader = _Reader(source, block.script, by_id)
    reader.read(node, article=kind is not None)
    body = node.get("articleBody") or node.get("text")
    return Stated(fields=reader.found, body=body if isinstance(body, str) and kind is not None else None, kind=kind)


class _Reader:
    """Collects candidates from the nodes of one script, with their places in it."""

    def __init__(self, source: Source, script: Script, by_id: dict[str, _Node]) -> None:
        self.found: list[tuple[str, Candidate]] = []
        self._source = source
        self._script = script
        self._by_id = by_id

    def read(self, node: _Node, *, article: bool) -> None:
        """Collect what the node says of each field."""
        for key in ("headline", "name") if article else ("headline",):
            if (title := _text(node.get(key))) and len(title) > 3:
                self._add("title", title, key, _string(node.get(key)))
                break
        self._authors(node)
        for key in ("publisher", "sourceOrganization", "provider"):
            if names := self._names(node.get(key)):
                self._add("publisher", plain(names[0]), "name", names[0])
                break
        for key in ("sourceOrganization", "provider", "copyrightHolder"):
            for name in self._names(node.get(key)):
                if agency := known_agency(plain(name)):
                    self._add("agency", agency, "name", name)
        for key in ("datePublished", "dateCreated", "uploadDate"):
            stated = _string(node.get(key))
            if stated and (date := read_date(stated)):
                self._add("published", date, key, stated)
        self._place_and_language(node)
        page = node.get("mainEntityOfPage")
        for key, value in (("url", node.get("url")), ("@id", page.get("@id") if isinstance(page, dict) else page)):
            if (url := _string(value)) and url.startswith(("http://", "https://")):
                self._add("url", url, key, url)
                break
        self._keywords(node.get("keywords"))

    def _place_and_language(self, node: _Node) -> None:
        if dateline := _text(node.get("dateline")):
            # Some put all of the line there: "SKARVIK, April 13 (Reuters) —".
            place = _BEHIND_PLACE.sub("", dateline).strip(" ,-–—")
            self._add("place", place or dateline, "dateline", _string(node.get("dateline")))
        elif names := self._names(node.get("locationCreated")):
            self._add("place", plain(names[0]), "name", names[0])
        language = node.get("inLanguage")
        if isinstance(language, dict):
            language = language.get("alternateName") or language.get("name")
        if (tag := _string(language)) and _LANGUAGE.fullmatch(tag):
            self._add("language", tag.replace("_", "-"), "inLanguage", tag)

    def _authors(self, node: _Node) -> None:
        for key in ("author", "creator"):
            stated = self._names(node.get(key))
            if names := merged([read_names(plain(name)) for name in stated]):
                start, end = self._stretch(stated)
                self.found.append(
                    ("authors", self._source.candidate(names, METHOD, start, end, otherwise="; ".join(stated)))
                )
                return

    def _keywords(self, stated: object) -> None:
        listed = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else []
        words = [text for item in listed if (text := _text(item.get("name") if isinstance(item, dict) else item))]
        if len(words) == 1:
            words = [word.strip() for word in words[0].split(";" if ";" in words[0] else ",")]
        if words := [word for word in dict.fromkeys(words) if word and len(word) <= 100]:
            raw = [stated] if isinstance(stated, str) else [text for item in listed if (text := _string(item))]
            start, end = self._stretch(raw)
            self.found.append(
                ("tags", self._source.candidate(tuple(words), METHOD, start, end, otherwise=", ".join(raw)))
            )

    def _names(self, stated: object) -> list[str]:
        """Return the names of persons or organisations that a value is or refers to, as they stand."""
        names: list[str] = []
        for item in stated if isinstance(stated, list) else [stated]:
            value = item
            if isinstance(value, dict) and "name" not in value and (identifier := _string(value.get("@id"))):
                value = self._by_id.get(identifier, value)
            if isinstance(value, dict):
                value = value.get("name") or " ".join(
                    part for key in ("givenName", "familyName") if (part := _string(value.get(key)))
                )
            listed = value if isinstance(value, list) else [value]
            names += [name for name in listed if isinstance(name, str) and 0 < len(name.strip()) <= _LONGEST_VALUE]
        return names

    def _add(self, field: str, value: Value, key: str, stated: str | None) -> None:
        start, end = self._place(stated, key)
        self.found.append((field, self._source.candidate(value, METHOD, start, end, otherwise=stated)))

    def _place(self, value: str | None, key: str | None = None) -> tuple[int, int]:
        """Return where a string stands in the script, without its quotes; an empty stretch where it is not found."""
        if value is not None:
            pattern = _STRING if key is None else re.compile(_NAMED_STRING.format(key=re.escape(key)))
            for match in pattern.finditer(self._source.text, self._script.start, self._script.end):
                # Most strings are told by their length or first letter; only the likely ones are decoded.
                if match[1] == value or ("\\" in match[1] and _decoded(match[1]) == value):
                    return match.span(1)
        return 0, 0

    def _stretch(self, values: list[str]) -> tuple[int, int]:
        """Return the stretch from the first to the last of some strings, empty where one is not found."""
        places = [self._place(value) for value in values]
        if not places or (0, 0) in places:
            return 0, 0
        return min(start for start, _ in places), max(end for _, end in places)


def _article(blocks: list[_Block], title: str) -> tuple[_Node, _Block] | None:
    """Return the node of the page's article: the first one, unless another's headline is the page's title."""
    for wanted in (_ARTICLES, _PAGES):
        found = [(node, block) for block in blocks for node in block.nodes if any(map(wanted.fullmatch, _types(node)))]
        if len(found) > 1 and title:
            likest = max(found, key=lambda pair: titles.likeness(_headline(pair[0]), title))
            if titles.likeness(_headline(likest[0]), title) > titles.likeness(_headline(found[0][0]), title):
                return likest
        if found:
            return found[0]
    return None


def _headline(node: _Node) -> str:
    return _text(node.get("headline")) or _text(node.get("name")) or ""


def _types(node: _Node) -> list[str]:
    types = node.get("@type")
    listed = types if isinstance(types, list) else [types]
    return [name.rpartition("/")[2].rpartition(":")[2] for name in listed if isinstance(name, str)]


def _nodes(loaded: object) -> Iterator[_Node]:
    """Yield the objects of a document that stand for a thing, outer ones first."""
    level: list[object] = [loaded]
    count = 0
    for _ in range(_DEEPEST):
        below: list[object] = []
        for item in level:
            if isinstance(item, list):
                below.extend(item)
            elif isinstance(item, dict):
                if "@type" in item or "@id" in item:
                    yield item
                count += 1
                below.extend(value for value in item.values() if isinstance(value, dict | list))
        if not below or count > _MOST_NODES:
            return
        level = below[:_MOST_NODES]


def _load(text: str) -> object:
    """Return what a script holds, mended where it is broken in a usual way; None where it is not JSON."""
    bare = _WRAPPING.sub("", _WRAPPING.sub("", text.replace("\0", " "))).strip()
    decoder = json.JSONDecoder(strict=False)
    for attempt in (bare, _TRAILING_COMMA.sub(r"\1", bare)):
        try:
            loaded: object = decoder.raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
        return loaded
    return None


def _decoded(raw: str) -> str | None:
    try:
        loaded: object = json.JSONDecoder(strict=False).decode(f'"{raw}"')
    except ValueError:
        return None
    return loaded if isinstance(loaded, str) else None


def _string(value: object) -> str | None:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    return value if isinstance(value, str) and value.strip() and len(value) <= _LONGEST_VALUE else None


def _text(value: object) -> str | None:
    stated = _string(value)
    return plain(stated) or None if stated else None
