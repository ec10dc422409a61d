"""What a version states of itself, as far as its lookups need it: read from its documents without making an Article.

Most of what verifying short texts would cost is to make values of candidates that nobody looks at. Here the documents
are looked at as they are parsed. Whatever is not as it usually is, is left to `archive.codec`: it says what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archive import codec, events

if TYPE_CHECKING:
    from archive.codec import Document

_OF_ORIGIN = {"path", "format", "importer"}
_OF_CANDIDATE = {"value", "method", "extractor"}


class Stated(NamedTuple):
    """What is asked of a version: it is an `archive.identity.Identified`."""

    digest: str
    key: str | None
    canonical_url: str | None
    captured: str | None
    title: str | None
    path: str
    encoding: str
    text_is_original: bool


def stated(event_type: str, article: bytes, origin: bytes) -> Stated:
    """Read parts `article` and `origin` of an event of a type. Raises InvalidEventError as `codec` does."""
    found = stated_quickly(event_type, article, origin)
    if found is not None:
        return found
    read = codec.article_from_document(
        events.upcast(event_type, events.ARTICLE, codec.from_bytes(article)),
        events.upcast(event_type, events.ORIGIN, codec.from_bytes(origin)),
    )
    return Stated(
        digest=read.digest,
        key=read.key,
        canonical_url=read.canonical_url,
        captured=read.captured,
        title=read.metadata.title,
        path=read.origin.path,
        encoding=read.encoding,
        text_is_original=read.text_is_original,
    )


def stated_quickly(event_type: str, article: bytes, origin: bytes) -> Stated | None:
    """Return what is stated where all is as it usually is, else None."""
    # Imported here: only verifying needs it. In a third of the time of the standard library's.
    import orjson

    try:
        document = events.upcast(event_type, events.ARTICLE, orjson.loads(article))
        came = events.upcast(event_type, events.ORIGIN, orjson.loads(origin))
    except orjson.JSONDecodeError:
        return None
    if type(document) is not dict or type(came) is not dict:
        return None
    original, text, fields = document.get("original"), document.get("text"), document.get("fields")
    if (
        type(original) is not dict
        or type(text) is not dict
        or type(fields) is not dict
        or type(original.get("length")) is not int
        or type(text.get("from")) is not str
        or type(original.get("digest")) is not str
        or type(original.get("media_type")) is not str
        or type(original.get("encoding")) is not str
        or type(document.get("key", "")) is not str
        or type(document.get("canonical_url", "")) is not str
        or type(document.get("captured", "")) is not str
        or not _is_origin(came)
        or not _are_candidates(fields)
        or not _is_boilerplate(document.get("boilerplate", []))
    ):
        return None
    titles = fields.get("title")
    title = titles[0]["value"] if titles else None
    return Stated(
        original["digest"],
        document.get("key"),
        document.get("canonical_url"),
        document.get("captured"),
        title if type(title) is str else None,
        came["path"],
        original["encoding"],
        text["from"] == "original",
    )


def _is_origin(origin: Document) -> bool:
    for name, value in origin.items():
        if type(value) is not str and (name != "line" or type(value) is not int):
            return False
    return origin.keys() >= _OF_ORIGIN and type(origin.get("line", 0)) is int


def _are_candidates(fields: Document) -> bool:
    for items in fields.values():
        if type(items) is not list:
            return False
        for item in items:
            if type(item) is not dict or not item.keys() >= _OF_CANDIDATE:
                return False
            # All members are strings, but for a span, which must be one, and a value, which may be a list.
            others = len(item) - [*map(type, item.values())].count(str)
            if others and others != ("span" in item) + (type(item["value"]) is list):
                return False
            if "span" in item and not _is_span(item):
                return False
    return True


def _is_boilerplate(items: Any) -> bool:
    return type(items) is list and all(
        type(item) is dict and type(item.get("rule")) is str and _is_span(item) for item in items
    )


def _is_span(item: Document) -> bool:
    span = item.get("span")
    return (
        item.get("in") in ("text", "original")
        and type(span) is list
        and len(span) == 2
        and type(span[0]) is int
        and type(span[1]) is int
        and 0 <= span[0] <= span[1]
    )
