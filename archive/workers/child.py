"""The worker process itself: `python -m archive.workers.child`. It reads orders from standard input, and answers.

An order is to read some records, or to split a file, whose descriptor comes through a socket. What goes wrong with a
record is part of the answer; what ends the process is told by its end. It opens no archive and no file.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

from archive.errors import ArchiveError
from archive.importers.protocol import Problem, Reached, Record
from archive.submission import Failure, Submission
from archive.workers import limits, messages
from archive.workers.framing import FrameReader, Message, encode

if TYPE_CHECKING:
    from archive.given import Terms
    from archive.submitting import Source

_AT_ONCE = 1 << 20


class _Worker:
    """A worker's state: its pipes, what is stated of all records, and the formats whose libraries are imported."""

    def __init__(self, channel: socket.socket, *, seconds: float, memory: int) -> None:
        # Whatever a library prints must not end up among the answers.
        self._orders, self._answers = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        os.close(nothing)
        self._channel = channel
        self._seconds = seconds
        self._memory = memory
        self._terms: Terms | None = None
        self._known: set[str] = set()
        self._begun = 0

    def serve(self) -> None:
        """Do what is ordered until the orders end."""
        self._answer(Message({messages.READY: True}))
        reader = FrameReader()
        while piece := os.read(self._orders, _AT_ONCE):
            for order in reader.feed(piece):
                what = order.document["do"]
                if what == "terms":
                    self._terms = messages.terms_from(order)
                elif what == "read":
                    self._answer(self._read_all(*messages.read_from(order)))
                elif what == "split":
                    self._split(order)

    def _read_all(self, records: list[Record], source: Source) -> Message:
        """Read the records of an order, under one clock: those of several are short, and of one format."""
        self._begin(records[0].format)
        try:
            made = [self._read(one, source) for one in records]
        finally:
            limits.end()
        return messages.items_message(made, records)

    def _read(self, record: Record, source: Source) -> list[messages.Item]:
        from archive.submitting import read_record

        if self._terms is None:
            raise RuntimeError("a record came ahead of what is stated of it")
        self._begun += 1
        try:
            return [
                item if isinstance(item, Failure) else _prepared(item)
                for item in read_record(record, source, self._terms)
            ]
        except Exception as error:  # noqa: BLE001 - a parser that fails costs this record, whatever it fails with
            return [source.failure(self._problem(error), record)]

    def _split(self, order: Message) -> None:
        from archive.importers import importer_for
        from archive.workers import handed

        name, base = order.document["format"], order.document["offset"]
        importer = importer_for(name)
        self._begun += 1
        self._begin(name)
        stream, trouble = handed.receive(
            self._channel,
            order.document,
            pause=limits.end,
            resume=lambda: limits.begin(self._seconds),
        )
        with stream:
            try:
                for item in importer.split(stream):
                    # What the other side takes to listen is not the parser's time.
                    limits.end()
                    if isinstance(item, Reached):
                        self._answer(Message({messages.REACHED: base + item.offset}))
                    else:
                        self._answer(messages.items_message([[item]]))
                    limits.begin(self._seconds)
                problem = Problem(message=trouble.message) if trouble.message else None
            except Exception as error:  # noqa: BLE001 - what a splitter fails with costs the rest of this file
                problem = self._problem(error)
            finally:
                limits.end()
        if problem is not None:
            self._answer(messages.items_message([[problem]]))
        self._answer(Message({messages.ENDED: True}))

    def _begin(self, name: str) -> None:
        more = 0.0 if name in self._known else limits.SECONDS_MORE
        self._known.add(name)
        limits.begin(self._seconds + more)

    def _problem(self, error: Exception) -> Problem:
        if isinstance(error, MemoryError):
            if self._begun > 1:
                # What was read before may have left its traces: only a new process can tell whether this is too much.
                os._exit(limits.SPENT)
            return Problem(message=limits.too_much_memory(self._memory))
        if isinstance(error, ArchiveError):
            return Problem(message=str(error))
        return Problem(message=f"cannot be read: {type(error).__name__}: {str(error)[:200]}")

    def _answer(self, message: Message) -> None:
        frame = memoryview(encode(message))
        while frame:
            frame = frame[os.write(self._answers, frame) :]


def _prepared(item: Submission) -> Submission:
    import attrs

    from archive.preparing import pack, prepare

    return attrs.evolve(item, prepared=pack(prepare(item)))


def main(arguments: list[str]) -> None:
    """Serve the parent process, under its limits, until it sends no more."""
    parent, channel, seconds, memory = arguments
    limits.apply(int(parent), memory=int(memory))
    _Worker(socket.socket(fileno=int(channel)), seconds=float(seconds), memory=int(memory)).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
