"""Replay: the recorded articles in order, in bulk, with no more of each than a projection needs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from archive import codec, events, originals, parts
from archive.errors import DamagedError, ErasedError, InvalidEventError
from archive.store import Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archive.codec import Document
    from archive.provenance import Value
    from archive.store import EventStore

_PAGE = 128
"""Events read by one statement. Of each part only the first chunk is read with it: few parts have a second one."""

_PARTS = (events.ARTICLE, events.TEXT, events.ORIGIN)
_COLUMNS = {part: slice(at, at + 3) for at, part in zip((2, 5, 8), _PARTS, strict=True)}
"""Where a row of the statement has a part: its codec, its bytes and their checksum, or None thrice."""

# By joins, which find each part by its key: `part IN (…)` reads through all parts of an event, the original among them.
_SQL = """
SELECT event.position, event.envelope,
       article.codec, article.data, article.checksum, text.codec, text.data, text.checksum,
       origin.codec, origin.data, origin.checksum
FROM event
LEFT JOIN payload AS article ON article.position = event.position AND article.part = ? AND article.chunk = 0
LEFT JOIN payload AS text ON text.position = event.position AND text.part = ? AND text.chunk = 0
LEFT JOIN payload AS origin ON origin.position = event.position AND origin.part = ? AND origin.chunk = 0
WHERE event.position >= ? AND event.position < ? ORDER BY event.position
"""


class RecordedArticle(NamedTuple):
    """A version of an article as the log holds it, `first` or a later one; `values` are those chosen for its fields.

    `boilerplate` are the spans `[start, end)` of the text that are not the article's own, `origin` is the path that the
    article came from, `captured` when that was fetched or saved, if it is known.
    """

    position: int
    article_id: str
    first: bool
    values: Mapping[str, Value]
    text: str
    boilerplate: tuple[tuple[int, int], ...] = ()
    origin: str = ""
    captured: str | None = None


def replay(store: EventStore, start: int, end: int | None) -> Iterator[RecordedArticle]:
    """Yield what the events at `[start, end)` recorded of articles, in order. What was erased is passed over.

    Without an end, to the end of the log as it is met. Raises DamagedError, also where an event between others is
    missing.
    """
    start = max(start, 0)
    while end is None or start < end:
        stop = start + _PAGE if end is None else min(start + _PAGE, end)
        page = store.rows(_SQL, *_PARTS, start, stop)
        for expected, row in enumerate(page, start):
            position, encoded = row[:2]
            if position != expected:
                raise DamagedError(expected, "its event is missing")
            event = Recorded(position, encoded)
            event_type, subject = _type_and_subject(event)
            kind = _kind(event_type)
            if kind not in events.ARTICLE_KINDS:
                continue
            try:
                yield _recorded_article(_Event(store, event, event_type, subject, kind, row))
            except ErasedError:
                continue
            except (InvalidEventError, UnicodeDecodeError, LookupError) as error:
                raise DamagedError(position, f"it cannot be read: {error}") from None
        if len(page) < stop - start:
            return
        start = stop


_kind = lru_cache(maxsize=64)(events.kind_of)

# As `Recorded.attribute` finds them, in a third of the time: the attributes are in the order of their names.
_TYPE_AND_SUBJECT = re.compile(rb'"subject":"([^"]*)".*,"type":"([^"]*)"')


def _type_and_subject(event: Recorded) -> tuple[str, str]:
    found = _TYPE_AND_SUBJECT.search(event.encoded)
    if found is None or not event.encoded.isascii():
        return event.attribute("type"), event.attribute("subject")
    return found[2].decode("ascii"), found[1].decode("ascii")


class _Event(NamedTuple):
    """An event that records a version of an article, and the row that was read with it."""

    store: EventStore
    event: Recorded
    type: str
    subject: str
    kind: str
    row: Sequence[Any]

    def content(self, part: str) -> bytes:
        """Return the bytes of a part. Raises ErasedError, DamagedError."""
        store, position = self.store, self.event.position
        if part == events.ORIGINAL:
            # Not among what was read for the page, and of an amended version not even in its own event.
            return store.part(originals.holder(store, self.event).position, part)
        codec_number, data, checksum = self.row[_COLUMNS[part]]
        if codec_number is None:
            return store.part(position, part)
        try:
            content = parts.unpacked(codec_number, data, checksum)
        except parts.BadPartError as error:
            raise store.unreadable(position, part, error) from None
        return content if len(content) < parts.CHUNK else store.part(position, part)


def _recorded_article(event: _Event) -> RecordedArticle:
    article, origin = event.content(events.ARTICLE), event.content(events.ORIGIN)
    try:
        return _of_documents(event, _parsed(article), _parsed(origin))
    except InvalidEventError:
        # What is quicker takes a number above 64 bits for another, and says less of what is wrong.
        return _of_documents(event, codec.from_bytes(article), codec.from_bytes(origin))


def _parsed(encoded: bytes) -> Document:
    """Parse a document in a third of the time that `codec.from_bytes` takes. Raises InvalidEventError."""
    try:
        document = orjson.loads(encoded)
    except orjson.JSONDecodeError as error:
        raise InvalidEventError(str(error)) from None
    if not isinstance(document, dict):
        raise InvalidEventError("a document is not a JSON object")
    return document


def _of_documents(event: _Event, article: Document, origin: Document) -> RecordedArticle:
    document = events.upcast(event.type, events.ARTICLE, article)
    part, encoding = codec.text_source(document)
    return RecordedArticle(
        event.event.position,
        event.subject,
        event.kind == events.ARTICLE_ADDED,
        codec.chosen_values(document),
        event.content(part).decode(encoding),
        codec.boilerplate_spans(document),
        *codec.where_from(document, origin),
    )
