"""Identifiers: UUIDs of version 7 (RFC 9562, section 5.7), which sort by the time they were made.

Written here rather than taken from `uuid` because Python has `uuid7` from 3.14 on only, and because importing
`uuid` costs each start of the process several milliseconds.
"""

from __future__ import annotations

import os
import re
import time

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""A UUID in its canonical, lower-case spelling, as a regular expression."""

_UUID = re.compile(ID)


def new_id() -> str:
    """Return a new UUIDv7 in its canonical spelling: 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = f"{time.time_ns() // 1_000_000 & (1 << 48) - 1:012x}"
    random = os.urandom(10).hex()
    # The version is one digit, the variant two bits of another one.
    variant = "89ab"[int(random[3], 16) & 3]
    return f"{milliseconds[:8]}-{milliseconds[8:]}-7{random[:3]}-{variant}{random[4:7]}-{random[7:19]}"


def is_id(value: str) -> bool:
    """Tell whether a string is a UUID in its canonical, lower-case spelling."""
    return _UUID.fullmatch(value) is not None
