"""schema.org documents in JSON-LD: an article (https://schema.org/NewsArticle) and what it says of itself.

Not a JSON-LD processor: names are those of schema.org, bare or with its prefix, as publishers write them. Nodes that an
article refers to by `@id` are looked up in its `@graph`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archive import edtf
from archive.errors import InvalidValueError
from archive.importers import dateline
from archive.importers.decoding import is_visible
from archive.importers.entry_keys import canonical
from archive.importers.fragments import text_of
from archive.importers.json_places import place
from archive.importers.lines import one_line
from archive.importers.members import Reading, RecordError, authors, string, tags, unwrapped
from archive.provenance import LIST_FIELDS, Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archive.provenance import Fields, Span, Value

_ARTICLES = frozenset({
    "Article", "BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting", "DiscussionForumPosting", "WebPage",
})  # fmt: skip
_READ = {
    "title": ("headline", "name", "alternativeHeadline"),
    "authors": ("author", "creator"),
    "publisher": ("publisher", "isPartOf"),
    "published": ("datePublished", "dateCreated", "dateModified"),
    "language": ("inLanguage",),
    "url": ("url", "mainEntityOfPage", "@id"),
    "tags": ("keywords",),
}
"""Per field the properties that state it, the most trusted first."""

_TEXTS = ("articleBody", "text", "description", "abstract")


def is_document(record: Mapping[str, object]) -> bool:
    """Tell whether an object is a JSON-LD document of schema.org's, or says that it is one of its articles."""
    if not record.keys() & {"@context", "@type", "@graph"}:
        return False
    context = record.get("@context")
    if context is not None and "schema.org" in json.dumps(context):
        return True
    return any(_is_article(node) for node in _nodes(record))


def read_document(record: Mapping[str, object], *, original: bytes, extractor: str) -> Reading:
    """Return what the article of a document says. Raises `RecordError` where there is none, or nothing in it.

    The first of several articles is taken, with a remark. A date that is none is left out, with a remark.
    """
    nodes = list(_nodes(record))
    found = [node for node in nodes if _is_article(node)]
    if not found:
        kinds = ", ".join(sorted({kind for node in nodes for kind in _types(node)})) or "nothing"
        raise RecordError(f"no article in it: it describes {kinds[:200]}; give articles, such as NewsArticle")
    document = _Document(found[0], nodes, original, extractor)
    remarks: list[str] = []
    if len(found) > 1:
        remarks.append(f"holds {len(found)} articles, of which the first was taken; give each as a record of its own")
    fields = document.fields(remarks)
    text = document.text()
    key = document.key()
    if not text and key is None and not fields.keys() & {"title", "url"}:
        raise RecordError("the article has no articleBody, headline, url or @id: nothing to archive")
    return Reading(
        text=text,
        fields=fields,
        key=key,
        captured=None,
        remarks=tuple(remarks),
        media_type="application/ld+json",
    )


