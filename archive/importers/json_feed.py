"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/): the items of a feed that is one JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archive import edtf
from archive.errors import InvalidValueError
from archive.importers.decoding import is_visible
from archive.importers.entry_keys import entry_key
from archive.importers.fragments import text_of
from archive.importers.json_places import place
from archive.importers.lines import one_line
from archive.importers.members import Reading, RecordError, kind, string
from archive.provenance import Candidate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.provenance import Fields, Value


def is_feed(document: Mapping[str, object]) -> bool:
    """Tell whether an object is a JSON Feed, by the version that it states."""
    return "jsonfeed.org/version" in str(document.get("version"))


def read_item(item: Mapping[str, object], feed: Mapping[str, object], *, original: bytes, extractor: str) -> Reading:
    """Return what an item of a feed says of an article. Raises `RecordError` where nothing is in it.

    Members of a wrong type are left alone, dates that are none are left out with a remark.
    """
    fields: Fields = {}
    remarks: list[str] = []

    def note(field: str, value: Value, name: str = "", stated: object = None) -> None:
        known = fields.get(field, ())
        if not value or any(candidate.value == value for candidate in known):
            return
        raw, span = (place(original, name) if name else None) or (None, None)
        if raw is None and name and stated != value:
            raw = stated if isinstance(stated, str) else json.dumps(stated, ensure_ascii=False)
        fields[field] = (*known, Candidate(value=value, method="feed", extractor=extractor, raw=raw, span=span))

    note("title", one_line(_string(item, "title")), "title", item.get("title"))
    # Version 1.0 has one author, 1.1 a list; an item without any takes over those of its feed.
    for holder, names in ((item, ("authors", "author")), (feed, ("authors", "author"))):
        for name in names:
            note("authors", _authors(holder.get(name)), name if holder is item else "", holder.get(name))
        if "authors" in fields:
            break
    note("publisher", one_line(_string(feed, "title")))
    for name in ("date_published", "date_modified"):
        note("published", _date(item, name, remarks), name, item.get(name))
    note("language", _string(item, "language").strip(), "language", item.get("language"))
    note("language", _string(feed, "language").strip())
    # `external_url` is what an item links to and comments on: not its own address.
    note("url", _string(item, "url").strip(), "url", item.get("url"))
    note("tags", _tags(item.get("tags")), "tags", item.get("tags"))
    text = _text(item)
    stated = item.get("id")
    key = entry_key(
        one_line(str(stated) if isinstance(stated, int | float) else _string(item, "id")),
        url=_string(item, "url").strip() or None,
        feed_url=_string(feed, "home_page_url") or _string(feed, "feed_url"),
        feed_title=one_line(_string(feed, "title")),
    )
    if not (text or key or fields.keys() & {"title", "url"}):
        raise RecordError("the item has no text, title, url or id: nothing to archive")
    return Reading(text=text, fields=fields, key=key, captured=None, remarks=tuple(remarks))


def _string(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    return string(name, value) if isinstance(value, str) else ""


def _text(item: Mapping[str, object]) -> str:
    """Return the item's text, which may be there as such and in HTML; else its summary."""
    texts = (_string(item, "content_text"), text_of(_string(item, "content_html")), _string(item, "summary"))
    return next((text for text in texts if is_visible(text)), "")


def _authors(stated: object) -> tuple[str, ...]:
    people = stated if isinstance(stated, list) else [stated]
    names = (one_line(_string(person, "name")) for person in people if isinstance(person, dict))
    return tuple(dict.fromkeys(name for name in names if name))


def _tags(stated: object) -> tuple[str, ...]:
    found = (
        one_line(string("tags", tag)) for tag in (stated if isinstance(stated, list) else ()) if isinstance(tag, str)
    )
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _date(item: Mapping[str, object], name: str, remarks: list[str]) -> str:
    stated = item.get(name)
    if stated is None or stated == "":
        return ""
    try:
        if not isinstance(stated, str):
            raise InvalidValueError(f"must be a string, not {kind(stated)}")  # noqa: TRY301 - one way out for all that is wrong
        return edtf.normalize(stated)
    except InvalidValueError as error:
        remarks.append(f"{name!r}: {error}; the article is taken without it")
        return ""
