"""Events as nearly all of them are, many looked at together: versions of articles whose payload is sound.

What each of them takes alone (`walk`, `payload`, `versions`) is mostly the price of doing it alone. Here one step is
made for all events of a batch, and the next one then: leaves, checksums, frames, commitments. Whatever is not as it
usually is, is left to the others, which say what is wrong: nothing here is a problem, and nothing is passed over.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archive import envelope, events, merkle, parts
from archive.verification import versions
from archive.verification.payload import NO_CHECKSUM

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from archive.verification.rows import Row

BATCH = 64
"""Events that are looked at together: more of them are no quicker, and would all be held."""

_TYPES = frozenset(events.type_of(kind).encode() for kind in (events.ARTICLE_ADDED, events.ARTICLE_REVISED))
_PAYLOAD = [{int}, {str}, {int}, {bytes}, {int}, {bytes}, {bytes}]
"""The types of the columns of a payload."""

_MOST = 32 << 20
"""Bytes of payloads, uncompressed, that are looked at together."""


class Usual(NamedTuple):
    """A version that is sound, with all of its payload: what the walk sums up of it."""

    source: str
    time: str
    keys: Collection[int]


def look(found: Sequence[Row], rows: Sequence[Row], secret: bytes) -> Sequence[Usual | None]:
    """Return what the events of some rows are, None for each that must be looked at alone.

    `found` are rows of events at one position after the other, `rows` those of their payloads in order, and none else;
    `secret` is that of the lookup table.
    """
    none = [None] * len(found)
    # Events with parts of several chunks, or with parts that are erased, are no usual ones.
    others = {row[0] for row in rows if row[2] or row[6] == NO_CHECKSUM}
    if not others.issubset([row[0] for row in found]):
        return none
    if others:
        rows = [row for row in rows if row[0] not in others]
    encoded = [row[2] for row in found]
    if not rows or {*map(type, encoded)} != {bytes}:
        return none
    positions, names, _, salts, codecs, stored, checksums = columns = [*zip(*rows, strict=True)]
    if [{*map(type, column)} for column in columns] != _PAYLOAD or {*map(len, salts)} != {parts.SALT_BYTES}:
        return none
    if not {parts.RAW, parts.ZSTD}.issuperset(codecs) or parts.checksums(codecs, stored) != [*checksums]:
        return none
    try:
        contents = parts.decompressed(codecs, stored, _MOST)
    except parts.BadPartError:
        return none
    committed = "".join(parts.commitments(salts, contents)).encode()
    leaves = [merkle.leaf_hash(one) for one in encoded]
    counts = Counter(positions)
    usual: list[Usual | None] = []
    start = 0
    for (position, event_id, _, leaf), cut, computed in zip(found, envelope.cut(encoded), leaves, strict=True):
        begin, start = start, start + counts.pop(position, 0)
        if (
            cut is None
            or cut.type not in _TYPES
            or computed != leaf
            or event_id != cut.id.decode()
            or cut.parts != names[begin:start]
            or cut.committed != committed[64 * begin : 64 * start]
        ):
            usual.append(None)
            continue
        keys = versions.quickly(cut, dict(zip(cut.parts, contents[begin:start], strict=True)), secret)
        usual.append(None if keys is None else Usual(cut.source.decode(), cut.time.decode(), keys))
    # Rows of no event have put those of all others out of their place.
    return none if counts else usual
