"""Pace: how long to wait for a host between two pages, and before another attempt."""

from __future__ import annotations

import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pace:
    """When each host was asked last, and the one way to sleep. `sleep` and `now` are those of `time` but in tests."""

    def __init__(
        self, *, sleep: Callable[[float], None] = time.sleep, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._sleep = sleep
        self._now = now
        self._left: dict[str, float] = {}

    def wait(self, seconds: float) -> float:
        """Sleep, and return for how long."""
        if seconds > 0:
            self._sleep(seconds)
        return seconds

    def approach(self, host: str, delay: float) -> float:
        """Wait until `delay` seconds have gone since a host was left; return how long that took."""
        left = self._left.get(host)
        return 0.0 if left is None else self.wait(max(0.0, left + delay - self._now()))

    def leave(self, host: str) -> None:
        """Note that a host has answered just now."""
        self._left[host] = self._now()


def retry_after(value: str | None, *, now: Callable[[], float] = time.time) -> float | None:
    """Return the seconds that a `Retry-After` asks for, a number or a date (RFC 9110, section 10.2.3), else None."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:12])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        # OverflowError: of an hour or an offset of many digits.
        return None
    return max(0.0, (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp() - now())
