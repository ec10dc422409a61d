"""Framing: how messages go through a pipe. Pure.

A frame is the lengths of its two halves (4 and 8 bytes, big-endian), a JSON object, and raw bytes: the object's member
`sizes` says how those are cut into blobs. Nothing in a frame is ever executed, which is why these are no pickles: what
comes from a worker may have been written by whoever made the file that it read.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LENGTHS = struct.Struct(">IQ")
_LONGEST_DOCUMENT = 1 << 28
_LONGEST_BLOBS = 1 << 31
_SIZES = "sizes"


class BadFrameError(ValueError):
    """Bytes that no frame begins with, or a frame that contradicts itself: its writer is not to be trusted."""


class Message(NamedTuple):
    """A JSON object and the blobs that go with it."""

    document: dict[str, Any]
    blobs: Sequence[bytes] = ()


def encode(message: Message) -> bytes:
    """Return a message as a frame. Any string is kept, lone surrogates too."""
    blobs = message.blobs
    document = {**message.document, _SIZES: [len(blob) for blob in blobs]} if blobs else message.document
    encoded = _json(document)
    return b"".join((_LENGTHS.pack(len(encoded), sum(map(len, blobs))), encoded, *blobs))


def _json(document: dict[str, Any]) -> bytes:
    # Imported here: only processes that talk to each other need it. In a fifth of the time.
    import orjson

    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:
        # A lone surrogate, or a number above 64 bits.
        return json.dumps(document, separators=(",", ":")).encode("ascii")


class FrameReader:
    """Puts frames together from pieces of a stream. Holds one frame that is not whole yet."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._wanted = _LENGTHS.size

    def feed(self, piece: bytes) -> Iterator[Message]:
        """Take the next bytes of a stream; yield the messages that are whole now. Raises BadFrameError."""
        self._held += piece
        while len(self._held) >= self._wanted:
            document, blobs = _LENGTHS.unpack_from(self._held)
            if document > _LONGEST_DOCUMENT or blobs > _LONGEST_BLOBS:
                raise BadFrameError("a frame claims to be longer than any message is")
            self._wanted = _LENGTHS.size + document + blobs
            if len(self._held) < self._wanted:
                return
            with memoryview(self._held) as view, view[: self._wanted] as frame:
                message = _decode(frame, document)
            del self._held[: self._wanted]
            self._wanted = _LENGTHS.size
            yield message


def _parsed(encoded: memoryview) -> object:
    import orjson

    try:
        return orjson.loads(encoded)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(bytes(encoded))
    except (ValueError, RecursionError) as error:
        raise BadFrameError(f"a frame's document is no JSON: {error}") from None


def _decode(frame: memoryview, length: int) -> Message:
    start = _LENGTHS.size + length
    document = _parsed(frame[_LENGTHS.size : start])
    if not isinstance(document, dict):
        raise BadFrameError("a frame's document is no object")
    sizes = document.get(_SIZES, [])
    if not isinstance(sizes, list) or not all(type(size) is int and size >= 0 for size in sizes):
        raise BadFrameError("a frame's sizes are no numbers")
    if start + sum(sizes) != len(frame):
        raise BadFrameError("a frame's blobs do not fill it")
    rest = bytes(frame[start:])
    blobs, at = [], 0
    for size in sizes:
        blobs.append(rest[at : at + size])
        at += size
    return Message(document, blobs)
