"""Captures: how bytes were taken from the web. What the part `capture` of an event holds. Pure.

A capture is a chain of exchanges: each redirect that was followed, and the response that the bytes came with. As
bytes, an exchange is a block of our own named fields, an empty line, and the head of the HTTP response as it was
received; then the next one. Lines end in CR LF, as in HTTP and WARC:

    uri: https://courier.example/2021/04/13/ferry
    date: 2021-04-13T09:30:00Z
    record: <urn:uuid:…>

    HTTP/1.1 200 OK
    content-type: text/html; charset=utf-8

docs/format.md, "Part `capture`".
"""

from __future__ import annotations

import attrs

from archive.errors import InvalidValueError

_END = b"\r\n"


@attrs.frozen(kw_only=True)
class Exchange:
    """One request and the head of its response.

    `uri` is what was asked for, `date` when (an ISO 8601 time with its offset, None where it is not known), `record`
    the WARC-Record-ID of the record that it was read from. `status` is the status line, empty where there was no HTTP;
    `headers` are pairs in their order.
    """

    uri: str
    date: str | None = None
    record: str | None = None
    status: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None where it is not there. Names have no case."""
        return next((value for known, value in self.headers if known.casefold() == name.casefold()), None)


@attrs.frozen
class Capture:
    """The exchanges that led to some bytes, the response that they came with last. There is at least one."""

    exchanges: tuple[Exchange, ...] = attrs.field()

    @exchanges.validator
    def _check(self, _: object, exchanges: tuple[Exchange, ...]) -> None:
        if not exchanges:
            raise ValueError("a capture has at least one exchange")

    @property
    def response(self) -> Exchange:
        """The exchange that the bytes came with."""
        return self.exchanges[-1]

    @property
    def requested(self) -> str:
        """The address that was asked for first, ahead of all redirects."""
        return self.exchanges[0].uri


def to_bytes(capture: Capture) -> bytes:
    """Return the bytes of part `capture`. What would break a line within a value is written as a space."""
    lines: list[str] = []
    for exchange in capture.exchanges:
        own = (("uri", exchange.uri), ("date", exchange.date), ("record", exchange.record))
        lines += [f"{name}: {value}" for name, value in own if value is not None]
        lines += ["", exchange.status, *(f"{name}: {value}" for name, value in exchange.headers), ""]
    return b"".join(_line(line) + _END for line in lines)


def from_bytes(encoded: bytes) -> Capture:
    """Parse part `capture`. Raises InvalidValueError where it is none."""
    blocks = encoded.decode("utf-8", "replace").split("\r\n\r\n")
    if blocks[-1] == "":
        del blocks[-1]
    if not blocks or len(blocks) % 2:
        raise InvalidValueError("not a capture: its blocks do not come in pairs")
    return Capture(tuple(_exchange(own, head) for own, head in zip(blocks[::2], blocks[1::2], strict=True)))


def _exchange(own: str, head: str) -> Exchange:
    known = dict(_pairs(own.split("\r\n")))
    if "uri" not in known:
        raise InvalidValueError("not a capture: an exchange names no uri")
    status, *lines = head.split("\r\n")
    return Exchange(
        uri=known["uri"],
        date=known.get("date"),
        record=known.get("record"),
        status=status,
        headers=tuple(_pairs(lines)),
    )


def _pairs(lines: list[str]) -> list[tuple[str, str]]:
    cut = (line.partition(":") for line in lines)
    return [(name.strip(), value.strip()) for name, colon, value in cut if colon]


def _line(line: str) -> bytes:
    return line.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace")
