"""A version of an article: whether its documents can be read and say what its bytes are, and how it is found."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from archive import events, lookup, originals, parts
from archive.errors import DamagedError, InvalidEventError
from archive.verification.payload import is_zeroed
from archive.verification.stated import stated, stated_quickly

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from archive.envelope import Cut, Envelope
    from archive.store import EventStore, Recorded


class Finding(NamedTuple):
    """The keys under which the lookup table must find a version, and what is wrong with it, None where nothing is."""

    keys: Collection[int]
    wrong: str | None = None


def check(store: EventStore, recorded: Recorded, envelope: Envelope, contents: Mapping[str, bytes]) -> Finding:
    """Check the version that an event records; `contents` are the bytes of its parts, all sound and none erased.

    Only an amended one has more read for it: the original that an earlier event holds.
    """
    try:
        article = stated(envelope.type, _part(contents, events.ARTICLE), _part(contents, events.ORIGIN))
        original = _original(store, recorded, envelope, contents)
        if original is None:
            # Its bytes are erased, in the event of another version; this one is only found if its text is its own.
            if article.text_is_original:
                return Finding((lookup.article_key(envelope.subject),))
        elif hashlib.sha256(original).hexdigest() != article.digest:
            return Finding((), "the digest it states is not that of its original")
        if article.text_is_original and original is not None:
            text = original.decode(article.encoding)
        else:
            text = _part(contents, events.TEXT).decode()
    except DamagedError as error:
        return Finding((), error.what)
    except InvalidEventError as error:
        return Finding((), str(error))
    except (UnicodeDecodeError, LookupError) as error:
        return Finding((), f"its text cannot be decoded: {error}")
    content = lookup.content_digest(article.title, text)
    keys = lookup.identifying_keys(store.secret, article, content, article.path)
    return Finding((lookup.article_key(envelope.subject), *keys))


def quickly(cut: Cut, contents: Mapping[str, bytes], secret: bytes) -> Collection[int] | None:
    """Return the keys of a version that is no amended one and has nothing wrong, None where `check` has to look."""
    article, origin = contents.get(events.ARTICLE), contents.get(events.ORIGIN)
    original = contents.get(events.ORIGINAL)
    if article is None or origin is None or original is None:
        return None
    found = stated_quickly(cut.type.decode(), article, origin)
    if found is None or hashlib.sha256(original).hexdigest() != found.digest:
        return None
    try:
        text = original.decode(found.encoding) if found.text_is_original else contents[events.TEXT].decode()
    except (UnicodeDecodeError, LookupError):
        return None
    keys = lookup.identifying_keys(secret, found, lookup.content_digest(found.title, text), found.path)
    return [lookup.article_key(cut.subject.decode()), *keys]


def _part(contents: Mapping[str, bytes], name: str) -> bytes:
    try:
        return contents[name]
    except KeyError:
        raise InvalidEventError(f"its envelope commits to no part {name!r}") from None


def _original(store: EventStore, recorded: Recorded, envelope: Envelope, contents: Mapping[str, bytes]) -> bytes | None:
    """Return the bytes of a version, None where they are erased. Raises DamagedError, InvalidEventError."""
    if envelope.kind != events.ARTICLE_AMENDED:
        return _part(contents, events.ORIGINAL)
    position = originals.holder(store, recorded).position
    chunks = store.stored_chunks(position, events.ORIGINAL)
    if chunks and is_zeroed([(position, events.ORIGINAL, number, *chunk) for number, chunk in enumerate(chunks)]):
        return None
    try:
        return b"".join(parts.unpack(chunks))
    except parts.BadPartError as error:
        raise DamagedError(position, f"part {events.ORIGINAL!r}: {error}") from None
