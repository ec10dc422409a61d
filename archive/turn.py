"""Waiting for a lock in the order of asking: the kernel keeps the queue, and a thread stands in it."""

from __future__ import annotations

import fcntl
import os
import time
from threading import Event, Lock, Thread


class Turn:
    """A place in the queue: a thread that waits for the lock, and lets go of it again if nobody waits for it any more.

    A flock belongs to what was opened, not to the descriptor: the thread's is a copy of the caller's.
    """

    def __init__(self, descriptor: int, operation: int) -> None:
        """Take a place in the queue. Raises RuntimeError where there is no thread to be had."""
        self._descriptor = os.dup(descriptor)
        self._operation = operation
        self._ended = Event()
        self._deciding = Lock()
        self._given_up = False
        self._error: OSError | None = None
        try:
            # One that waits in vain must not keep the process from ending.
            Thread(target=self._wait, daemon=True).start()
        except RuntimeError:
            os.close(self._descriptor)
            raise

    def came_by(self, deadline: float) -> bool:
        """Wait until a time of the monotonic clock; tell whether the lock is held. Raises OSError."""
        try:
            # At most a day at once, which all systems can wait.
            while not self._ended.wait(min(max(deadline - time.monotonic(), 0), 86_400)):
                if time.monotonic() >= deadline:
                    break
        finally:
            # Also where the wait was interrupted.
            with self._deciding:
                self._given_up = not self._ended.is_set()
        if self._error is not None:
            raise self._error
        return not self._given_up

    def _wait(self) -> None:
        try:
            fcntl.flock(self._descriptor, self._operation)
        except OSError as error:
            self._error = error
        with self._deciding:
            if self._given_up and self._error is None:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            # Ahead of the caller: else it could let go of the lock, and this copy hold it a little longer.
            os.close(self._descriptor)
            self._ended.set()
