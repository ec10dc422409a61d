"""Identifiers: UUIDs of version 7 (RFC 9562, section 5.7), which sort by the time they were made.

Written here rather than taken from `uuid` because Python has `uuid7` from 3.14 on only, and because importing
`uuid` costs each start of the process several milliseconds.
"""

from __future__ import annotations

import os
import re
import time

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a new UUIDv7 in its canonical spelling: 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | random & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_id(value: str) -> bool:
    """Tell whether a string is a UUID in its canonical, lower-case spelling."""
    return _UUID.fullmatch(value) is not None
