"""Files that are compressed: read through, a piece at a time, by what their first bytes say and not by their names.

gzip (RFC 1952), zstd (RFC 8878), bzip2 and xz. The parts that such a file may have follow each other, as those of a
gzipped WARC do. A file that was compressed twice is read through too, no deeper. Whatever a file claims, memory is
bounded, and one that grows out of proportion is refused: it was made to.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Protocol, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

RATIO = 250
"""How many times its compressed size a file may grow to. Of text, a tenth of that is rare."""

ALWAYS_ALLOWED = 64 * 1024 * 1024
"""What may come out of a file, in bytes, before the ratio counts: a short file of one letter has any ratio."""

LAYERS = 2
"""How often a file may have been compressed."""

HEAD_BYTES = 4096

_PIECE = 64 * 1024
_LONGEST_BEGINNING = 10
_WINDOW = 128 * 1024 * 1024
"""The most memory that a decompressor may ask for: what `zstd --ultra` and `xz -9` take at the most."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


def kind(head: bytes) -> str | None:
    """Return how a file that begins so is compressed: gzip, zstd, bzip2, xz; None where it is not."""
    return next((name for name, (begins, _) in _KINDS.items() if begins.match(head)), None)


@attrs.define
class Trouble:
    """What ended a compressed file before its end; `message` is None while nothing did.

    `sound` where what was read is right as far as it goes: only the end is missing, or something else follows. It is
    told apart from what was read, so that all that came before it is kept.
    """

    message: str | None = None
    sound: bool = False


def opened(stream: io.BufferedReader, *, layers: int = LAYERS) -> tuple[io.BufferedReader, Trouble]:
    """Return a reader of what a file holds, which is the stream itself where it is not compressed, and its trouble.

    The reader ends early where there is trouble: look when it has ended.
    """
    trouble = Trouble()
    for layer in range(layers + 1):
        name = kind(stream.peek(HEAD_BYTES)[:HEAD_BYTES])
        if name is None:
            break
        if layer == layers:
            trouble.message = f"was compressed more than {layers} times; decompress it first"
            stream = io.BufferedReader(cast("io.RawIOBase", io.BytesIO()))
            break
        stream = io.BufferedReader(_Decompressed(stream, name, trouble), buffer_size=_PIECE)
    return stream, trouble


class _Decompressed(io.RawIOBase):
    """The bytes of a compressed stream, part after part. Ends where they do, or with trouble."""

    def __init__(self, stream: io.BufferedReader, name: str, trouble: Trouble) -> None:
        self._stream = stream
        self._name = name
        self._begins, self._make = _KINDS[name]
        self._trouble = trouble
        self._decompressor: _Decompressor | None = self._make()
        self._input = b""
        self._taken = self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._decompressor is not None and self._trouble.message is None:
            piece = self._next(len(view) - filled)
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def _next(self, most: int) -> bytes:
        """Return the next bytes, perhaps none; at the end, take the decompressor away."""
        decompressor = self._decompressor
        if decompressor is None:
            return b""
        if not self._input:
            self._input = self._stream.read1(_PIECE)
            self._taken += len(self._input)
        ended = not self._input
        try:
            piece = decompressor.decompress(self._input, most)
        except Exception as error:  # noqa: BLE001 - each library has errors of its own, all say that it is damaged
            return self._stop(f"the {self._name} data is damaged ({error})")
        self._input = getattr(decompressor, "unconsumed_tail", b"")
        self._given += len(piece)
        if self._given > ALWAYS_ALLOWED and self._given > RATIO * self._taken:
            return self._stop(
                f"grows to more than {RATIO} times its size when it is decompressed, as if made to; "
                "if you trust it, decompress it first"
            )
        if decompressor.eof:
            self._follow(decompressor.unused_data)
        elif ended and not piece:
            self._trouble.sound = True
            return self._stop(f"the {self._name} data is cut off")
        return piece

    def _follow(self, rest: bytes) -> None:
        """Go on with the part that follows, if one does."""
        rest = rest or self._stream.read1(_PIECE)
        # Tapes and some writers fill up with zeros.
        while rest and not rest.strip(b"\0"):
            rest = self._stream.read1(_PIECE)
        rest = rest.lstrip(b"\0")
        if not rest:
            self._decompressor = None
            return
        if len(rest) < _LONGEST_BEGINNING:
            rest += self._stream.read1(_PIECE)
        if self._begins.match(rest):
            self._input = rest
            self._taken += len(rest)
            self._decompressor = self._make()
        else:
            self._trouble.sound = True
            self._stop(f"the {self._name} data is followed by something else")

    def _stop(self, why: str) -> bytes:
        self._trouble.message = why
        return b""


class _Buffered:
    """A decompressor with zlib's manners over one that keeps or gives what it likes.

    What is not given yet is `unconsumed_tail` as far as the caller can tell: bytes that make it ask again.
    """

    def __init__(self, decompress: Callable[[bytes, int], bytes], inner: _Decompressor, *, at_once: int) -> None:
        self._decompress = decompress
        self._inner = inner
        self._at_once = at_once
        self._ready = memoryview(b"")
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof and not self._ready

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._waiting

    @property
    def unconsumed_tail(self) -> bytes:
        return self._waiting

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        if not self._ready and not self._inner.eof:
            self._ready = memoryview(self._decompress(data[: self._at_once], max_length))
            data = data[self._at_once :]
        self._waiting = data
        piece = bytes(self._ready[:max_length])
        self._ready = self._ready[max_length:]
        return piece


def _gzip() -> _Decompressor:
    import zlib

    return zlib.decompressobj(31)


def _bzip2() -> _Decompressor:
    import bz2

    inner = bz2.BZ2Decompressor()
    return _Buffered(inner.decompress, inner, at_once=_PIECE)


def _xz() -> _Decompressor:
    import lzma

    inner = lzma.LZMADecompressor(memlimit=_WINDOW)
    return _Buffered(inner.decompress, inner, at_once=_PIECE)


def _zstd() -> _Decompressor:
    import zstandard

    inner = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    # It gives all that comes of its input: a block of 4 bytes may be one of 128 KiB.
    return _Buffered(lambda data, _most: inner.decompress(data), cast("_Decompressor", inner), at_once=1024)


_KINDS: dict[str, tuple[re.Pattern[bytes], Callable[[], _Decompressor]]] = {
    "gzip": (re.compile(rb"\x1f\x8b\x08"), _gzip),
    "zstd": (re.compile(rb"\x28\xb5\x2f\xfd"), _zstd),
    # A text may begin with the first three letters: what follows is a level, and the beginning or the end of blocks.
    "bzip2": (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), _bzip2),
    "xz": (re.compile(rb"\xfd7zXZ\x00"), _xz),
}
