"""Payload parts: salted commitments, compression, chunks. Pure.

A part is a byte string that an event carries outside its envelope, so that it can be erased. The envelope holds only
a commitment to it: SHA-256 over a prefix, a salt of 32 random bytes and the uncompressed bytes. Without the salt a
guessed text could be confirmed against the log after its erasure; with a salt of any length, or without the prefix,
one commitment could stand for two parts. docs/format.md, "Payload".
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import zstandard

CHUNK = 1 << 20
"""Uncompressed bytes a chunk holds at most: nothing is written or read whole."""

SALT_BYTES = 32
CHECKSUM_BYTES = 32
RAW, ZSTD = 0, 1
_CODECS = (b"\x00", b"\x01")
_PREFIX = b"morgue.part.v1\x00"
# Of articles as they are, level 3 saves another 2 % and takes twice the time.
_LEVEL = 1
_SHORT = 160
_MANY = 64
"""Frames that are made by one call: it begins with a compressor of its own, which takes as long as some frames."""


class BadPartError(ValueError):
    """Stored bytes of a part are not what was written."""


class Chunk(NamedTuple):
    """One row of the payload table. `salt` is empty in all chunks but the first."""

    salt: bytes
    codec: int
    data: bytes
    checksum: bytes

    @property
    def is_erased(self) -> bool:
        """Whether it is zeros, as an erasure leaves it. No checksum is zeros otherwise, nor any salt."""
        return not (any(self.salt) or any(self.data) or any(self.checksum))


class Part(NamedTuple):
    """A part ready to be stored, and the commitment that goes into the envelope."""

    name: str
    commitment: str
    chunks: tuple[Chunk, ...]

    @property
    def size(self) -> int:
        """Its bytes as they are stored."""
        return sum(len(chunk.data) for chunk in self.chunks)

    def whole(self) -> bytes:
        """Return its uncompressed bytes. Raises BadPartError."""
        return b"".join(unpack(self.chunks))


class Committed(NamedTuple):
    """A part that is committed to, and not compressed yet: its envelope can be made, and the rest be done later."""

    name: str
    commitment: str
    salt: bytes
    content: bytes

    @property
    def size(self) -> int:
        """Its bytes as they are given."""
        return len(self.content)

    def whole(self) -> bytes:
        """Return its bytes."""
        return self.content


def commit(name: str, content: bytes, salt: bytes | None = None) -> Committed:
    """Salt and commit to the bytes of a part; one that was committed to before keeps its salt.

    Raises BadPartError where that salt is none.
    """
    if salt is None:
        salt = os.urandom(SALT_BYTES)
    elif len(salt) != SALT_BYTES:
        raise BadPartError(f"its salt has {len(salt)} bytes instead of {SALT_BYTES}")
    return Committed(name, commitment_of(salt, content), salt, content)


def commit_all(contents: Mapping[str, bytes]) -> tuple[Committed, ...]:
    """Salt and commit to the bytes of several parts, whose salts are drawn at one go."""
    salts = os.urandom(SALT_BYTES * len(contents))
    return tuple(
        [
            commit(name, content, salts[start : start + SALT_BYTES])
            for start, (name, content) in zip(count(0, SALT_BYTES), contents.items(), strict=False)
        ]
    )


def pack(name: str, content: bytes, salt: bytes | None = None) -> Part:
    """Salt, commit to, split and compress the bytes of a part. Raises BadPartError where its salt is none."""
    [part] = packed([commit(name, content, salt)])
    return part


def packed(some: Iterable[Part | Committed]) -> Iterator[Part]:
    """Yield parts ready to be stored, those that are only committed to compressed by one call.

    Other threads go on in it.
    """
    some = list(some)
    pieces: list[bytes] = []
    for part in some:
        if isinstance(part, Committed):
            content = part.content
            if len(content) <= CHUNK:
                pieces.append(content)
            else:
                pieces += [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]
    frames = zip(pieces, _frames(pieces), strict=True)
    for part in some:
        if isinstance(part, Part):
            yield part
            continue
        first = _chunk(*next(frames), part.salt)
        more = [_chunk(*next(frames), b"") for _ in range(CHUNK, len(part.content), CHUNK)]
        yield Part(part.name, part.commitment, (first, *more))


def unpack(chunks: Iterable[Chunk]) -> Iterator[bytes]:
    """Yield the uncompressed bytes chunk by chunk, each checked before it is decompressed, never above CHUNK.

    Raises BadPartError.
    """
    for chunk in chunks:
        yield unpacked(chunk.codec, chunk.data, chunk.checksum)


def unpacked(codec: int, data: bytes, stored_checksum: bytes) -> bytes:
    """Return the uncompressed bytes of one chunk, checked before it is decompressed. Raises BadPartError."""
    if codec not in (ZSTD, RAW):
        raise BadPartError(f"its codec {codec} is unknown")
    if hashlib.sha256(_CODECS[codec] + data).digest() != stored_checksum:
        raise BadPartError("its bytes do not match their checksum")
    return _decompress(data) if codec == ZSTD else data


def commitment(salt: bytes, pieces: Iterable[bytes]) -> str:
    """Return the commitment to a part, 64 hex digits, from its salt and uncompressed bytes in order.

    Raises BadPartError where that salt is none.
    """
    if len(salt) != SALT_BYTES:
        raise BadPartError(f"its salt has {len(salt)} bytes instead of {SALT_BYTES}")
    digest = hashlib.sha256(_PREFIX + salt)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def commitment_of(salt: bytes, content: bytes) -> str:
    """Return the commitment to a part whose bytes are at hand. Raises BadPartError where its salt is none."""
    if len(salt) != SALT_BYTES:
        raise BadPartError(f"its salt has {len(salt)} bytes instead of {SALT_BYTES}")
    return hashlib.sha256(b"".join((_PREFIX, salt, content))).hexdigest()


def checksums(codecs: Iterable[int], stored: Iterable[bytes]) -> list[bytes]:
    """Return the checksums of many chunks at once; each as `checksum` returns it. Raises IndexError by their codecs."""
    sha256 = hashlib.sha256
    return [sha256(_CODECS[codec] + data).digest() for codec, data in zip(codecs, stored, strict=True)]


def commitments(salts: Iterable[bytes], contents: Iterable[bytes]) -> list[str]:
    """Return the commitments to many parts at once, whose salts have their length; each as `commitment_of` does."""
    sha256, prefix = hashlib.sha256, _PREFIX
    return [
        sha256(b"".join((prefix, salt, content))).hexdigest() for salt, content in zip(salts, contents, strict=True)
    ]


def decompressed(codecs: Iterable[int], stored: Sequence[bytes], most: int) -> list[bytes]:
    """Return the bytes of many chunks at once, whose codecs are known and whose checksums were compared.

    Raises BadPartError, also where they claim to have more than `most` bytes together.
    """
    size_of, decompress, zstd_error = _zstd()
    frames = [(data, codec == ZSTD) for codec, data in zip(codecs, stored, strict=True)]
    try:
        sizes = [size_of(data) for data, is_frame in frames if is_frame]
        if sizes and (min(sizes) < 0 or max(sizes) > CHUNK or sum(sizes) > most):
            raise BadPartError("a frame claims more than a chunk holds, or they claim too much together")
        return [decompress(data, CHUNK) if is_frame else data for data, is_frame in frames]
    except zstd_error as error:
        raise BadPartError(f"a frame cannot be decompressed ({error})") from None


def checksum(codec: int, data: bytes) -> bytes:
    """Return SHA-256(codec byte ‖ stored bytes).

    Looked at before decompression: some flipped bits of a zstd frame decode without an error.
    """
    return hashlib.sha256(_CODECS[codec] + data).digest()


def _frames(pieces: list[bytes]) -> Iterator[bytes]:
    """Yield each piece as a frame; or as it is, where it is so short that it hardly shrinks."""
    # No trained dictionary: it would keep fragments of texts that were erased.
    long = [piece for piece in pieces if len(piece) > _SHORT]
    if len(long) >= _MANY and hasattr(_compressor(), "multi_compress_to_buffer"):
        buffers = _compressor().multi_compress_to_buffer([*long])
        frames = iter([buffers[number].tobytes() for number in range(len(long))])
    else:
        # The library's other implementation, for Pythons that load no C extension, has no call for several.
        frames = map(_compressor().compress, long)
    for piece in pieces:
        yield next(frames) if len(piece) > _SHORT else piece


def _chunk(piece: bytes, frame: bytes, salt: bytes) -> Chunk:
    codec, data = (ZSTD, frame) if len(frame) < len(piece) else (RAW, piece)
    return Chunk(salt, codec, data, checksum(codec, data))


def _decompress(frame: bytes) -> bytes:
    size_of, decompress, zstd_error = _zstd()
    try:
        # The frame states its size, and the library allocates that before reading on: cap it first.
        if not 0 <= size_of(frame) <= CHUNK:
            raise BadPartError("its frame claims more than a chunk holds")
        return decompress(frame, CHUNK)
    except zstd_error as error:
        raise BadPartError(f"its frame cannot be decompressed ({error})") from None


@cache
def _compressor() -> zstandard.ZstdCompressor:
    import zstandard

    return zstandard.ZstdCompressor(level=_LEVEL)


@cache
def _zstd() -> tuple[Callable[[bytes], int], Callable[[bytes, int], bytes], type[Exception]]:
    """Return what tells the size that a frame states, what decompresses one, and the error that both raise."""
    import zstandard

    return zstandard.frame_content_size, zstandard.ZstdDecompressor().decompress, zstandard.ZstdError
