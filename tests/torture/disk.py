"""A disk that may lose power: which states a folder can be in after a crash, from a trace of the calls on it.

The model is that of POSIX, not of one file system. What was written to a file since its last fsync may be there or
not, each write for itself, and torn: of a write, each sector may be there or not. The same holds of its length. Names
(created, renamed, linked, removed) reach the disk in order, folder by folder, and are sure once their folder was
synced; syncing a file says nothing of its name. What was synced is there. What is left out is told in
docs/adr/0023-fault-batteries.md.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

SECTORS = (512, 4096)
"""Bytes that a disk writes at once; the larger ones are today's, the smaller ones what SQLite reckons with."""

_FORGOTTEN = ("-shm",)
"""Endings of files that no crash leaves behind in a way that matters: SQLite makes its shared memory anew."""

_Operation = Literal["open", "close", "write", "truncate", "sync", "mkdir", "unlink", "rename", "link"]


@attrs.frozen
class Call:
    """One call of a trace. `number` is an offset, a length, or of `open` 1 for created, 2 for emptied, or both."""

    operation: _Operation
    descriptor: int
    number: int
    first: bytes
    second: bytes

    @property
    def path(self) -> Path:
        """The path that it names, of a call that names one."""
        return Path(self.first.decode())

    @property
    def other(self) -> Path:
        """The new path, of `rename` and `link`."""
        return Path(self.second.decode())


def read_trace(path: Path) -> Iterator[Call]:
    """Yield the calls of a trace that the shim has written, in order."""
    with path.open("rb") as file:
        while line := file.readline():
            operation, descriptor, number, first, second = line.decode().split()
            content = file.read(int(first)), file.read(int(second))
            yield Call(operation, int(descriptor), int(number), *content)  # type: ignore[arg-type]


@attrs.define(eq=False)
class _File:
    """A file or, with `names`, a folder: what is on disk for sure, and what may or may not be there besides."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = attrs.field(factory=list)
    """Writes since the last sync in order: (offset, bytes), or (length, None) for a truncation."""
    names: dict[str, _File] | None = None
    renamed: list[dict[str, _File | None]] = attrs.field(factory=list)
    """Names since the last sync, call by call: what each stands for now, None where it was removed."""

    def sync(self) -> None:
        if self.names is not None:
            self.names = _with(self.names, self.renamed)
            self.renamed = []
        self.synced = _written(self.synced, self.pending)
        self.pending = []

    def now(self) -> dict[str, _File]:
        assert self.names is not None
        return _with(self.names, self.renamed)


class Disk:
    """The files below one folder, as they are on disk and as they may be, call by call."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = _File(names={})
        self._open: dict[int, _File] = {}

    def apply(self, call: Call) -> None:
        """Take the next call of the trace."""
        match call.operation:
            case "open":
                self._open[call.descriptor] = self._opened(call)
            case "close":
                self._open.pop(call.descriptor, None)
            case "write":
                self._open[call.descriptor].pending.append((call.number, call.first))
            case "truncate":
                self._open[call.descriptor].pending.append((call.number, None))
            case "sync":
                self._open[call.descriptor].sync()
            case "mkdir":
                self._name(call.path, _File(names={}))
            case "unlink":
                self._name(call.path, None)
            case "link":
                self._name(call.other, self._find(call.path))
            case "rename" if call.path.parent == call.other.parent:
                changed = {call.path.name: None, call.other.name: self._find(call.path)}
                self._find(call.path.parent).renamed.append(changed)
            case "rename":
                # Two folders are two places on a disk: a crash may leave both names, or neither.
                file = self._find(call.path)
                self._name(call.path, None)
                self._name(call.other, file)

    def _opened(self, call: Call) -> _File:
        if call.number & 1:
            file = _File()
            self._name(call.path, file)
        else:
            file = self._find(call.path)
        if call.number & 2:
            file.pending.append((0, None))
        return file

    def _find(self, path: Path) -> _File:
        file = self._top
        for name in path.relative_to(self._root).parts:
            file = file.now()[name]
        return file

    def _name(self, path: Path, file: _File | None) -> None:
        self._find(path.parent).renamed.append({path.name: file})

    def write_crashed(self, into: Path, chance: random.Random) -> str:
        """Write a state that a crash right now may leave into a new folder; return how it was chosen."""
        way = chance.choice(["nothing unsynced", "all", "any", "any", "torn", "torn"])
        sector = chance.choice(SECTORS)
        _write(self._top, into, way, sector, chance)
        return f"{way}, sectors of {sector}"


def _with(names: dict[str, _File], renamed: list[dict[str, _File | None]]) -> dict[str, _File]:
    known: dict[str, _File | None] = dict(names)
    for changed in renamed:
        known.update(changed)
    return {name: file for name, file in known.items() if file is not None}


def _written(content: bytes, writes: list[tuple[int, bytes | None]]) -> bytes:
    changed = bytearray(content)
    for at, data in writes:
        end = at if data is None else at + len(data)
        if end > len(changed):
            # A gap between what was there and what is written reads as zeros.
            changed.extend(bytes(end - len(changed)))
        if data is None:
            del changed[at:]
        else:
            changed[at:end] = data
    return bytes(changed)


def _write(folder: _File, into: Path, way: str, sector: int, chance: random.Random) -> None:
    into.mkdir(mode=0o700)
    kept = {"nothing unsynced": 0, "all": len(folder.renamed)}.get(way, chance.randint(0, len(folder.renamed)))
    assert folder.names is not None
    for name, file in _with(folder.names, folder.renamed[:kept]).items():
        if name.endswith(_FORGOTTEN):
            continue
        if file.names is not None:
            _write(file, into / name, way, sector, chance)
        else:
            (into / name).write_bytes(_written(file.synced, list(_kept(file.pending, way, sector, chance))))


def _kept(
    pending: list[tuple[int, bytes | None]], way: str, sector: int, chance: random.Random
) -> Iterator[tuple[int, bytes | None]]:
    if way == "nothing unsynced":
        return
    for at, data in pending:
        if way == "all" or chance.random() < 0.5:
            yield at, data
        elif way == "torn" and data is not None:
            # The first sector may begin in the middle of a write.
            edges = [at, *range(at - at % sector + sector, at + len(data), sector), at + len(data)]
            for start, end in pairwise(edges):
                if chance.random() < 0.5:
                    yield start, data[start - at : end - at]
