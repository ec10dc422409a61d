"""Splitting a container in a worker process: its records as they come, and on behind one that ended the process."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import attrs

from archive.importers.protocol import Problem, Record, Skipped
from archive.workers import messages
from archive.workers.framing import BadFrameError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.workers.pool import Pool
    from archive.workers.process import Process

DEATHS = 20
"""How often the splitter of one container may die before the rest of it is given up."""

_PIECE = 1 << 20


def split(pool: Pool, format_name: str, descriptor: int, *, seekable: bool) -> Iterator[Record | Problem | Skipped]:
    """Yield what a format's importer splits an open file into, in a process of its own.

    Where that dies, what it had given is kept, and a problem names how far it got; a format that says how far it has
    come goes on behind it, if the file can be positioned.
    """
    given, offset = 0, 0
    for _ in range(DEATHS):
        process = pool.order_splitter(format_name, descriptor, seekable=seekable, offset=offset)
        progress = _Progress()
        try:
            for item in _answers(pool, process, progress):
                given += isinstance(item, Record)
                yield item
        finally:
            if not progress.finished:
                pool.end_splitter()
        if progress.finished:
            return
        goes_on = progress.reached is not None and seekable
        why = process.why()
        if why is not None or not goes_on:
            yield Problem(message=_message(why or "the reader ended", given, progress.reached, on=goes_on))
        if progress.reached is None or not seekable:
            return
        # One byte into the record that ended the process: its splitter looks for the next one.
        offset = progress.reached + (why is not None)
    yield Problem(message=f"{DEATHS} of its records ended the reader; the rest was not read")


@attrs.define
class _Progress:
    """How far the splitter has come: the offset that it says it has reached, and whether it came to the end."""

    reached: int | None = None
    finished: bool = False


def _answers(pool: Pool, process: Process, progress: _Progress) -> Iterator[Record | Problem | Skipped]:
    """Yield what the splitter gives until it ends, one way or the other."""
    while not progress.finished:
        while not pool.answers and not process.ended:
            pool.pump(wait=True, heed_splitter=True)
        if not pool.answers:
            return
        answer = pool.answers.popleft()
        if messages.REACHED in answer.document:
            reached = answer.document[messages.REACHED]
            if type(reached) is not int or reached < (progress.reached or 0):
                process.distrusted = True
                return
            progress.reached = reached
        elif messages.ENDED in answer.document:
            progress.finished = True
        else:
            try:
                [[item]] = messages.items_from(answer)
            except (BadFrameError, ValueError):
                process.distrusted = True
                return
            if isinstance(item, Record | Problem | Skipped):
                yield item


def _message(why: str, given: int, reached: int | None, *, on: bool) -> str:
    behind = f"behind {given:,} article{'' if given == 1 else 's'}"
    at = behind if reached is None else f"{behind}, at byte {reached:,}"
    return f"{why}, {at}; {'what follows was read' if on else 'the rest was not read'}"


@contextmanager
def piped(stream: BinaryIO) -> Iterator[int]:
    """Give a descriptor that what is left of a stream comes through, for one that another process cannot read itself.

    A thread writes to it, which ends with the stream or when nobody reads any more.
    """
    reading, writing = os.pipe()

    def write() -> None:
        try:
            while piece := stream.read1(_PIECE) if hasattr(stream, "read1") else stream.read(_PIECE):
                view = memoryview(piece)
                while view:
                    view = view[os.write(writing, view) :]
        except (BrokenPipeError, ValueError):
            pass  # Nobody reads on, or the stream is closed: the run is over.
        finally:
            os.close(writing)

    threading.Thread(target=write, daemon=True).start()
    try:
        yield reading
    finally:
        os.close(reading)
