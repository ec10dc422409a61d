"""Putting files and folders in place: written beside, synced, renamed. A crash leaves the old, or the new."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archive.creating import sync_names
from archive.errors import OccupiedError, StorageError
from archive.ids import new_id
from archive.syncing import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_SUFFIX = ".morgue-partial"
"""What a killed process leaves has this at its end, and can be deleted."""


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file of mode 0600 that takes the place of `path` at the end of the `with` block, unless that raises.

    What is no file, such as a pipe or a device, is written to as it is. Raises StorageError.
    """
    try:
        # Where a link leads to a file, the link stays, and the file is replaced.
        path = path.resolve() if path.is_symlink() else path
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as stream:
                yield stream
            return
        beside = _beside(path)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            sync_names(path.absolute().parent)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _refused(path, error) from None


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a folder of mode 0700 that becomes `path` at the end of the `with` block, unless that raises.

    All in it is synced first. Raises OccupiedError where there is something already, but for an empty folder;
    StorageError.
    """
    require_free(path)
    beside = _beside(path)
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir(mode=0o700)
        try:
            yield beside
            _sync_all(beside)
            # An empty folder gives way; one into which somebody wrote meanwhile does not.
            beside.rename(path)
            sync_names(path.absolute().parent)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise _refused(path, error) from None


def require_free(path: Path) -> None:
    """Raise OccupiedError where there is something at a path, but for an empty folder. Nothing is overwritten."""
    try:
        free = not os.path.lexists(path) or (path.is_dir() and not path.is_symlink() and not any(path.iterdir()))
    except OSError as error:
        raise _refused(path, error) from None
    if not free:
        raise OccupiedError(f"{path} is there already; name a folder that does not exist yet, or an empty one")


def _beside(path: Path) -> Path:
    whole = path.absolute()
    return whole.with_name(f".{whole.name[:80]}.{new_id()}{_SUFFIX}")


def _sync_all(folder: Path) -> None:
    for place, _, names in os.walk(folder):
        for name in names:
            sync(Path(place, name))
        sync(Path(place))


def _refused(path: Path, error: OSError) -> StorageError:
    # What is written beside has a name that nobody asked for.
    named = path if error.filename is None or _SUFFIX in str(error.filename) else error.filename
    return StorageError(f"{named}: {error.strerror or error}")
