"""The archive's lock: a kernel `flock` on a file of its own, waited for with a bound.

The kernel drops it when its holder dies, however it dies, so there is never a stale lock to remove. It is held around
every write, checkpoint and close of the database: SQLite's own busy handler starves writers, and some of its versions
can lose commits when two connections write and checkpoint at once. A forked child would keep the lock after its parent
was killed: worker processes are spawned.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHORTEST, _LONGEST = 0.0005, 0.02
"""Seconds between two tries: drawn at random up to a bound that doubles, so that waiters do not march in step."""


@contextmanager
def held(path: Path, *, timeout: float, shared: bool = False) -> Iterator[None]:
    """Hold the lock at `path` (created when missing) for the length of a `with` block.

    Waits at most `timeout` seconds, then raises BusyError. Not reentrant: a second hold by the same process waits for
    the first. A reader of a folder that it cannot write takes it `shared`.
    """
    flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        _wait(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, path, timeout)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, operation: int, path: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    pause = _SHORTEST
    while True:
        try:
            fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            left = deadline - time.monotonic()
            if left <= 0:
                raise BusyError(path.parent, timeout) from None
            time.sleep(min(left, _SHORTEST + pause * os.urandom(1)[0] / 256))
            pause = min(pause * 2, _LONGEST)
        else:
            return
