"""Files that only their owner may read, whatever the umask says: all that an archive and its index consist of.

Their folders have mode 0700, which keeps others out already; a folder can be opened to others later, or copied.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

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
