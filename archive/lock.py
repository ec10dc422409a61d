"""The archive's lock: a kernel `flock` on a file of its own, waited for with a bound, in the order of asking.

The kernel drops it when its holder dies, however it dies, so there is never a stale lock to remove. It is held around
every write, checkpoint and close of the database: SQLite's own busy handler starves writers, and some of its versions
can lose commits when two connections write and checkpoint at once. A forked child would keep the lock after its parent
was killed: worker processes are spawned.

Who only tries again and again meets a free lock by chance: a writer that takes it anew right after letting go keeps
others out for long. The kernel gives it to whoever has waited longest, but its wait has no bound. So a thread waits
there, and the caller waits for the thread.
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

_PAUSE = 0.01
"""Seconds between two tries, where the system gives no thread to wait in."""


@contextmanager
def held(path: Path, *, timeout: float, shared: bool = False) -> Iterator[None]:
    """Hold the lock at `path` (created when missing) for the length of a `with` block.

    Waits at most `timeout` seconds, then raises BusyError. Not reentrant: a second hold by the same process waits for
    the first. A reader of a folder that it cannot write takes it `shared`.
    """
    deadline = time.monotonic() + timeout
    operation = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        if not _taken(descriptor, operation) and not _taken_in_turn(descriptor, operation, deadline):
            raise BusyError(path.parent, timeout)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int, operation: int) -> bool:
    """Take the lock if it is free; tell whether it was."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken_in_turn(descriptor: int, operation: int, deadline: float) -> bool:
    """Wait for the lock in the kernel's queue until a time of the monotonic clock; tell whether it was taken."""
    if time.monotonic() >= deadline:
        return False
    # Imported here: a search takes no lock that it must wait for, and threads cost it time.
    from archive.turn import Turn

    try:
        turn = Turn(descriptor, operation)
    except RuntimeError:
        # The system gives no more threads.
        while not _taken(descriptor, operation):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        return True
    return turn.came_by(deadline)
