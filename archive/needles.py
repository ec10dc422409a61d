"""Needles: what is looked for after an erasure, to prove that it is gone. Pure but for reading what is to be erased.

Of an article: its titles and addresses whole, and stretches of its texts, its originals and whatever else its events
hold, as they would stand in a file: in UTF-8, and as JSON spells them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple

from archive import codec, events
from archive.errors import DamagedError, InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.archive import Archive
    from archive.article import Version
    from archive.store import Recorded

Kind = Literal["title", "url", "id", "text", "original", "note"]

STRETCH = 40
"""Bytes of a stretch, about: long enough to be of one article, as a rule."""

_STRETCHES = 12
"""Stretches that are taken of a text, spread over it."""

_SHORTEST = 3
"""Bytes of a needle: a shorter one stands anywhere."""


class Needle(NamedTuple):
    """Bytes that are looked for, and what they are of."""

    kind: Kind
    content: bytes


def needles_of(archive: Archive, versions: Iterable[Version], others: Iterable[Recorded]) -> tuple[Needle, ...]:
    """Return what is to be looked for once some versions and other events about an article are gone."""
    found: dict[bytes, Kind] = {}
    for needle in (*_of_versions(archive, versions), *_of_others(archive, others)):
        if len(needle.content) >= _SHORTEST:
            found.setdefault(needle.content, needle.kind)
    return tuple(Needle(kind, content) for content, kind in found.items())


def stretches(text: str) -> Iterator[str]:
    """Yield stretches of a text that stand within a line, from all over it."""
    lines = [line.strip() for line in text.splitlines()]
    pieces = [
        line[start : start + STRETCH]
        for line in lines
        for start in range(0, max(len(line) - STRETCH // 2, 1), STRETCH)
        if len(line[start : start + STRETCH].strip()) >= STRETCH // 2
    ]
    yield from pieces[:: max(1, len(pieces) // _STRETCHES)]


def _of_versions(archive: Archive, versions: Iterable[Version]) -> Iterator[Needle]:
    for version in versions:
        fields = version.metadata.fields
        for name, kind in (("title", "title"), ("url", "url")):
            for candidate in fields.get(name, ()):
                for value in (candidate.value, candidate.raw):
                    if isinstance(value, str):
                        yield from _spelled(kind, value)  # type: ignore[arg-type]
        if version.article.canonical_url is not None:
            yield from _spelled("url", version.article.canonical_url)
        if version.article.key is not None:
            yield from _spelled("id", version.article.key)
        for stretch in stretches(archive.text(version)):
            yield from _spelled("text", stretch)
        yield Needle("original", version.article.digest.encode())
        original = archive.original(version)
        step = max(STRETCH, len(original) // _STRETCHES)
        for start in range(0, max(len(original) - STRETCH // 2, 0), step):
            yield Needle("original", original[start : start + STRETCH])


def _of_others(archive: Archive, others: Iterable[Recorded]) -> Iterator[Needle]:
    for recorded in others:
        if events.kind_of(recorded.attribute("type")) not in events.LIFE_CYCLE_KINDS:
            continue
        for part in recorded.envelope.commitments:
            try:
                document = codec.from_bytes(archive.store.part(recorded.position, part))
            except (DamagedError, InvalidEventError):
                continue
            for value in _strings(document):
                for stretch in stretches(value):
                    yield from _spelled("note", stretch)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)


def _spelled(kind: Kind, value: str) -> Iterator[Needle]:
    """Yield a value in UTF-8, and as JSON spells it where that differs."""
    for spelled in (value, json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(value)[1:-1]):
        yield Needle(kind, spelled.strip().encode(errors="surrogatepass"))
