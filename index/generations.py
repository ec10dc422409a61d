"""Generations of the index: immutable folders, and the file CURRENT that names the one that serves.

    index/CURRENT            the name of a generation
    index/lock               held by the one process that builds
    index/<generation>/      segments, and state.json

A generation is complete before CURRENT names it and is never changed after: all of its files are written, synced and
closed, then CURRENT is replaced by a rename. Adding to an index makes a new generation that shares the old one's
segment files by hard links. So a reader sees the old state or the new one, and a crash at any moment leaves the old one
serving; what a crash left behind is swept away by the next builder.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from archive import private_files
from archive.errors import BusyError
from archive.lock import held
from archive.syncing import sync
from index.errors import IndexBusyError, UnsearchableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FORMAT = 5
"""Of the folder, of the state and of the segments: a generation of another one is none, and is built anew."""
_SHORTAGES = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}
CURRENT = "CURRENT"
LOCK = "lock"
STATE = "state.json"
_KEPT = 2
"""Generations that stay: the current one, and the one before it for readers that have just opened it."""


class State(NamedTuple):
    """What a generation holds: the first `size` events of an archive, whose root was `root` (64 hex digits) then.

    `segments` are the names of its files, in the order of their documents.
    """

    archive: str
    size: int
    root: str
    schema: str
    code: str
    documents: int
    segments: tuple[str, ...]


class Generation(NamedTuple):
    """A complete generation on disk."""

    folder: Path
    state: State

    @property
    def name(self) -> str:
        """Its name, which counts up."""
        return self.folder.name


class Generations:
    """The index folder of one archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Generation | None:
        """Return the generation that serves, None where there is none or it cannot be read.

        Raises UnsearchableError where the system has no handles or no memory left.
        """
        # A builder may sweep a generation away between the two reads: then CURRENT names another one already.
        for _ in range(3):
            try:
                folder = self.folder / (self.folder / CURRENT).read_text("utf-8").strip()
                return Generation(folder, _read_state(folder))
            except (OSError, ValueError, TypeError, KeyError) as error:
                if isinstance(error, OSError) and error.errno in _SHORTAGES:
                    # There may be an index, and nothing is wrong with it.
                    raise UnsearchableError(f"the index cannot be read now: {error.strerror}") from error
                continue
        return None

    @contextmanager
    def building(self, *, timeout: float) -> Iterator[None]:
        """Hold the right to build for a `with` block.

        Raises IndexBusyError when another process builds for longer than `timeout` seconds, UnsearchableError where
        the folder cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with held(self.folder / LOCK, timeout=timeout):
                yield
        except BusyError:
            raise IndexBusyError("another process is building the index") from None
        except OSError as error:
            where = error.filename or self.folder
            raise UnsearchableError(f"the index cannot be written: {where}: {error.strerror}") from error

    def next_folder(self) -> Path:
        """Return the folder of the next generation, new and empty. Under `building`."""
        current = self.current()
        numbers = [int(name) for name in self._names()]
        # What is there and newer than CURRENT was left by a builder that did not finish.
        serving = int(current.name) if current is not None else 0
        for number in numbers:
            if number > serving or current is None:
                shutil.rmtree(self.folder / f"{number:08d}", ignore_errors=True)
        # Never a number that was there: a child of the dead builder may still be writing to its folder.
        folder = self.folder / f"{max([serving, *numbers]) + 1:08d}"
        folder.mkdir(mode=0o700)
        return folder

    def publish(self, folder: Path, state: State, *, oldest: int = 0) -> Generation:
        """Make a finished folder the current generation, durably, and sweep older ones away. Under `building`.

        None of a log that ended before event `oldest` stays: it may hold what was erased since.
        """
        stated = json.dumps({"format": FORMAT, **state._asdict()}, indent=1, sort_keys=True)
        private_files.write(folder / STATE, stated.encode("ascii") + b"\n")
        # Segments were synced as they were written, or copied.
        sync(folder / STATE)
        sync(folder)
        sync(self.folder)
        # A crash up to here leaves the old generation serving, and this folder for the next builder to remove.
        temporary = self.folder / (CURRENT + ".new")
        private_files.write(temporary, folder.name.encode("ascii") + b"\n")
        sync(temporary)
        temporary.replace(self.folder / CURRENT)
        # A crash here leaves either name in CURRENT, each of a generation that is complete.
        sync(self.folder)
        self._sweep(folder.name)
        self.sweep(oldest)
        return Generation(folder, state)

    def sweep(self, oldest: int) -> None:
        """Remove each generation but the current one of a log that ended before an event. Under `building`.

        So goes what a builder left that did not finish, unless nothing was ever erased and `oldest` is 0.
        """
        for folder in self.older(oldest):
            shutil.rmtree(folder, ignore_errors=True)

    def older(self, oldest: int) -> list[Path]:
        """Return the folders of generations but the current one that `sweep` would remove."""
        current = self.current()
        found = [self.folder / name for name in self._names() if current is None or name != current.name]
        return [folder for folder in found if _size(folder) < oldest]

    def drop(self) -> None:
        """Remove all generations: the index comes back when it is needed. Under `building`."""
        for name in (CURRENT, CURRENT + ".new"):
            (self.folder / name).unlink(missing_ok=True)
        sync(self.folder)
        for name in self._names():
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def share(self, old: Path, new: Path, names: Iterable[str]) -> None:
        """Give a new generation segments of an old one: hard links, or copies where the file system has none."""
        for name in names:
            try:
                os.link(old / name, new / name)
            except OSError:
                with (old / name).open("rb") as there, private_files.create(new / name) as here:
                    shutil.copyfileobj(there, here, 1 << 20)
                sync(new / name)

    def _names(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in self.folder.iterdir() if entry.is_dir() and entry.name.isdigit())

    def _sweep(self, current: str) -> None:
        for name in self._names()[:-_KEPT]:
            if name != current:
                with suppress(OSError):
                    shutil.rmtree(self.folder / name)


def _size(folder: Path) -> int:
    """Return how much of the log a generation holds, 0 where it is not complete."""
    try:
        return _read_state(folder).size
    except (OSError, ValueError, TypeError, KeyError):
        return 0


def _read_state(folder: Path) -> State:
    members = dict(json.loads((folder / STATE).read_text("utf-8")))
    if members.pop("format") != FORMAT:
        raise ValueError("an index of another format")
    return State(**{**members, "segments": tuple(members["segments"])})
