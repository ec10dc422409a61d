"""A format whose records do harm: they say what to do to the process that reads or splits them.

A file has a record a line. `register` makes the format known; in worker processes `sitecustomize` does, which tests put
on their path.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from typing import TYPE_CHECKING, BinaryIO

from archive import importers
from archive.importers.protocol import Draft, Problem, Reached, Record, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TAKEN: list[bytes] = []


def register() -> None:
    """Make the formats known: `hostile`, whose splitter says how far it has come, and `mute`, whose does not."""
    importers._IMPORTERS = {"hostile": HostileImporter, "mute": MuteImporter, **importers._IMPORTERS}


def harm(what: bytes) -> None:
    """Do to this process what a record says."""
    _HARMS.get(what.strip(), lambda: None)()


def _spin() -> None:
    while True:
        pass


def _crash() -> None:
    ctypes.string_at(0)


def _raise() -> None:
    raise RuntimeError("the parser met what it does not know")


def _print() -> None:
    print("loud")
    os.write(1, b"louder")
    os.write(2, b"loudest")


def _read_input() -> None:
    assert sys.stdin.read() == ""


def _open_files() -> None:
    for _ in range(200):
        os.open(os.devnull, os.O_RDONLY)


def _core() -> None:
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


_HARMS: dict[bytes, Callable[[], object]] = {
    b"sleep": lambda: time.sleep(3600),
    b"spin": _spin,
    b"memory": lambda: _TAKEN.append(bytes(4 << 30)),
    # Fills what is left, and would have been harmless in a new process.
    b"hoard": lambda: _TAKEN.append(bytes(600 << 20)),
    b"half": lambda: bytes(600 << 20),
    b"crash": _crash,
    b"abort": os.abort,
    b"exit": lambda: os._exit(9),
    b"quit": lambda: sys.exit(0),
    b"raise": _raise,
    b"print": _print,
    b"read": _read_input,
    b"open": _open_files,
    b"core": _core,
    b"stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
}


class HostileImporter:
    """Reads a record as a text, after doing what it says; lines that begin with `split-` harm the splitter instead."""

    name = "hostile"
    version = 1
    isolated = True

    def detect(self, head: bytes) -> bool:
        return head.startswith(b"hostile\n")

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem | Skipped | Reached]:
        offset = 0
        for line in stream:
            yield Reached(offset)
            offset += len(line)
            text = line.strip()
            if text.startswith(b"split-"):
                harm(text.removeprefix(b"split-"))
            elif text.startswith(b"skip:"):
                yield Skipped(reason=text.removeprefix(b"skip:").decode())
            elif text and text != b"hostile":
                yield Record(original=text, format=self.name, container="hostile", label=f"r{offset - len(line)}")

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        harm(record.original)
        yield Draft(record=record, media_type="text/plain", encoding="utf-8", fields={})


class MuteImporter(HostileImporter):
    """The same, but a dead splitter's file cannot be gone on with."""

    name = "mute"

    def detect(self, head: bytes) -> bool:
        return head.startswith(b"mute\n")

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem | Skipped | Reached]:
        return (item for item in super().split(stream) if not isinstance(item, Reached))