def _nodes(record: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield the nodes of a document: itself, those of its graph, and the article that a page is about."""
    yield dict(record)
    graph = record.get("@graph")
    for node in graph if isinstance(graph, list) else [graph]:
        if isinstance(node, dict):
            yield node
    entity = record.get("mainEntity")
    if isinstance(entity, dict) and _is_article(entity):
        yield entity


def _types(node: Mapping[str, object]) -> list[str]:
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return [_bare_name(name) for name in names if isinstance(name, str)]


def _is_article(node: Mapping[str, object]) -> bool:
    kinds = _types(node)
    if "WebPage" in kinds:
        # A page is an article only where it holds the text itself.
        return any(_member(node, name) for name in ("articleBody", "text"))
    return any(kind.endswith("Article") or kind in _ARTICLES for kind in kinds)


def _bare_name(name: str) -> str:
    return name.rpartition("/")[2].rpartition(":")[2]


def _member(node: Mapping[str, object], name: str) -> object:
    value = node.get(name)
    return node.get(f"schema:{name}") if value is None else value


class _Document:
    """An article's node, the nodes that it may refer to, and the bytes that both were read from."""

    def __init__(
        self, node: Mapping[str, object], nodes: list[dict[str, object]], original: bytes, extractor: str
    ) -> None:
        self._node = node
        self._known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
        self._original = original
        self._extractor = extractor

    def fields(self, remarks: list[str]) -> Fields:
        fields: Fields = {}

        def note(field: str, value: Value, name: str, stated: object) -> None:
            known = fields.get(field, ())
            if value and all(candidate.value != value for candidate in known):
                fields[field] = (*known, self._candidate(value, stated, place(self._original, name)))

        for field, names in _READ.items():
            for name in names:
                stated = self._node.get(name) if name == "@id" else _member(self._node, name)
                if stated is not None:
                    note(field, self._value(field, name, stated, remarks), name, stated)
        self._read_places(note)
        return fields

    def _value(self, field: str, name: str, stated: object, remarks: list[str]) -> Value:
        """Return what a property says of a field, empty where that is nothing."""
        if field == "published":
            return self._date(name, stated, remarks)
        if field == "url":
            address = self._address(name, stated)
            # Many a page numbers its nodes by addresses of its own that nothing is to be found at.
            return "" if name == "@id" and ("#" in address or not canonical(address)) else address
        if field == "tags" and isinstance(stated, str):
            return tags(name, stated)
        if field in {"authors", "tags", "publisher", "place"}:
            names = self._names(name, stated)
            return names if field in LIST_FIELDS else "; ".join(names)
        value = self._string(name, stated)
        return one_line(text_of(value)) if field == "title" else value

    def _read_places(self, note: Callable[[str, Value, str, object], None]) -> None:
        """Read `dateline`, which states place, agency or day as the line of a text does, and what else is a place."""
        stated = self._string("dateline", _member(self._node, "dateline"))
        # As if a text went on behind it: by itself a few words in capitals could be anything.
        parts = dateline.read(f"{stated} — The article goes on behind it.") if stated else None
        for part in parts or ():
            note(part.field, part.value, "dateline", stated)
        if stated and not parts:
            note("place", one_line(stated), "dateline", stated)
        for name in ("locationCreated", "contentLocation"):
            value = _member(self._node, name)
            note("place", self._value("place", name, value, []), name, value)

    def text(self) -> str:
        """Return the text, else the description; HTML in it is made text. Empty where there is none."""
        for name in _TEXTS:
            value = self._string(name, _member(self._node, name))
            text = text_of(value) if "</" in value or "/>" in value else value
            if is_visible(text):
                return text
        return ""

    def key(self) -> str | None:
        """Return the `@id` where it is the article's own name and no web address: those name pages and nodes."""
        stated = self._node.get("@id")
        if not isinstance(stated, str) or stated.startswith(("_:", "#")) or ":" not in stated or canonical(stated):
            return None
        return string("@id", stated)

    def _candidate(self, value: Value, stated: object, where: tuple[str, Span] | None) -> Candidate:
        raw, span = where or (None, None)
        if where is None and stated != value:
            raw = stated if isinstance(stated, str) else json.dumps(stated, ensure_ascii=False)
        return Candidate(value=value, method="json-ld", extractor=self._extractor, raw=raw, span=span)

    def _string(self, name: str, value: object) -> str:
        """Return a value that is one string, wherever it stands: by itself, first in a list, under a language."""
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict) and name == "inLanguage":
            value = value.get("alternateName") or value.get("name")
        value = unwrapped(self._resolved(value))
        return string(name, value).strip() if isinstance(value, str) else ""

    def _names(self, name: str, value: object) -> tuple[str, ...]:
        """Return the names of people, organisations or places: strings, objects with a name, references to those."""
        found: list[str] = []
        for item in value if isinstance(value, list) else [value]:
            resolved = self._resolved(item)
            if isinstance(resolved, str):
                found += (
                    authors(name, resolved) if name in {"author", "creator"} else (one_line(string(name, resolved)),)
                )
            elif isinstance(resolved, dict):
                parts = [self._string(name, _member(resolved, part)) for part in ("givenName", "familyName")]
                named = self._string(name, _member(resolved, "name")) or " ".join(part for part in parts if part)
                found.append(one_line(named))
        return tuple(dict.fromkeys(item for item in found if item))

    def _resolved(self, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and len(value) <= 2:
            return self._known.get(value["@id"], value)
        return value

    def _address(self, name: str, value: object) -> str:
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("url") if isinstance(value.get("url"), str) else value.get("@id")
        return string(name, value).strip() if isinstance(value, str) else ""

    def _date(self, name: str, stated: object, remarks: list[str]) -> str:
        value = self._string(name, stated)
        if not value:
            return ""
        try:
            return edtf.normalize(value)
        except InvalidValueError as error:
            remarks.append(f"{name!r}: {error}; the article is taken without it")
            return ""
