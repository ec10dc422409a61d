"""Walking: which files a path stands for, in which order, and what is left out."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archive.submission import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

_FILES_OF_AN_ARCHIVE = frozenset({"events.db", "events.db-wal", "events.db-shm"})


def walk(path: Path) -> Iterator[Path | Failure]:
    """Yield a file itself, or the files below a folder, in path order.

    What is hidden in folders, archives, and what is no file (pipes, sockets) are left out. Nothing of an archive is
    ever opened: closing events.db would drop the locks of our own connection to it, and commits would be lost (see
    `archive.database`).
    """
    if not path.exists():
        yield Failure(path=str(path), message="no such file or folder")
        return
    if _is_archive(path):
        yield Failure(path=str(path), message="belongs to an archive; give the files that articles come from")
        return
    if not path.is_dir():
        yield path
        return
    unreadable: list[Failure] = []

    def report(error: OSError) -> None:
        unreadable.append(Failure(path=str(error.filename), message=f"cannot be read: {error.strerror}"))

    for folder, folders, files in os.walk(path, onerror=report):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _is_archive(Path(folder, name))
        )
        for file in (Path(folder, name) for name in sorted(files) if not name.startswith(".")):
            if not file.exists():
                why = "it is a link to nothing" if file.is_symlink() else "it is gone since the folder was listed"
                yield Failure(path=str(file), message=f"cannot be read: {why}")
            elif file.is_file() and not _is_archive(file):
                yield file
    yield from unreadable


def total_bytes(paths: Iterable[str]) -> int | None:
    """Return the size of all files that paths stand for; None where one has no size, as a pipe has none."""
    total = 0
    for path in paths:
        for file in walk(Path(path)):
            if isinstance(file, Path):
                if not file.is_file():
                    return None
                total += file.stat().st_size
    return total


class Meter:
    """How many bytes of the files of a call are done with: `done` can be asked for at any time.

    Files are read ahead of the workers. Where there are some, what is done is what they have given back.
    """

    def __init__(self) -> None:
        self._before = 0
        self._given_back: int | None = None
        self._descriptor: int | None = None

    @contextmanager
    def reading(self, stream: BinaryIO) -> Iterator[None]:
        """Count what is read of a file in a `with` block, by whichever process: descriptors share their position."""
        self._descriptor = stream.fileno() if stream.seekable() else None
        try:
            yield
        finally:
            self._before = self.read()
            self._descriptor = None

    def give_back(self, reached: int) -> None:
        """Take it that what was read up to here, as `read` told it then, is done; the rest is with workers."""
        self._given_back = reached

    def done(self) -> int:
        """Return the bytes that are done with, of files that can be positioned."""
        return self.read() if self._given_back is None else self._given_back

    def read(self) -> int:
        """Return the bytes that were read, of files that can be positioned."""
        return self._before + (0 if self._descriptor is None else os.lseek(self._descriptor, 0, os.SEEK_CUR))


def storable_path(file: Path) -> str:
    r"""Return a file's absolute path as Unicode text: bytes of a name that are none are written as `\\xNN`."""
    return os.fsencode(os.path.abspath(file)).decode("utf-8", "backslashreplace")  # noqa: PTH100 - "a/../b" is "b" here


def _is_archive(path: Path) -> bool:
    try:
        return (path / "events.db").exists() if path.is_dir() else path.resolve().name in _FILES_OF_AN_ARCHIVE
    except OSError:
        # A folder that may not be looked into: walking it says so.
        return False
