"""The gzip members of a WARC or ARC file, or the file itself where it is not compressed, around what is damaged.

Each record is usually a member of its own (WARC 1.1, annex D), so that a damaged one costs no other: behind damage,
the next place is looked for where a member or a record begins. Whole files in one member are read as well.
"""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from archive.importers.compressed import ALWAYS_ALLOWED, RATIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

_PIECE = 16 * 1024
_RECENT = 64
"""Pieces of a member that are looked through again where it is damaged."""

_GZIP = 31
_MAGIC = b"\x1f\x8b\x08"
_WINDOW = 1 << 16
# The URL of an ARC record should have no spaces, but may; its date should have 14 digits.
_RECORD = re.compile(
    rb"WARC/[01]\.\d|filedesc://|[a-z][a-z0-9+.-]*:[^\r\n]{1,1900}? [0-9a-f.:]+ \d{8,18} ", re.IGNORECASE
)
_LOOKED_AT = 2048
_BETWEEN = b"\r\n"


def begins_record(head: bytes) -> bool:
    """Tell whether a record begins here: the version line of a WARC record, or the URL line of an ARC record."""
    return _RECORD.match(head) is not None


class Member:
    """One member: a stream of records, which `offset` bytes of the file come before. `tell` counts its own bytes.

    `trouble` says what ended it before its end, None while nothing has.
    """

    def __init__(self, raw: io.RawIOBase, offset: int, *, compressed: bool) -> None:
        self._stream: io.BufferedReader = io.BufferedReader(raw, buffer_size=_PIECE)
        self._raw = raw
        self._ahead = b""
        self._told = 0
        self.offset = offset
        self.compressed = compressed

    @property
    def trouble(self) -> str | None:
        """What ended it before its end."""
        return self._raw.trouble if isinstance(self._raw, _Inflated) else None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        piece, self._ahead = (self._ahead, b"") if size < 0 else (self._ahead[:size], self._ahead[size:])
        if not self._ahead:
            piece += self._stream.read(size if size < 0 else size - len(piece))
        self._told += len(piece)
        return piece

    def readline(self, size: int | None = -1) -> bytes:
        """Return the next line, or as much of it as `size` allows."""
        most = sys.maxsize if size is None or size < 0 else size
        end = self._ahead.find(b"\n", 0, most) + 1 or min(len(self._ahead), most)
        line, self._ahead = self._ahead[:end], self._ahead[end:]
        if len(line) < most and not line.endswith(b"\n"):
            line += self._stream.readline(most - len(line))
        self._told += len(line)
        return line

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._told

    def peek(self) -> bytes:
        """Return the 2,048 bytes that come next, fewer at the end only."""
        if len(self._ahead) < _LOOKED_AT:
            self._ahead += self._stream.read(_LOOKED_AT - len(self._ahead))
        return self._ahead[:_LOOKED_AT]


def members(stream: BinaryIO) -> Iterator[Member | str]:
    """Yield the members of a file in turn, and sentences on what was passed over between them.

    A member must be done with when the next is asked for; what is left of it is passed over.
    """
    source = _Source(stream)
    found_any = False
    while (head := source.peek(_LOOKED_AT)) != b"":
        offset = source.offset
        if head.startswith(_MAGIC):
            inflated = _Inflated(source)
            member = Member(inflated, offset, compressed=True)
            if begins_record(member.peek().lstrip(_BETWEEN)):
                found_any = True
                yield member
                inflated.finish()
            else:
                inflated.finish()
                if found_any:
                    yield f"byte {offset:,}: {inflated.trouble or 'a gzip member without a record was passed over'}"
            if inflated.trouble is not None:
                _seek_start(source)
        elif begins_record(head):
            found_any = True
            yield Member(_Plain(source), offset, compressed=False)
        else:
            _seek_start(source)
            if found_any and head.strip(b"\0\r\n"):
                yield f"byte {offset:,}: {source.offset - offset:,} bytes that are no record were passed over"
    if not found_any:
        yield "holds no record of a WARC or ARC file"


