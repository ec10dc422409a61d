"""The archive's lock: a kernel `flock` on a file of its own, waited for with a bound, about in the order of asking.

The kernel drops it when its holder dies, however it dies, so there is never a stale lock to remove. It is held around
every write, checkpoint and close of the database: SQLite's own busy handler starves writers, and some of its versions
can lose commits when two connections write and checkpoint at once. A forked child would keep the lock after its parent
was killed: worker processes are spawned.

Who only tries again and again meets a free lock by chance: a writer that takes it anew right after letting go keeps
others out for long. So those who must wait do so in the kernel's queue (`archive.turn`). It wakes the first of them
when the lock is free, and who is quicker than that one still comes first: so a second lock, on a file beside the first,
is held by whoever is next, and nobody passes them.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from archive.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEXT = ".next"
"""The end of the name of the file that whoever is next holds a lock on; made when somebody has to wait."""

_PAUSE = 0.01
"""Seconds between two tries, where the system gives no thread to wait in."""


@contextmanager
def held(path: Path, *, timeout: float, shared: bool = False) -> Iterator[None]:
    """Hold the lock at `path` (created when missing) for the length of a `with` block.

    Waits at most `timeout` seconds, then raises BusyError. Not reentrant: a second hold by the same process waits for
    the first. A reader of a folder that it cannot write takes it `shared`, and nobody waits in line for that.
    """
    deadline = time.monotonic() + timeout
    operation = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        taken = _taken(descriptor, operation, deadline) if shared else _taken_in_line(path, descriptor, deadline)
        if not taken:
            raise BusyError(path.parent, timeout)
        yield
    finally:
        os.close(descriptor)


def _taken_in_line(path: Path, descriptor: int, deadline: float) -> bool:
    """Take a lock behind those who wait for it; tell whether that went until a time of the monotonic clock."""
    line = _line(path, os.O_RDWR)
    if line is None:
        # Nobody ever had to wait.
        if _is_free(descriptor, fcntl.LOCK_EX):
            return True
        line = _line(path, os.O_RDWR | os.O_CREAT)
    try:
        if line is not None and not _taken(line, fcntl.LOCK_EX, deadline):
            return False
        return _taken(descriptor, fcntl.LOCK_EX, deadline)
    finally:
        if line is not None:
            os.close(line)


def _line(path: Path, flags: int) -> int | None:
    """Open the file of whoever is next; None where there is none, or it cannot be had: then chance decides."""
    with suppress(OSError):
        return os.open(path.with_name(path.name + NEXT), flags | os.O_CLOEXEC, 0o600)
    return None


def _is_free(descriptor: int, operation: int) -> bool:
    """Take the lock if it is free; tell whether it was."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken(descriptor: int, operation: int, deadline: float) -> bool:
    """Take the lock when it is free, in the kernel's queue; tell whether it was taken by a time."""
    if _is_free(descriptor, operation):
        return True
    if time.monotonic() >= deadline:
        return False
    # Imported here: a search takes no lock that it must wait for, and threads cost it time.
    from archive.turn import Turn

    try:
        turn = Turn(descriptor, operation)
    except RuntimeError:
        # The system gives no more threads.
        while not _is_free(descriptor, operation):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        return True
    return turn.came_by(deadline)
