"""One JSON record: its bytes to an object, and the object to what it says of an article.

A record is of one of three kinds: plain members by name, a schema.org document, the item of a JSON Feed.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from archive.importers.found_in_text import with_text
from archive.importers.members import READ, Reading, RecordError, read_members
from archive.importers.protocol import Draft, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.protocol import Record

_OF_JSON_LD = frozenset({"@context", "@type", "@graph"})


class _Repeating(dict[str, object]):
    """An object in which a member stands more than once: `repeated` are their names."""

    repeated: frozenset[str]


def read_record(record: Record, *, extractor: str) -> Iterator[Draft | Problem]:
    """Yield the draft of a JSON record, or the problem with it; or both, where a value was left out."""
    try:
        reading = _reading(record, extractor)
    except RecordError as error:
        yield Problem(message=str(error), line=record.line, label=record.label)
        return
    said = with_text(reading.fields, reading.text, extractor=extractor)
    yield Draft(
        record=record,
        media_type=reading.media_type,
        encoding="utf-8",
        fields=said.fields,
        text=reading.text,
        boilerplate=said.boilerplate,
        key=reading.key,
        captured=reading.captured,
    )
    for remark in reading.remarks:
        yield Problem(message=remark, line=record.line, label=record.label, partial=True)


def _reading(record: Record, extractor: str) -> Reading:
    members = load(record.original, unit="line" if record.format == "jsonl" else "record")
    if record.head is not None:
        from archive.importers import json_feed

        feed = load(record.head, unit="record")
        if json_feed.is_feed(feed):
            return json_feed.read_item(members, feed, original=record.original, extractor=extractor)
    if not _OF_JSON_LD.isdisjoint(members):
        from archive.importers import json_ld

        if json_ld.is_document(members):
            return json_ld.read_document(members, original=record.original, extractor=extractor)
    return read_members(members, original=record.original, extractor=extractor)


def load(original: bytes, *, unit: str) -> dict[str, object]:
    """Return the object in a record's bytes. Raises `RecordError`, whose message calls it a line or a record."""
    if (plain := _plain(original)) is not None:
        return plain
    try:
        record: object = json.loads(original.decode(), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise RecordError(
            f"byte {error.start} of the {unit} is not valid UTF-8; convert the file to UTF-8 (iconv)"
        ) from error
    except json.JSONDecodeError as error:
        raise RecordError(
            f"invalid JSON at character {error.pos + 1}: {error.msg}; each {unit} must be one JSON object"
        ) from error
    except RecursionError:
        raise RecordError("the JSON is nested too deep; flatten what stands around the text") from None
    except ValueError as error:  # an integer of more digits than Python converts
        raise RecordError(f"invalid JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(f'not a JSON object; each {unit} must be one, such as {{"text": "..."}}')
    if isinstance(record, _Repeating) and (ambiguous := sorted(record.repeated & READ)):
        raise RecordError(f"{ambiguous[0]!r} stands in the record more than once; keep the right one")
    return record


def _plain(original: bytes) -> dict[str, object] | None:
    """Return the object in a record's bytes by the fast parser, where it can only be what the other one gives.

    That is where every value is a string, an integer, a list of strings, true, false or null, and no member stands
    twice: then there are as many quotes, but for escaped ones, as names and strings need. None otherwise, and where
    there is an error to be told. A number above 64 bits would be a float here, half of a surrogate pair an error.
    """
    import orjson

    try:
        record = orjson.loads(original)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(record, dict):
        return None
    strings = len(record)
    for value in record.values():
        kind = type(value)
        if kind is str:
            strings += 1
        elif kind is list:
            if any(type(item) is not str for item in value):
                return None
            strings += len(value)
        elif kind is dict or kind is float:
            return None
    quotes = original.count(b'"')
    if b"\\" in original:
        if b"\\\\" in original:
            return None
        quotes -= original.count(b'\\"')
    return record if quotes == 2 * strings else None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    repeating = _Repeating(members)
    counts = Counter(name for name, _ in pairs)
    repeating.repeated = frozenset(name for name, count in counts.items() if count > 1)
    return repeating
