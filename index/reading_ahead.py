"""Reading ahead: one process reads the log and makes documents of it, while the one that asked indexes them.

Reading is SQLite, checksums, decompression and JSON; indexing is numpy. Each takes about half of the time of a build,
so two processors have enough to do, and there is one vocabulary and one segment where two that index would each have
their own. `python -m index.reading_ahead ARCHIVE START END` is the process that reads.

What goes through the pipe are frames: a length, and a list of tuples by `marshal`. Both ends are this program, at one
version of Python; nothing of it is ever kept.
"""

from __future__ import annotations

import marshal
import os
import struct
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive.archive import Archive
from index.processes import TaskFailedError, running
from index.projection import Document, Standing, projected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Row = Document | Standing

FRAME = 1 << 18
"""Characters of titles and texts in a frame, about."""

_ROWS = 256
"""Rows in a frame, at the most."""

_LENGTH = struct.Struct("<Q")
_DOCUMENTS, _STANDINGS, _END = range(3)

_PIECE = 1 << 20
_PIECES = 12
"""Pieces of the stream, of so many bytes at the most, that are held while the documents ahead of them are indexed."""


@contextmanager
def read_ahead(archive: Path, start: int, end: int) -> Iterator[Iterator[Row]]:
    """Give, for a `with` block, what `projected` yields, read by a process of its own.

    Raises TaskFailedError where that does not come to its end: what is wrong with the log it cannot say.
    """
    with ThreadPoolExecutor(1) as pool, running(__name__, str(archive.absolute()), str(start), str(end)) as pipe:
        yield _rows(_frames(_pieces(pipe.fileno(), pool)))


def write_frames(rows: Iterable[Row], write: Callable[[bytes], object]) -> None:
    """Write rows as frames, and the frame that ends them."""
    kind = _DOCUMENTS
    held: list[tuple[object, ...]] = []
    characters = 0
    for row in rows:
        here = _DOCUMENTS if isinstance(row, Document) else _STANDINGS
        if here != kind or characters >= FRAME or len(held) >= _ROWS:
            write(_frame(kind, held))
            kind, held, characters = here, [], 0
        held.append(tuple(row))
        if isinstance(row, Document):
            characters += len(row.title) + sum(map(len, row.passages))
    write(_frame(kind, held))
    write(_frame(_END, []))


def _frame(kind: int, rows: list[tuple[object, ...]]) -> bytes:
    body = marshal.dumps((kind, rows))
    return _LENGTH.pack(len(body)) + body


def _rows(frames: Iterable[bytes]) -> Iterator[Row]:
    for frame in frames:
        kind, rows = marshal.loads(frame)  # noqa: S302 - from a process that this one has started
        match kind:
            case 0:
                yield from map(Document._make, rows)
            case 1:
                yield from map(Standing._make, rows)
            case _:
                return
    raise TaskFailedError("what it wrote breaks off")


def _frames(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the frames that are whole, from pieces of a stream."""
    held = bytearray()
    for piece in pieces:
        held += piece
        start = 0
        while len(held) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(held, start)
            end = start + _LENGTH.size + length
            if len(held) < end:
                break
            yield bytes(held[start + _LENGTH.size : end])
            start = end
        del held[:start]


def _pieces(pipe: int, pool: ThreadPoolExecutor) -> Iterator[bytes]:
    """Yield what comes out of a pipe. A thread keeps some pieces in store, so that the other end goes on writing."""
    _widen(pipe)
    ahead = deque(pool.submit(os.read, pipe, _PIECE) for _ in range(_PIECES))
    while piece := ahead.popleft().result():
        ahead.append(pool.submit(os.read, pipe, _PIECE))
        yield piece


def _widen(pipe: int) -> None:
    """Let a pipe hold a whole piece, where the system lets it: else the thread has to wake up for each 64 KiB."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIECE)


def main(arguments: list[str]) -> None:
    """Write the frames of a range of events of an archive to standard output."""
    path, start, end = arguments
    with Archive.open(Path(path)) as archive:
        write_frames(projected(archive, int(start), int(end)), sys.stdout.buffer.write)
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