def _seek_start(source: _Source) -> None:
    """Pass over bytes, at least one, until some come that a member or a record can begin with."""
    behind_line = source.take(1) == b"\n"
    while (held := source.peek(_WINDOW)) != b"":
        found = _start_in(held, behind_line=behind_line)
        if found is not None:
            source.take(found)
            return
        # What begins at the end of a window is seen with the next.
        passed = source.take(len(held) - _LOOKED_AT if len(held) == _WINDOW else len(held))
        behind_line = passed.endswith(b"\n")


def _start_in(held: bytes, *, behind_line: bool) -> int | None:
    """Return where in some bytes a gzip member or, at the beginning of a line, a record can begin."""
    member = held.find(_MAGIC)
    end = member if member >= 0 else len(held)
    line = 0 if behind_line else held.find(b"\n", 0, end) + 1
    while line or behind_line:
        if _RECORD.match(held, line):
            return line
        behind_line = False
        line = held.find(b"\n", line, end) + 1
    return member if member >= 0 else None


class _Source:
    """A stream that can be looked ahead in and given bytes back; `offset` counts what was taken of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held = b""
        self.offset = 0

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer at the end, and leave them there."""
        while len(self._held) < size and (piece := self._stream.read(_PIECE)):
            self._held += piece
        return self._held[:size]

    def take(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""
        if not self._held:
            self._held = self._stream.read(_PIECE)
        piece, self._held = self._held[:size], self._held[size:]
        self.offset += len(piece)
        return piece

    def give_back(self, piece: bytes) -> None:
        """Put bytes back that were taken last."""
        self._held = piece + self._held
        self.offset -= len(piece)


class _Plain(io.RawIOBase):
    """What is left of a source, as it is."""

    def __init__(self, source: _Source) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        piece = self._source.take(len(view))
        view[: len(piece)] = piece
        return len(piece)


class _Inflated(io.RawIOBase):
    """One gzip member, decompressed, and those that only go on with its record, as some tools cut it.

    It ends where they do, or with trouble; the source stands behind it then.
    """

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._inflater = zlib.decompressobj(_GZIP)
        self._taken = self._given = 0
        self._recent: deque[bytes] = deque()
        self.trouble: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        while self.trouble is None and not self._inflater.eof:
            piece = self._next(len(view))
            if piece:
                view[: len(piece)] = piece
                return len(piece)
        return 0

    def finish(self) -> None:
        """Pass over what is left of the member."""
        while self.trouble is None and not self._inflater.eof:
            self._next(1 << 20)

    def _next(self, most: int) -> bytes:
        compressed = self._inflater.unconsumed_tail
        if not compressed:
            compressed = self._source.take(_PIECE)
            self._taken += len(compressed)
            self._recent.append(compressed)
            if len(self._recent) > _RECENT:
                self._recent.popleft()
            if not compressed:
                return self._stop("its gzip data is cut off")
        try:
            piece = self._inflater.decompress(compressed, most)
        except zlib.error as error:
            return self._stop(f"its gzip data is damaged ({error})")
        self._given += len(piece)
        if self._inflater.eof:
            self._source.give_back(self._inflater.unused_data)
            self._recent.clear()
            if self._goes_on():
                self._inflater = zlib.decompressobj(_GZIP)
        elif self._given > ALWAYS_ALLOWED and self._given > RATIO * self._taken:
            self._stop(f"it grows to more than {RATIO} times its size when it is decompressed, as if made to")
        return piece

    def _stop(self, why: str) -> bytes:
        """End with trouble. What was taken last is given back: what is damaged may have claimed more than its own."""
        self.trouble = why
        self._source.give_back(b"".join(self._recent))
        return b""

    def _goes_on(self) -> bool:
        """Tell whether the member that follows begins in the middle of a record."""
        head = self._source.peek(_LOOKED_AT)
        if not head.startswith(_MAGIC):
            return False
        try:
            begun = zlib.decompressobj(_GZIP).decompress(head, _LOOKED_AT).lstrip(_BETWEEN)
        except zlib.error:
            return False
        return begun != b"" and not begins_record(begun)
