"""Where the value of a member stands in the bytes of a JSON object."""

from __future__ import annotations

import re
from functools import cache

from archive.provenance import Span

# A string, a list, a number.
_VALUE = (
    rb'\s*+:\s*+(?:"((?:[^"\\]++|\\.)*+)"|'
    rb'(\[(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+\])|(-?[0-9][0-9.eE+-]*+))'
)


def place(original: bytes, name: str) -> tuple[str, Span] | None:
    """Return the value of a member as it is written, and the bytes `[start, end)` where it stands.

    The original is a valid JSON object that has the member. Of a string it is what stands between the quotes, escapes
    as they are; of a list without objects or lists in it, all of it. None where the value is of another kind, or the
    name stands in the record more than once, so that it would take parsing to tell the places apart.
    """
    quoted, value = _patterns(name)
    at = original.find(quoted)
    if at < 0 or original.find(quoted, at + 2) >= 0:
        return None
    match = value.match(original, at)
    if match is None:
        return None
    start, end = match.span(match.lastindex or 0)
    return original[start:end].decode(), Span(source="original", start=start, end=end)


@cache
def _patterns(name: str) -> tuple[bytes, re.Pattern[bytes]]:
    quoted = b'"' + name.encode() + b'"'
    return quoted, re.compile(re.escape(quoted) + _VALUE, re.DOTALL)
