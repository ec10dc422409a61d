"""Deadlines: the moment by which all of something must be done, however many steps it takes."""

from __future__ import annotations

import time


class Deadline:
    """A moment, `seconds` from now on the monotonic clock. Waits that do not count put it off."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds that are left, 0 where it has passed."""
        return max(0.0, self._at - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.remaining == 0.0

    def put_off(self, seconds: float) -> None:
        """Move it by a wait that does not count."""
        self._at += seconds
