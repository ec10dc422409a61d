"""Replay: the recorded articles in order, in bulk, with no more of each than a projection needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from archive import codec, events, originals, parts
from archive.errors import DamagedError, ErasedError, InvalidEventError
from archive.store import Recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archive.codec import Document
    from archive.provenance import Value
    from archive.store import EventStore

    Read = Callable[[str], bytes]

_PAGE = 128
"""Events read by one statement. Of each part only the first chunk is read with it: few parts have a second one."""

_PARTS = (events.ARTICLE, events.TEXT, events.ORIGIN)

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
        for expected, (position, encoded, *chunks) in enumerate(page, start):
            if position != expected:
                raise DamagedError(expected, "its event is missing")
            recorded = Recorded(position, encoded)
            event_type = recorded.attribute("type")
            kind = events.kind_of(event_type)
            if kind not in events.ARTICLE_KINDS:
                continue
            try:
                yield _recorded_article(recorded, event_type, kind, _reader(store, recorded, chunks))
            except ErasedError:
                continue
            except (InvalidEventError, UnicodeDecodeError, LookupError) as error:
                raise DamagedError(position, f"it cannot be read: {error}") from None
        if len(page) < stop - start:
            return
        start = stop


def _reader(store: EventStore, recorded: Recorded, chunks: list[object]) -> Read:
    """Return what reads a part of an event, of which the first chunks of some parts are at hand."""
    position = recorded.position

    def read(part: str) -> bytes:
        if part == events.ORIGINAL:
            # Not among what was read for the page, and of an amended version not even in its own event.
            return store.part(originals.holder(store, recorded).position, part)
        at = 3 * _PARTS.index(part)
        codec_number, data, checksum = chunks[at : at + 3]
        if not (isinstance(codec_number, int) and isinstance(data, bytes) and isinstance(checksum, bytes)):
            return store.part(position, part)
        try:
            content = parts.unpacked(codec_number, data, checksum)
        except parts.BadPartError as error:
            raise store.unreadable(position, part, error) from None
        return content if len(content) < parts.CHUNK else store.part(position, part)

    return read


def _recorded_article(recorded: Recorded, event_type: str, kind: str, read: Read) -> RecordedArticle:
    article, origin = read(events.ARTICLE), read(events.ORIGIN)
    try:
        document, source = _parsed(article), _parsed(origin)
        return _of_documents(recorded, event_type, kind, read, document, source)
    except InvalidEventError:
        # What is quicker takes a number above 64 bits for another, and says less of what is wrong.
        document, source = codec.from_bytes(article), codec.from_bytes(origin)
        return _of_documents(recorded, event_type, kind, read, document, source)


def _parsed(encoded: bytes) -> Document:
    """Parse a document in a third of the time that `codec.from_bytes` takes. Raises InvalidEventError."""
    try:
        document = orjson.loads(encoded)
    except orjson.JSONDecodeError as error:
        raise InvalidEventError(str(error)) from None
    if not isinstance(document, dict):
        raise InvalidEventError("a document is not a JSON object")
    return document


def _of_documents(  # noqa: PLR0917 - an event in parts
    recorded: Recorded, event_type: str, kind: str, read: Read, article: Document, origin: Document
) -> RecordedArticle:
    document = events.upcast(event_type, events.ARTICLE, article)
    part, encoding = codec.text_source(document)
    return RecordedArticle(
        recorded.position,
        recorded.attribute("subject"),
        kind == events.ARTICLE_ADDED,
        codec.chosen_values(document),
        read(part).decode(encoding),
        codec.boilerplate_spans(document),
        *codec.where_from(document, origin),
    )
