"""Readable: that what an event says can be read by all who will ask it, before it is taken in.

Its hashes prove that an event is what its log recorded, not that its log was written by morgue. Whoever writes a log by
hand can record what no reader here takes: a version that states another digest than that of its bytes, tags that are
no list. Taken in, it would be there for good, and make this archive one that does not verify or cannot be indexed.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from archive import codec, edtf, events
from archive.capture import from_bytes
from archive.errors import InvalidEventError, InvalidValueError, UnverifiedError
from archive.identity import instant
from archive.life_cycle import NOTHING, PARTS, Entry, after
from archive.moving.carried import content_of
from archive.suppression import read_suppressed

if TYPE_CHECKING:
    from collections.abc import Container

    from archive.article import Article
    from archive.envelope import Envelope
    from archive.moving.carried import Carried


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""The escape of half of a surrogate pair, in JSON."""


def check_readable(name: str, carried: Carried, envelope: Envelope, gone: Container[str]) -> None:
    """Check the parts of an event that are not gone, but for the documents of a version: see `check_version`.

    Raises UnverifiedError.
    """
    try:
        _check(carried, envelope, gone)
    except (InvalidEventError, InvalidValueError, ValueError) as error:
        raise UnverifiedError(name, f"event {carried.position} cannot be read: {error}") from None


def check_version(article: Article, original: bytes | None) -> None:
    """Check what a version states: dates, and of its original, None where that is gone. Raises InvalidEventError."""
    _check_published(article)
    if article.captured is not None:
        _check_instant("captured", article.captured)
    if original is None:
        return
    if hashlib.sha256(original).hexdigest() != article.digest:
        raise InvalidEventError("the digest that it states is not that of its original")
    if len(original) != article.length:
        raise InvalidEventError("the length that it states is not that of its original")


def _check_published(article: Article) -> None:
    published = article.metadata.value("published")
    # As the index takes it.
    if isinstance(published, str):
        try:
            edtf.days(published)
            if "T" in published:
                instant(published)
        except (InvalidValueError, ValueError, OverflowError) as error:
            raise InvalidEventError(f"published: {error}") from None


def _check_instant(name: str, value: str) -> None:
    try:
        instant(value)
    except (InvalidValueError, ValueError, OverflowError) as error:
        raise InvalidEventError(f"{name}: {error}") from None


def _document(encoded: bytes) -> codec.Document:
    """Parse a document whose strings are all text. Raises InvalidEventError."""
    document = codec.from_bytes(encoded)
    if _HALF.search(encoded):
        # It may be one of a pair, and then all is well.
        codec.text_to_bytes(json.dumps(document, ensure_ascii=False))
    return document


def _check(carried: Carried, envelope: Envelope, gone: Container[str]) -> None:
    def part(wanted: str) -> bytes | None:
        chunks = carried.parts.get(wanted)
        return None if chunks is None or wanted in gone else content_of(chunks)

    kind = envelope.kind
    if kind in PARTS:
        if PARTS[kind] not in carried.parts:
            raise InvalidEventError(f"it has no part {PARTS[kind]!r}")
        said = part(PARTS[kind])
        document = None if said is None else _document(said)
        after(NOTHING, Entry(carried.position, kind, envelope.time, document))
    elif kind == events.RUN_RECORDED and (said := part(events.RUN)) is not None:
        run = codec.run_from_document(envelope.subject, _document(said))
        _check_instant("started", run.started)
        _check_instant("ended", run.ended)
    elif kind == events.ARTICLE_ERASED:
        if (said := part(events.ERASURE)) is not None:
            _document(said)
        if (said := part(events.SUPPRESSED)) is not None:
            read_suppressed(said)
    elif kind in events.ARTICLE_KINDS:
        if (said := part(events.CAPTURE)) is not None:
            from_bytes(said)
        for name in (events.ARTICLE, events.ORIGIN, events.REASON):
            if (said := part(name)) is not None:
                _document(said)
