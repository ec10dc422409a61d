"""WARC and ARC files written down by hand, about a newspaper that does not exist."""

from __future__ import annotations

import gzip

ID = "<urn:uuid:00000000-0000-4000-8000-%012d>"
DATE = "2021-04-13T09:30:00Z"


def http(body: bytes, *, status: str = "200 OK", media_type: str | None = "text/plain", **headers: str) -> bytes:
    """Return an HTTP response; an underscore in a header's name is a hyphen."""
    lines = [f"HTTP/1.1 {status}"]
    if media_type is not None:
        lines.append(f"Content-Type: {media_type}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    number: int,
    block: bytes,
    *,
    kind: str = "response",
    uri: str | None = None,
    media_type: str = "application/http; msgtype=response",
    length: int | str | None = -1,
    version: str = "1.0",
    date: str = DATE,
) -> bytes:
    """Return a WARC record; `length` is stated in place of the true one, or not at all where it is None."""
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", f"WARC-Record-ID: {ID % number}", f"WARC-Date: {date}"]
    lines += [f"WARC-Target-URI: {uri or f'https://courier.example/{number}'}", f"Content-Type: {media_type}"]
    if length is not None:
        lines.append(f"Content-Length: {len(block) if length == -1 else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def text_record(number: int) -> bytes:
    """Return a response with a short article."""
    return record(number, http(f"The ferry came in {number} times.".encode()))


def arc(number: int, block: bytes, *, media_type: str = "text/plain", uri: str | None = None) -> bytes:
    """Return an ARC record."""
    address = uri or f"http://courier.example/{number}"
    return f"{address} 192.0.2.1 20210413093000 {media_type} {len(block)}\n".encode() + block + b"\n"


def arc_head() -> bytes:
    """Return the first record of an ARC file."""
    block = b"1 0 Courier\nURL IP-address Archive-date Content-type Archive-length\n\n"
    return f"filedesc://courier.arc 0.0.0.0 20210413093000 text/plain {len(block)}\n".encode() + block


def members(*records: bytes) -> bytes:
    """Return records gzipped one by one."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)
