"""One attribute of an envelope, without parsing the rest. Pure.

Apart from `archive.envelope`: most of what reads events needs an attribute or two, and a search no more than that.
"""

from __future__ import annotations


def peek(encoded: bytes, attribute: str) -> str:
    """Return one attribute of canonical bytes without parsing them, "" where there is none.

    Right because names and values never hold a quote. For loops over many events that need one attribute.
    """
    _, found, rest = encoded.partition(b'"' + attribute.encode("ascii") + b'":"')
    return rest[: rest.index(b'"')].decode("ascii") if found else ""
