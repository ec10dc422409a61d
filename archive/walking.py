"""Walking: which files a path stands for, in which order, and what is left out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from archive.submission import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

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
                yield Failure(path=str(file), message="cannot be read: it is a link to nothing")
            elif file.is_file() and not _is_archive(file):
                yield file
    yield from unreadable


def storable_path(file: Path) -> str:
    r"""Return a file's absolute path as Unicode text: bytes of a name that are none are written as `\\xNN`."""
    return os.fsencode(os.path.abspath(file)).decode("utf-8", "backslashreplace")  # noqa: PTH100 - "a/../b" is "b" here


def _is_archive(path: Path) -> bool:
    try:
        return (path / "events.db").exists() if path.is_dir() else path.resolve().name in _FILES_OF_AN_ARCHIVE
    except OSError:
        # A folder that may not be looked into: walking it says so.
        return False
