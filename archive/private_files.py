"""Files that only their owner may read, whatever the umask says: all that an archive and its index consist of.

Their folders have mode 0700, which keeps others out already; a folder can be opened to others later, or copied.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from archive.syncing import sync

if TYPE_CHECKING:
    from pathlib import Path

MODE = 0o600


def create(path: Path) -> BinaryIO:
    """Create a file and open it for writing. Raises FileExistsError where there is one."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE), "wb")


def write(path: Path, content: bytes) -> None:
    """Write a file whole, over what was there. It is not synced."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, MODE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of what was there, whole or not at all, and synced; a link is followed. Raises OSError.

    What is no file, such as a pipe, is written to.
    """
    # Asked before it is resolved: the pipe behind /dev/stdout has no path.
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write(temporary, content)
        sync(temporary)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            # The name that was asked for says more than that of a file which is gone.
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    # A crash before this may leave what was there before, never a part.
    sync(path.parent)
