"""Cutting JSON: the values of a file, or the items of an array in it, as the bytes that they are.

No value is parsed here, only strings and brackets are told apart (RFC 8259, sections 2 and 7), so that an array of any
length is read in the memory that one of its items takes, and an item that is broken costs no other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_READ_AT_ONCE = 256 * 1024
# Up to the next bracket, over whole strings; or up to a string that does not end in what has been read.
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}"])', re.DOTALL)
_TO_QUOTE = re.compile(rb'(?:[^"\\]++|\\.)*+"', re.DOTALL)
_ESCAPING = re.compile(rb"\\++\Z")
# What stands between values: space, commas, and the record separator of RFC 7464.
_BETWEEN = b" \t\r\n,\x1e"


class Readable(Protocol):
    """What can be read in steps."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, no more than `size`, or none at the end."""


class Piece(NamedTuple):
    """A value: its bytes, the line on which it begins, from 1, and which one it is in its file, from 1.

    `fault` says what is wrong with it: `stray`, something that is no object or array; `large`, longer than the limit,
    its bytes dropped; `open`, the file ends within it; `closed`, a bracket that closes nothing.
    """

    data: bytes
    line: int
    number: int
    fault: Literal["stray", "large", "open", "closed"] | None = None


def pieces(stream: Readable, *, limit: int) -> Iterator[Piece]:  # noqa: C901, PLR0912 - one state, seven cases
    """Yield the objects and arrays of a stream of JSON values one by one; of an array at its top level, the items.

    Holds one value, of `limit` bytes at most.
    """
    kept: list[bytes] = []
    size = depth = base = number = 0
    line = begun = 1
    strays = False
    for segment, bracket in _segments(stream):
        if depth > base:
            kept.append(segment)
            size += len(segment) + len(bracket)
            if size > limit:
                kept.clear()
        elif segment.strip(_BETWEEN) and not strays:
            number, strays = number + 1, True
            yield Piece(b"", line + _lines_ahead(segment), number, "stray")
        line += segment.count(b"\n")
        if bracket in {b"[", b"{"}:
            if depth == base == 0 and bracket == b"[":
                base, begun = 1, line
            elif depth == base:
                kept, size, begun, number, strays = [bracket], 1, line, number + 1, False
            else:
                kept.append(bracket)
            depth += 1
        elif not bracket:
            continue
        elif depth > base:
            kept.append(bracket)
            depth -= 1
            if depth == base:
                yield Piece(b"" if size > limit else b"".join(kept), begun, number, "large" if size > limit else None)
                kept = []
        elif base and bracket == b"]":
            depth = base = 0
        else:
            yield Piece(b"", line, number, "closed")
    if depth:
        yield Piece(b"".join(kept), begun, number, "open")


def items_of(data: bytes, member: str) -> tuple[int, int] | None:
    """Return where the array of a member of an object stands, `[start, end)` with its brackets; None where it does not.

    The object is valid JSON. Only its own members are looked at, not those of objects within it.
    """
    named = re.compile(rb'"' + re.escape(member.encode()) + rb'"\s*:\s*\Z')
    depth = at = start = 0
    while match := _TO_BRACKET.match(data, at):
        bracket, at = match[1], match.end()
        if bracket in b"[{":
            depth += 1
            if depth == 2 and bracket == b"[" and not start and named.search(data, max(0, at - 1 - 200), at - 1):
                start = at - 1
        else:
            depth -= 1
            if depth == 1 and start:
                return start, at
    return None


def _segments(stream: Readable) -> Iterator[tuple[bytes, bytes]]:
    """Yield all of a stream: what stands ahead of a bracket, and that; or only the former, where the reading paused."""
    rest, in_string = b"", False
    while read := stream.read(_READ_AT_ONCE):
        data, rest, at = rest + read, b"", 0
        while at < len(data):
            match = (_TO_QUOTE if in_string else _TO_BRACKET).match(data, at)
            if in_string:
                if match is None:
                    # Whether a quote follows on a backslash that ends the data, the next read tells.
                    escaping = _ESCAPING.search(data, at)
                    end = len(data) - (len(escaping[0]) % 2 if escaping else 0)
                    yield data[at:end], b""
                    rest = data[end:]
                    break
                in_string = False
                yield data[at : match.end()], b""
            elif match is None:
                yield data[at:], b""
                break
            elif match[1] == b'"':
                in_string = True
                yield data[at : match.end()], b""
            else:
                yield data[at : match.start(1)], match[1]
            at = match.end()
    if rest:
        yield rest, b""


def _lines_ahead(segment: bytes) -> int:
    """Return how many lines end ahead of the first thing in a segment that is more than filling."""
    return segment[: len(segment) - len(segment.lstrip(_BETWEEN))].count(b"\n")
