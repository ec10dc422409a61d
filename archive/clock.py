"""Times of events: UTC with microseconds, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, which sort as text."""

from __future__ import annotations

import time


def now() -> str:
    """Return the time by the system's clock."""
    return stamp(time.time_ns() // 1000)


def stamp(microseconds: int) -> str:
    """Return a time, given in microseconds since 1970-01-01T00:00:00Z, in the form of an event's time."""
    seconds, fraction = divmod(microseconds, 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction:06d}Z"


def later(before: str, time_now: str) -> str:
    """Return the later of two times: a clock that was set back never makes an event older than the one ahead."""
    return max(before, time_now)
