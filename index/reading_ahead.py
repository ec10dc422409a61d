"""Reading ahead: one process reads the log and makes documents of it, while the one that asked indexes them.

Reading is SQLite, checksums, decompression and JSON; indexing is numpy. Each takes about half of the time of a build,
so two processors have enough to do, and there is one vocabulary and one segment where two that index would each have
their own. `python -m index.reading_ahead ARCHIVE START END` is the process that reads.

What goes through the pipe are frames: a length, and a batch (`index.batches`) by `marshal`. Both ends are this program,
run by one Python; nothing of it is ever kept.
"""

from __future__ import annotations

import marshal
import os
import struct
import sys
from collections import deque
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive.archive import Archive
from index.batches import Batch, Texts, Values, batches
from index.projection import projected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor

_LENGTH = struct.Struct("<Q")
_PIECE = 1 << 20
_PIECES = 32
"""Pieces of the stream, of so many bytes at the most, that are held while the documents ahead of them are indexed."""


@contextmanager
def read_ahead(archive: Path, start: int, end: int) -> Iterator[Iterator[Batch]]:
    """Give, for a `with` block, the batches of the events at `[start, end)`, read by a process of its own.

    Raises TaskFailedError where that does not come to its end: what is wrong with the log it cannot say.
    """
    # Imported here: the process that reads needs neither.
    from concurrent.futures import ThreadPoolExecutor

    from index.processes import running

    with running(__name__, str(archive.absolute()), str(start), str(end)) as pipe:
        pool = ThreadPoolExecutor(1)
        try:
            yield read_frames(_pieces(pipe.fileno(), pool))
        finally:
            # Before the pipe is closed: its number may be another file's by the next read. What is under way ends, as
            # the other process writes on, or ends itself.
            pool.shutdown(cancel_futures=True)


def write_frames(found: Iterable[Batch], write: Callable[[bytes], object]) -> None:
    """Write batches as frames, and the empty frame that ends them."""
    for batch in found:
        # Plain tuples, as `marshal` knows no others.
        names = {name: tuple(values) for name, values in batch.names.items()}
        texts = {name: tuple(field) for name, field in batch.texts.items()}
        body = marshal.dumps(tuple(batch._replace(names=names, texts=texts)))  # type: ignore[arg-type]
        write(_LENGTH.pack(len(body)) + body)
    write(_LENGTH.pack(0))


def read_frames(pieces: Iterable[bytes]) -> Iterator[Batch]:
    """Yield the batches that were written, from the pieces of a stream. Raises TaskFailedError where it breaks off."""
    for frame in _frames(pieces):
        if not frame:
            return
        batch = Batch._make(marshal.loads(frame))  # noqa: S302 - from a process that this one has started
        names = {name: Values._make(values) for name, values in batch.names.items()}
        yield batch._replace(names=names, texts={name: Texts._make(field) for name, field in batch.texts.items()})
    from index.processes import TaskFailedError

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


def _pieces(pipe: int, pool: Executor) -> Iterator[bytes]:
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
        write_frames(batches(projected(archive, int(start), int(end))), sys.stdout.buffer.write)
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
