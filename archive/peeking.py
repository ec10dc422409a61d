"""One attribute of an envelope, without parsing the rest. Pure.

Apart from `archive.envelope`: most of what reads events needs an attribute or two, and a search no more than that.
"""

from __future__ import annotations

from functools import cache


def peek(encoded: bytes, attribute: str) -> str:
    """Return one attribute of canonical bytes without parsing them, "" where there is none.

    Right because names and values never hold a quote. For loops over many events that need one attribute.
    """
    needle = _needle(attribute)
    found = encoded.find(needle)
    if found < 0:
        return ""
    start = found + len(needle)
    return encoded[start : encoded.index(b'"', start)].decode("ascii")


@cache
def _needle(attribute: str) -> bytes:
    return b'"' + attribute.encode("ascii") + b'":"'
