"""What a feed's entry says of an article: its fields, its text, and which article it is.

Values are those of feedparser, which knows the dialects; the places are those of the elements that they stand in.
Authors and dates are read from the elements themselves, so that they stay as they were published.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import attrs

from archive.errors import InvalidValueError
from archive.importers import rfc822_dates
from archive.importers.decoding import is_visible
from archive.importers.entry_keys import canonical, entry_key
from archive.importers.feed_markup import Element, Markup, children, root_of
from archive.importers.fragments import text_of
from archive.importers.lines import one_line
from archive.importers.members import authors
from archive.provenance import Candidate, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.provenance import Fields, Value

_PUBLISHED = ("published", "pubdate", "issued", "dcterms:issued", "dc:date", "date", "created", "dcterms:created")
_UPDATED = ("updated", "modified", "dcterms:modified")
_DATE_NAMES = frozenset({"published", "pubdate", "issued", "date", "created", "updated", "modified"})
_AUTHORS = ("author", "dc:creator", "creator", "dc:author", "itunes:author")
_LINKS = ("feedburner:origlink", "link", "guid", "id")
# By which Atom's elements are usually known in other feeds.
_ATOM = re.compile(r"(?:atom\d*|a10|r|rss):")
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_MAIL = re.compile(r"(?:mailto:)?[^\s()<>,;]+@[^\s()<>,;]+")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAGS = re.compile(r"<[^<>]+>")
_NO_PERMALINK = re.compile(r"""ispermalink\s*=\s*["']\s*false""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


@attrs.frozen
class Entry:
    """An entry as feedparser reads it (`parsed`, and `feed` around it), and its elements in its own bytes."""

    parsed: Mapping[str, object]
    feed: Mapping[str, object]
    markup: Markup
    original: bytes
    elements: list[Element]

    @property
    def is_atom(self) -> bool:
        """Whether it is an entry of Atom, which takes over what its feed says."""
        root = root_of(self.markup.text)
        return root is not None and root.local == "entry"

    def named(self, *names: str) -> Iterator[Element]:
        """Yield the children of these names that hold something, in the order of the names."""
        for name in names:
            yield from (element for element in self.elements if _ATOM.sub("", element.name) == name)

    def inner(self, element: Element) -> str:
        """Return what stands between an element's tags, as it stands there."""
        found = self.place(element.inner_start, element.inner_end)
        return found[0] if found else ""

    def place(self, start: int, end: int) -> tuple[str, Span] | None:
        """Return what stands at a place of the markup, without blank and CDATA marks around it, and its bytes' span."""
        text = self.markup.text
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if text.startswith("<![CDATA[", start) and text.find("]]>", start) == end - 3:
            return self.place(start + 9, end - 3)
        first, behind = self.markup.offsets([start, end])
        try:
            raw = self.original[first:behind].decode(self.markup.encoding)
        except UnicodeDecodeError:
            return None
        return raw, Span(source="original", start=first, end=behind)


@attrs.frozen(kw_only=True)
class Reading:
    """What an entry says. `key` is its id, if its address does not do as one; `remarks` is what is left out."""

    fields: Fields
    text: str
    key: str | None
    encoding: str
    media_type: str
    remarks: tuple[str, ...]


def read_entry(entry: Entry, *, media_type: str, extractor: str) -> Reading:
    """Return what an entry says of an article. Nothing is raised: what cannot be read is left out, with a remark."""
    remarks: list[str] = []
    fields: Fields = {}

    def note(field: str, value: Value, place: tuple[str, Span] | None, raw: str | None = None) -> None:
        if not value or any(candidate.value == value for candidate in fields.get(field, ())):
            return
        raw, span = place or (raw if raw != value else None, None)
        candidate = Candidate(value=value, method="feed", extractor=extractor, raw=raw, span=span)
        fields[field] = (*fields.get(field, ()), candidate)

    title = _title(entry)
    if title:
        note("title", title, _whole(entry, _first(entry, "title", "dc:title", "media:title")))
    for names, place in _authors(entry):
        note("authors", names, place)
    for publisher, place in _publishers(entry):
        note("publisher", publisher, place)
    for date, place in _dates(entry, remarks):
        note("published", date, place)
    for language, place in _languages(entry):
        note("language", language, place)
    for url in _addresses(entry):
        note("url", url, _place_of_address(entry, url))
    tags, place = _tags(entry)
    note("tags", tags, place)
    urls = fields.get("url", ())
    return Reading(
        fields=fields,
        text=_text(entry),
        key=entry_key(
            one_line(_string(entry.parsed, "id")),
            url=str(urls[0].value) if urls else None,
            feed_url=_string(entry.feed, "link"),
            feed_title=one_line(_string(entry.feed, "title")),
        ),
        encoding=entry.markup.encoding,
        media_type=media_type,
        remarks=tuple(remarks),
    )


def _string(mapping: object, name: str) -> str:
    """Return a string member of what feedparser found, empty where there is none."""
    value = mapping.get(name) if hasattr(mapping, "get") else None
    # What feedparser was not given is in some places "None".
    return value if isinstance(value, str) else ""


def _items(mapping: object, name: str) -> list[object]:
    value = mapping.get(name) if hasattr(mapping, "get") else None
    return value if isinstance(value, list) else []


def _detail(mapping: object, name: str = "title") -> object:
    """Return how feedparser says that a value is to be read: its type and its language."""
    return mapping.get(f"{name}_detail") if hasattr(mapping, "get") else None


def _first(entry: Entry, *names: str) -> Element | None:
    return next((element for element in entry.named(*names) if element.inner_end > element.inner_start), None)


def _whole(entry: Entry, element: Element | None) -> tuple[str, Span] | None:
    return entry.place(element.inner_start, element.inner_end) if element else None


def _plain(raw: str) -> str:
    """Return the text of an element that holds no markup of its own."""
    return one_line(unescape(_TAGS.sub(" ", _CDATA.sub(r"\1", raw))))


def _title(entry: Entry) -> str:
    return _shown(_string(entry.parsed, "title"), _detail(entry.parsed))


def _shown(value: str, detail: object) -> str:
    """Return a value of feedparser's on one line, as text where it is HTML."""
    return one_line(text_of(value) if _string(detail, "type") in _HTML_TYPES else value)


def _text(entry: Entry) -> str:
    """Return the entry's text: its content, else its summary. Empty where it has neither."""
    summary = entry.parsed.get("summary_detail")
    for part in (*_items(entry.parsed, "content"), summary):
        kind = _string(part, "type") or "text/plain"
        if kind not in _HTML_TYPES and not kind.startswith("text/"):
            continue
        value = _string(part, "value")
        text = text_of(value) if kind in _HTML_TYPES else value.strip()
        if is_visible(text):
            return text
    return ""


def _authors(entry: Entry) -> Iterator[tuple[tuple[str, ...], tuple[str, Span] | None]]:
    """Yield the entry's authors, then those of its source or its feed, where Atom says that they hold for the entry."""
    for group in (_AUTHORS[:-1], _AUTHORS[-1:]):
        found = list(entry.named(*group))
        names = tuple(dict.fromkeys(name for element in found for name in _names(entry, element)))
        if names:
            yield names, _whole(entry, found[0]) if len(found) == 1 else None
            return
    if not entry.is_atom:
        return  # In RSS it is the editor of the feed who is named there.
    for holder in (entry.parsed.get("source"), entry.feed):
        people = _items(holder, "authors")
        names = tuple(
            name for author in people if (name := one_line(_string(author, "name") or _string(author, "email")))
        )
        if names:
            yield names, None
            return


def _names(entry: Entry, element: Element) -> tuple[str, ...]:
    """Return the names in an author's element: of Atom in a `name` in it, of RSS by itself or with a mail address."""
    inside = Markup(entry.markup.text[element.start : element.end], entry.markup.encoding, 0, decoded=True)
    parts = {child.name.rpartition(":")[2]: child for child in children(inside.text)}
    for local in ("name", "email"):
        if (part := parts.get(local)) is not None:
            start = element.start + part.inner_start
            found = entry.place(start, element.start + part.inner_end)
            if found and (name := _plain(found[0])):
                return (name,)
    if parts:
        return ()
    stated = _plain(entry.inner(element))
    name = _MAIL.sub(" ", stated).strip(" ()<>[]\"',;")
    if not name:
        return (stated.removeprefix("mailto:"),) if stated else ()
    return authors("author", name)


def _publishers(entry: Entry) -> Iterator[tuple[str, tuple[str, Span] | None]]:
    source = entry.parsed.get("source")
    if title := _shown(_string(source, "title"), _detail(source)):
        element = _first(entry, "source")
        plain = element is not None and "<" not in entry.inner(element)
        yield title, _whole(entry, element) if plain else None
    if publisher := one_line(_string(entry.parsed, "publisher")):
        yield publisher, _whole(entry, _first(entry, "dc:publisher", "publisher"))
    if title := _shown(_string(entry.feed, "title"), _detail(entry.feed)):
        yield title, None


def _dates(entry: Entry, remarks: list[str]) -> Iterator[tuple[str, tuple[str, Span] | None]]:
    """Yield when the entry was published, then when it was changed, as it is stated."""
    known: set[str] = set()
    for element in entry.named(*_PUBLISHED, *_UPDATED):
        place = _whole(entry, element)
        stated = _plain(place[0]) if place else ""
        known.add(element.name.rpartition(":")[2])
        if stated and (date := _date(stated, element.name, remarks)):
            yield date, place
    # Elements under a prefix that is not the usual one.
    if not known & _DATE_NAMES:
        for name in ("published", "updated"):
            stated = one_line(_string(entry.parsed, name))
            if stated and (date := _date(stated, name, remarks)):
                yield date, None


def _date(stated: str, name: str, remarks: list[str]) -> str | None:
    try:
        return rfc822_dates.normalize(stated)
    except InvalidValueError as error:
        remarks.append(f"<{name}>: {error}; the article is taken without it")
        return None


def _languages(entry: Entry) -> Iterator[tuple[str, tuple[str, Span] | None]]:
    if language := _string(entry.parsed, "language").strip():
        yield language, _whole(entry, _first(entry, "dc:language", "language"))
    details = (*_items(entry.parsed, "content"), entry.parsed.get("summary_detail"), entry.parsed.get("title_detail"))
    for holder in (*details, entry.feed):
        if language := _string(holder, "language").strip():
            yield language, None


def _addresses(entry: Entry) -> Iterator[str]:
    """Yield the addresses of the article: ahead of the others the one that a service replaced by its own."""
    if original := _string(entry.parsed, "feedburner_origlink").strip():
        yield original
    for link in _items(entry.parsed, "links"):
        if _string(link, "rel") == "alternate" and (address := _string(link, "href").strip()):
            yield address
    if address := _string(entry.parsed, "link").strip():
        yield address
    for element in entry.named("guid"):
        address = _plain(entry.inner(element))
        if canonical(address) and not _NO_PERMALINK.search(element.attributes):
            yield address


def _place_of_address(entry: Entry, url: str) -> tuple[str, Span] | None:
    """Return where an address stands, if it stands there as it is: relative ones are completed."""
    text = entry.markup.text
    for element in entry.named(*_LINKS):
        match = _HREF.search(text, element.start, max(element.inner_start, element.start))
        start, end = match.span(1 if match[1] is not None else 2) if match else (element.inner_start, element.inner_end)
        place = entry.place(start, end) if end > start else None
        if place is not None and _plain(place[0]) == url:
            return place
    return None


def _tags(entry: Entry) -> tuple[tuple[str, ...], tuple[str, Span] | None]:
    names = (one_line(_string(tag, "label") or _string(tag, "term")) for tag in _items(entry.parsed, "tags"))
    found = tuple(dict.fromkeys(name for name in names if name))
    elements = [element for element in entry.named("category", "dc:subject") if element.inner_end > element.inner_start]
    return found, _whole(entry, elements[0]) if len(elements) == 1 and len(found) == 1 else None
