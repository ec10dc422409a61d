"""Replay: the recorded articles in order, in bulk, with no more of each than a projection needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archive import codec, events, originals, parts
from archive.errors import DamagedError, ErasedError, InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.provenance import Value
    from archive.store import EventStore, Recorded

_PAGE = 128
"""Events read by one statement. Of each part only the first chunk is read with it: few parts have a second one."""


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

    Raises DamagedError.
    """
    page: list[Recorded] = []
    for recorded in store.events(start, end):
        page.append(recorded)
        if len(page) == _PAGE:
            yield from _replay_page(store, page)
            page = []
    yield from _replay_page(store, page)


def _replay_page(store: EventStore, page: list[Recorded]) -> Iterator[RecordedArticle]:
    if not page:
        return
    rows = store.rows(
        "SELECT position, part, codec, data, checksum FROM payload"
        " WHERE position >= ? AND position <= ? AND chunk = 0 AND part IN (?, ?, ?)",
        page[0].position,
        page[-1].position,
        events.ARTICLE,
        events.TEXT,
        events.ORIGIN,
    )
    first_chunks = {(position, part): parts.Chunk(b"", *chunk) for position, part, *chunk in rows}
    for recorded in page:
        event_type = recorded.attribute("type")
        kind = events.kind_of(event_type)
        if kind not in events.ARTICLE_KINDS:
            continue

        def read(part: str, event: Recorded = recorded) -> bytes:
            if part == events.ORIGINAL:
                # Not among what was read for the page, and of an amended version not even in its own event.
                return store.part(originals.holder(store, event).position, part)
            chunk = first_chunks.get((event.position, part))
            return store.part(event.position, part) if chunk is None else _whole(store, event.position, part, chunk)

        try:
            document = events.upcast(event_type, events.ARTICLE, codec.from_bytes(read(events.ARTICLE)))
            part, encoding = codec.text_source(document)
            yield RecordedArticle(
                recorded.position,
                recorded.attribute("subject"),
                kind == events.ARTICLE_ADDED,
                codec.chosen_values(document),
                read(part).decode(encoding),
                codec.boilerplate_spans(document),
                *codec.where_from(document, codec.from_bytes(read(events.ORIGIN))),
            )
        except ErasedError:
            continue
        except (InvalidEventError, UnicodeDecodeError, LookupError) as error:
            raise DamagedError(recorded.position, f"it cannot be read: {error}") from None


def _whole(store: EventStore, position: int, part: str, chunk: parts.Chunk) -> bytes:
    """Return a part of which the first chunk is at hand."""
    try:
        [content] = parts.unpack([chunk])
    except parts.BadPartError as error:
        raise store.unreadable(position, part, error) from None
    return content if len(content) < parts.CHUNK else store.part(position, part)
