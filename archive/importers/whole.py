"""Files that are one record: all of the file, up to a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archive.importers.protocol import Problem, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 256 * 1024 * 1024
"""The most bytes that one article may have."""

_READ_AT_ONCE = 1024 * 1024


def one_record(stream: BinaryIO, format_name: str, *, largest: int = LARGEST) -> Iterator[Record | Problem]:
    """Yield all of a stream as one record, or the problem that it is larger than `largest` bytes."""
    # A read of the whole limit at once would set as much memory aside for the smallest file.
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_READ_AT_ONCE):
        size += len(piece)
        if size > largest:
            yield Problem(
                message=f"larger than {largest >> 20} MiB, too large for one article; split it, or name its format"
            )
            return
        pieces.append(piece)
    yield Record(original=b"".join(pieces), format=format_name)
