"""WARC and ARC files: the articles among their records, each with the headers that it came with.

WARC 1.0 and 1.1 (ISO 28500) and ARC 1.0, gzipped record by record, as a whole, or not. What is read are the responses
of web servers (status 200), resources and conversions, if they are pages, texts or PDF files; all else is passed over,
and counted by its kind. Headers are parsed, and transfer and content encodings undone, by warcio.
"""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from archive import capture, importers
from archive.importers import compressed
from archive.importers.protocol import Problem, Reached, Record, Skipped
from archive.importers.warc_members import begins_record, members
from archive.importers.whole import LARGEST
from archive.redaction import kept_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.importers.protocol import Draft
    from archive.importers.warc_members import Member

_READ = frozenset({"response", "resource", "conversion"})
_SCHEMES = frozenset({"http", "https", "ftp", "file"})
_FORMATS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "application/pdf": "pdf",
}
_FOR_MACHINES = re.compile(r"https?://[^/]+/(robots|ads|app-ads|humans|security|llms)\.txt\Z", re.IGNORECASE)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")
_ENCODINGS = frozenset({"", "identity", "none", "gzip", "x-gzip", "deflate", "br", "zstd"})
_NO_LENGTH = "its length is not stated, or no number"
_CUT_OFF = "is cut off: the file ends in the middle of it"
_TOO_LARGE = f"larger than {LARGEST >> 20} MiB, too large for one article"
_AT_ONCE = 1 << 16
_LONGEST_LINE = 1 << 16


