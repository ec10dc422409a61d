"""Carried events: what of an event moves from one place to another, and the checks that it must pass. Pure.

An event moves as the stored bytes of its envelope and the salted bytes of its parts. Positions, leaf hashes, lookup
keys and the way in which parts are compressed belong to an archive, and are made anew where the event arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import attrs

from archive import events, parts
from archive.envelope import decode
from archive.errors import InvalidEventError, UnverifiedError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from archive.envelope import Envelope
    from archive.parts import Chunk

_CHUNKS_OF_A_DOCUMENT = 256
_MOST_CHUNKS = dict.fromkeys((events.ORIGINAL, events.TEXT, events.ORDER), 1024)
"""Of a part that comes from elsewhere, in MiB: a few bytes in a database decompress to a chunk."""

ZEROED = (parts.Chunk(bytes(parts.SALT_BYTES), parts.RAW, b"", bytes(parts.CHECKSUM_BYTES)),)
"""An erased part as it is written where it arrives: not even the length of what was there goes along."""


class Tree(NamedTuple):
    """The Merkle tree over a log: its size, and its root of 32 bytes."""

    size: int
    root: bytes


@attrs.frozen
class Header:
    """What a source says of itself: the archive's UUID, and the tree over its log.

    Without a tree it holds some of the log's events only, from which no root can be computed.
    """

    archive: str
    tree: Tree | None


@attrs.frozen
class Carried:
    """An event under way: its position in the log that it comes from, its envelope, its parts; None for an erased one.

    A part is its stored chunks, of which the first has the salt.
    """

    position: int
    encoded: bytes
    parts: Mapping[str, Sequence[Chunk] | None]


class Source(Protocol):
    """Something that events are read from: an archive, or an export of one."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def header(self) -> Header:
        """What it says of itself."""

    def opened(self) -> AbstractContextManager[None]:
        """Hold one state of it for a `with` block, in which alone it is read."""

    def envelopes(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and unchecked envelope of each event, positions ascending. Raises UnverifiedError."""

    def events(self, wanted: Container[int] | None = None) -> Iterator[Carried]:
        """Yield each event with its parts, or those at the positions wanted, in the same order, unchecked.

        Raises UnverifiedError.
        """


class Headed:
    """What every source that is opened shares: its name in messages, and its header while it is opened."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._header: Header | None = None

    @property
    def header(self) -> Header:
        """What it says of itself. Raises ValueError where it is not opened."""
        if self._header is None:
            raise ValueError("a source is read while it is opened")
        return self._header


def checked_envelope(name: str, position: int, encoded: bytes) -> Envelope:
    """Parse an envelope that arrives. Raises UnverifiedError where it is not canonical."""
    try:
        return decode(encoded)
    except (InvalidEventError, TypeError) as error:
        raise UnverifiedError(name, f"event {position}: {error}") from None


def check_parts(name: str, carried: Carried, envelope: Envelope) -> None:
    """Check that an event has the parts that its envelope commits to, each of them what it commits to, or erased.

    Costs a hash of all bytes. Raises UnverifiedError.
    """
    for part, promised in envelope.commitments.items():
        if part not in carried.parts:
            raise UnverifiedError(name, f"event {carried.position} lacks its part {part!r}")
        chunks = carried.parts[part]
        if chunks is None:
            continue
        if len(chunks) > _MOST_CHUNKS.get(part, _CHUNKS_OF_A_DOCUMENT):
            raise UnverifiedError(name, f"event {carried.position}: part {part!r} is larger than any that is recorded")
        try:
            # Neither of these makes a difference to the commitment.
            if any(chunk.salt for chunk in chunks[1:]) or not _is_cut_well(chunks):
                raise UnverifiedError(name, f"event {carried.position}: part {part!r} is not cut where chunks end")
            sound = parts.commitment(chunks[0].salt, parts.unpack(chunks)) == promised
        except parts.BadPartError as error:
            raise UnverifiedError(name, f"event {carried.position}, part {part!r}: {error}") from None
        if not sound:
            raise UnverifiedError(name, f"event {carried.position}: part {part!r} is not what its envelope commits to")
    for part in carried.parts.keys() - envelope.commitments.keys():
        raise UnverifiedError(name, f"event {carried.position} has a part {part!r} that its envelope does not know")


def _is_cut_well(chunks: Sequence[Chunk]) -> bool:
    lengths = [len(piece) for piece in parts.unpack(chunks)]
    if len(lengths) == 1:
        return lengths[0] <= parts.CHUNK
    return all(length == parts.CHUNK for length in lengths[:-1]) and lengths[-1] > 0


def is_zeroed(chunks: Sequence[Chunk]) -> bool:
    """Tell whether the stored chunks of a part were overwritten with zeros, as erasure does it."""
    return bool(chunks) and all(chunk.is_erased for chunk in chunks)


def content_of(chunks: Sequence[Chunk]) -> bytes:
    """Return the bytes of a part. Raises BadPartError."""
    return b"".join(parts.unpack(chunks))
