"""Where the value of a member stands in the bytes of a JSON object."""

from __future__ import annotations

import re

from archive.provenance import Span

_COLON = re.compile(rb"\s*+:\s*+")
_STRING = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_NUMBER = re.compile(rb"-?[0-9][0-9.eE+-]*")
_LIST = re.compile(rb'\[(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+\]', re.DOTALL)


def place(original: bytes, name: str) -> tuple[str, Span] | None:
    """Return the value of a member as it is written, and the bytes `[start, end)` where it stands.

    The original is a valid JSON object that has the member. Of a string it is what stands between the quotes, escapes
    as they are; of a list without objects or lists in it, all of it. None where the value is of another kind, or the
    name stands in the record more than once, so that it would take parsing to tell the places apart.
    """
    quoted = b'"' + name.encode() + b'"'
    at = original.find(quoted)
    if at < 0 or original.find(quoted, at + len(quoted)) >= 0:
        return None
    colon = _COLON.match(original, at + len(quoted))
    if colon is None:
        return None
    begin = colon.end()
    if original[begin : begin + 1] == b'"':
        match, group = _STRING.match(original, begin), 1
    else:
        match, group = _LIST.match(original, begin) or _NUMBER.match(original, begin), 0
    if match is None:
        return None
    return match[group].decode(), Span(source="original", start=match.start(group), end=match.end(group))
