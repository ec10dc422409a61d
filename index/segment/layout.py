"""The layout of a segment file: sections of numbers, and a directory at the end. Pure standard library.

    magic, sections (each aligned to 8 bytes), directory (JSON), CRC-32 and length of the directory, magic

Numbers are in the byte order of the machine, which the directory names: an index is not carried to another. A file
that was cut short has no directory where its end says; one whose directory was damaged fails its CRC. The directory has
a CRC of each section. Sections of blocks are described in `index.segment.blocks`. docs/format.md, "Segments".
"""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import zlib
from array import array
from typing import TYPE_CHECKING, Any, BinaryIO

from archive import private_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from typing_extensions import Buffer

MAGIC = b"mrgseg01"
FORMAT = 5
SUFFIX = ".seg"
_TAIL = struct.Struct("<II8s")
_ALIGNMENT = 8
_CHECKED = 1 << 22
"""Bytes of a section that are read at a time, in a check."""

TYPES = {"B": 1, "b": 1, "H": 2, "h": 2, "I": 4, "i": 4, "Q": 8, "q": 8, "f": 4, "d": 8}
"""Bytes of an item by type code, as in the module `struct`."""


KEY_BYTES = 8


def term_key(term: bytes) -> int:
    """Return the first eight bytes of a term as a number: terms are in the order of their keys, or share one."""
    return int.from_bytes(term[:KEY_BYTES].ljust(KEY_BYTES, b"\0"), "big")


def term_keys(terms: Iterable[bytes]) -> array[int]:
    """Return the keys of terms, all at one go."""
    keys = array("Q", b"".join([term[:KEY_BYTES].ljust(KEY_BYTES, b"\0") for term in terms]))
    if sys.byteorder == "little":
        keys.byteswap()
    return keys


class BadSegmentError(ValueError):
    """A file is no segment, or not all of one."""


class SegmentFile:
    """Writes a segment file, a section at a time, in bounded memory; nothing counts before `finish`."""

    def __init__(self, path: Path, file: BinaryIO | None = None) -> None:
        """Create the file, or write to one that the caller has created and that may be in memory."""
        self._path = path
        self._file: BinaryIO = private_files.create(path) if file is None else file
        self._file.write(MAGIC)
        self._sections: dict[str, tuple[int, int, str, int]] = {}

    def add(self, name: str, type_code: str, pieces: Iterable[Buffer]) -> None:
        """Write a section from pieces of bytes in order, and note its checksum."""
        self._file.write(bytes(-self._file.tell() % _ALIGNMENT))
        start = self._file.tell()
        crc = 0
        for piece in pieces:
            self._file.write(piece)
            crc = zlib.crc32(piece, crc)
        self._sections[name] = (start, self._file.tell() - start, type_code, crc)

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the directory with some facts of the segment's own, sync the file and close it."""
        directory = json.dumps(
            {"byteorder": sys.byteorder, "sections": self._sections, **facts}, sort_keys=True
        ).encode()
        self._file.write(directory)
        self._file.write(_TAIL.pack(zlib.crc32(directory), len(directory), MAGIC))
        self._file.flush()
        _sync(self._file)
        self._file.close()

    def abandon(self) -> None:
        """Close the file unfinished and remove it."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _sync(file: BinaryIO) -> None:
    try:
        descriptor = file.fileno()
    except io.UnsupportedOperation:
        return  # a file in memory
    os.fsync(descriptor)


def checksum(section: memoryview) -> int:
    """Return the checksum of a section, of which some is read at a time."""
    crc = 0
    for start in range(0, section.nbytes, _CHECKED):
        crc = zlib.crc32(section.cast("B")[start : start + _CHECKED], crc)
    return crc


def read_directory(data: memoryview) -> dict[str, Any]:
    """Return the directory of a segment file. Raises BadSegmentError."""
    if len(data) < len(MAGIC) + _TAIL.size or data[: len(MAGIC)] != MAGIC:
        raise BadSegmentError("no segment file")
    crc, length, magic = _TAIL.unpack(data[-_TAIL.size :])
    end = len(data) - _TAIL.size
    directory = bytes(data[max(0, end - length) : end])
    if magic != MAGIC or zlib.crc32(directory) != crc:
        raise BadSegmentError("a segment file that was cut short or damaged")
    parsed: dict[str, Any] = json.loads(directory)
    if parsed.get("byteorder") != sys.byteorder:
        raise BadSegmentError("a segment of a machine with another byte order")
    return parsed