class WarcImporter:
    """Cuts records out of a file; pages are read by `html`, texts by `text`, PDF files by `pdf`."""

    name = "warc"
    version = 1
    isolated = True

    def detect(self, head: bytes) -> bool:
        """Tell whether a file begins with the first record of a WARC or ARC file."""
        return head.startswith((b"WARC/", b"filedesc://"))

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem | Skipped | Reached]:
        """Yield the articles among the records, what was passed over, and what is damaged."""
        # It says on the log what we say as a problem, or need not say.
        logging.getLogger("warcio.recordloader").disabled = True
        for member in members(stream):
            if isinstance(member, str):
                yield Problem(message=member)
            else:
                yield from _records(member)

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Never called: what is split off is of another format."""
        raise NotImplementedError(f"a {record.format} record is not read by warc")


def _records(member: Member) -> Iterator[Record | Problem | Skipped | Reached]:
    from warcio.recordloader import ArcWarcRecordLoader

    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    label = f"at byte {member.offset:,}"
    told = False
    while (line := _next_start(member)) is not None:
        if isinstance(line, Problem):
            yield line
            continue
        offset = member.offset if member.compressed else member.offset + member.tell() - len(line)
        yield Reached(offset)
        label = f"at byte {offset:,}"
        found = None
        try:
            found = loader.parse_record_stream(member, line)
            label = found.rec_headers.get_header("WARC-Record-ID") or label
            taken = _taken(found, label) if _states_length(found) else Problem(message=_NO_LENGTH, label=label)
            # Whether it is whole is known when all of it is read.
            if _left(found) > 0:
                taken = Problem(message=_CUT_OFF, label=label)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - warcio has no error of its own for most of what is damaged
            taken = Problem(message=_damage(error), label=label)
            _left(found)
        if isinstance(taken, Problem) and member.trouble is not None:
            taken, told = Problem(message=member.trouble, label=label), True
        yield taken
    if member.trouble is not None and not told:
        yield Problem(message=member.trouble, label=label)


def _taken(found: Any, label: str) -> Record | Problem | Skipped:
    """Return a record as an article of its format, why it is none, or what is wrong with it."""
    headers, http = found.rec_headers, found.http_headers
    uri = headers.get_header("WARC-Target-URI") or headers.get_header("uri") or ""
    stated = http.get_header("content-type") if http is not None else found.content_type
    media_type = (stated or "").partition(";")[0].strip().lower()
    reason = _no_article(found, uri, media_type)
    if reason is not None:
        return Skipped(reason=reason)
    payload = _payload(found)
    if isinstance(payload, str):
        return Problem(message=payload, label=label)
    if not payload:
        return Skipped(reason="empty")
    # Of what its server did not name, pages are recognised.
    format_name = _FORMATS.get(media_type, "html" if _PAGE.match(payload) else "")
    if format_name not in importers.NAMES:
        return Skipped(reason=f"{media_type or format_name} (not read yet)" if format_name else "without a type")
    record = Record(
        original=payload,
        format=format_name,
        capture=capture.to_bytes(capture.Capture((_exchange(found, uri, stated),))),
        container=WarcImporter.name,
        label=label,
    )
    return Skipped(reason="page that is no article") if format_name == "html" and not _is_article(record) else record


def _is_article(page: Record) -> bool:
    from archive.importers.html.judging import is_article

    return is_article(page)


def _no_article(found: Any, uri: str, media_type: str) -> str | None:
    """Return what a record is that holds no article by its kind, its address, its status or its type."""
    if found.rec_type not in _READ:
        return "warcinfo" if found.rec_type == "arc_header" else str(found.rec_type or "without a type")
    scheme = uri.partition(":")[0].lower()
    if scheme not in _SCHEMES:
        # What tools write about themselves: `metadata://gnu.org/software/wget/…`, `urn:pageinfo:…`; or `dns:…`.
        return f"{scheme or 'no'} address"
    http = found.http_headers
    if http is not None and http.get_statuscode() != "200":
        return f"status {http.get_statuscode()[:3] or 'unknown'}"
    if _FOR_MACHINES.match(uri):
        return "robots.txt and the like"
    return media_type if media_type and media_type not in _FORMATS else None


def _payload(found: Any) -> bytes | str:
    """Return the bytes that a server meant, or what is wrong with them."""
    encodings = [name.strip().lower() for name in (_header(found, "content-encoding") or "").split(",")]
    if any(name not in _ENCODINGS for name in encodings) or len(encodings) > 1:
        return f"its content encoding {', '.join(encodings)!r} is not known; decode it first"
    decode = _DECODERS.get(encodings[0])
    if decode is not None:
        found.http_headers.remove_header("content-encoding")
    stream = found.content_stream()
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_AT_ONCE):
        size += len(piece)
        if size > LARGEST:
            return _TOO_LARGE
        pieces.append(piece)
    content = b"".join(pieces)
    return content if decode is None else decode(content)


def _brotli(content: bytes) -> bytes | str:
    import brotli

    unpacked: bytes = brotli.decompress(content)
    return unpacked if len(unpacked) <= LARGEST else _TOO_LARGE


def _inflated(content: bytes) -> bytes | str:
    """Return what gzip or zstd holds, all of its members, or what is wrong with it; what is neither is as it is.

    Of a page that the crawler cut off, what there is: so it is with those that are not compressed.
    """
    stream, trouble = compressed.opened(io.BufferedReader(cast("io.RawIOBase", io.BytesIO(content))), layers=1)
    unpacked = stream.read(LARGEST + 1)
    if len(unpacked) > LARGEST:
        return _TOO_LARGE
    return unpacked if trouble.message is None or trouble.sound else f"its content encoding: {trouble.message}"


_DECODERS: dict[str, Callable[[bytes], bytes | str]] = {
    "br": _brotli,
    "gzip": _inflated,
    "x-gzip": _inflated,
    "zstd": _inflated,
}
"""Content encodings that warcio does not undo, not with every release of what it does that with, or not to the end."""


def _exchange(found: Any, uri: str, media_type: str | None) -> capture.Exchange:
    headers, http = found.rec_headers, found.http_headers
    date = headers.get_header("WARC-Date")
    if date is None and (digits := _DIGITS.fullmatch(headers.get_header("archive-date") or "")):
        date = "{}-{}-{}T{}:{}:{}Z".format(*digits.groups())
    return capture.Exchange(
        uri=uri,
        date=date,
        record=headers.get_header("WARC-Record-ID"),
        status=f"{http.protocol} {http.statusline}" if http is not None else "",
        headers=tuple((name, kept_header(name, value)) for name, value in http.headers)
        if http is not None
        else (("content-type", media_type),)
        if media_type
        else (),
    )


def _header(found: Any, name: str) -> str | None:
    value: str | None = found.http_headers.get_header(name) if found.http_headers is not None else None
    return value


def _next_start(member: Member) -> bytes | Problem | None:
    """Return the first line of the next record, a problem where other bytes had to be passed over, None at the end."""
    passed = 0
    at = member.offset + member.tell()
    while head := member.peek():
        if begins_record(head):
            if passed and not member.compressed:
                return Problem(message=f"{passed:,} bytes that are no record were passed over", label=f"at byte {at:,}")
            return member.readline(_LONGEST_LINE)
        passed += len(member.readline(_LONGEST_LINE).strip(b"\r\n\0"))
    if passed:
        return Problem(message=f"{passed:,} bytes that are no record were passed over", label=f"at byte {at:,}")
    return None


def _states_length(found: Any) -> bool:
    """Tell whether a record says how long it is. warcio takes one that does not for all of the rest, or for nothing."""
    stated = found.rec_headers.get_header("Content-Length") or found.rec_headers.get_header("length")
    return stated is not None and stated.isascii() and stated.strip().isdigit() and hasattr(found.raw_stream, "limit")


def _left(found: Any) -> int:
    """Pass over what is left of a record; return how many bytes of it are missing."""
    if found is None or not hasattr(found.raw_stream, "limit"):
        return 0
    while found.raw_stream.read(_AT_ONCE):
        pass
    missing: int = found.raw_stream.limit
    return missing


def _damage(error: Exception) -> str:
    # What Python says of a value that is missing or of another type tells nothing of the file.
    if isinstance(error, (AttributeError, TypeError)):
        return "is damaged: its headers are incomplete"
    return f"is damaged: {str(error)[:200] or type(error).__name__}"
