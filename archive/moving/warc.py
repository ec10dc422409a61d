"""The form `warc`: the originals of an archive as WARC 1.1 (ISO 28500), for crawlers' tools. Not lossless.

For each version with bytes of its own, a `response` record with the headers that were captured, or a `resource` record
where there are none; the redirects ahead of a response are responses without a body. Behind it a `metadata` record with
what the archive knows of the article, as JSON. Paths of files are left out. Codings that were removed when the response
was recorded are named in headers with `X-Archive-Orig-` ahead of their names, so that no reader undoes them again.
"""

from __future__ import annotations

import uuid
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from archive import codec, events
from archive.errors import DamagedError, InvalidValueError
from archive.identity import instant
from archive.originals import amended
from archive.version import TOOL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.archive import Archive
    from archive.capture import Capture, Exchange
    from archive.codec import Document
    from archive.store import Recorded

_REMOVED = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def write_warc(archive: Archive, recorded: Iterable[Recorded], out: BinaryIO, *, compress: bool) -> int:
    """Write the versions among some events; return how many had been erased, and are left out.

    With `compress` each record is a gzip member. The same log gives the same bytes. Raises DamagedError, OSError.
    """
    from warcio.warcwriter import WARCWriter

    writer = WARCWriter(out, gzip=compress, warc_version="1.1")
    begun = archive.event(0).attribute("time")
    about = f"software: {TOOL}\r\nformat: WARC file version 1.1\r\n".encode()
    _write(
        writer,
        "warcinfo",
        "",
        about,
        headers={"WARC-Date": _date(begun, begun), "WARC-Record-ID": _record_id(archive.id, "warcinfo")},
        content_type="application/warc-fields",
    )
    erased = 0
    for event in recorded:
        kind = events.kind_of(event.attribute("type"))
        if kind not in events.ARTICLE_KINDS:
            continue
        if archive.store.erased_parts(event.position):
            erased += 1
            continue
        if kind == events.ARTICLE_AMENDED:
            _write_metadata(writer, archive, event, refers_to=amended(archive.store, event).envelope.id)
        else:
            _write_original(writer, archive, event)
            _write_metadata(writer, archive, event, refers_to=event.envelope.id)
    return erased


def _write_original(writer: Any, archive: Archive, event: Recorded) -> None:
    envelope = event.envelope
    document = archive.document(event, events.ARTICLE)
    capture = _capture(archive, event)
    content = archive.store.part(event.position, events.ORIGINAL)
    moment = document.get("captured", envelope.time)
    headers = {"WARC-Date": _date(moment, envelope.time), "WARC-Record-ID": f"<urn:uuid:{envelope.id}>"}
    if capture is None:
        media_type = document["original"]["media_type"]
        _write(writer, "resource", _address(document, envelope.id), content, headers=headers, content_type=media_type)
        return
    for number, redirect in enumerate(capture.exchanges[:-1]):
        where = {
            "WARC-Date": _date(redirect.date or moment, envelope.time),
            "WARC-Record-ID": _record_id(envelope.id, f"redirect {number}"),
        }
        _write(writer, "response", redirect.uri, b"", headers=where, exchange=redirect)
    response = capture.response
    headers["WARC-Date"] = _date(response.date or moment, envelope.time)
    if response.status:
        _write(writer, "response", response.uri, content, headers=headers, exchange=response)
    else:
        media_type = document["original"]["media_type"]
        _write(writer, "resource", response.uri, content, headers=headers, content_type=media_type)


def _write_metadata(writer: Any, archive: Archive, event: Recorded, *, refers_to: str) -> None:
    envelope = event.envelope
    document = archive.document(event, events.ARTICLE)
    about = {
        "archive": envelope.source,
        "article": document,
        "event": envelope.id,
        "recorded": envelope.time,
        "subject": envelope.subject,
        "type": envelope.type,
    }
    headers = {
        "WARC-Date": _date(envelope.time, envelope.time),
        "WARC-Record-ID": _record_id(envelope.id, "metadata"),
        "WARC-Refers-To": f"<urn:uuid:{refers_to}>",
    }
    address = _address(document, envelope.id)
    _write(writer, "metadata", address, codec.to_bytes(about), headers=headers, content_type="application/json")


def _write(
    writer: Any,
    kind: str,
    uri: str,
    content: bytes,
    *,
    headers: dict[str, str],
    content_type: str = "application/http; msgtype=response",
    exchange: Exchange | None = None,
) -> None:
    record = writer.create_warc_record(
        uri,
        kind,
        # An empty stream is taken for none, and gets a length of 0.
        payload=BytesIO(content),
        length=len(content),
        warc_content_type=content_type,
        warc_headers_dict=headers,
        http_headers=None if exchange is None else _http_head(exchange, len(content)),
    )
    writer.write_record(record)


def _http_head(exchange: Exchange, length: int) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    protocol, _, status = (exchange.status or "HTTP/1.1 200 OK").partition(" ")
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _REMOVED else name, value) for name, value in exchange.headers
    ]
    head = StatusAndHeaders(status, [*headers, ("Content-Length", str(length))], protocol=protocol)
    # Of itself, warcio would write everything but ASCII percent-encoded.
    head.headers_buff = head.to_bytes(None, "utf-8")
    head.compute_headers_buffer = lambda _filter: None
    return head


def _capture(archive: Archive, event: Recorded) -> Capture | None:
    from archive.capture import from_bytes

    if events.CAPTURE not in event.envelope.commitments:
        return None
    try:
        return from_bytes(archive.store.part(event.position, events.CAPTURE))
    except InvalidValueError as error:
        raise DamagedError(event.position, str(error)) from None


def _address(document: Document, event_id: str) -> str:
    address = document.get("canonical_url")
    return address if isinstance(address, str) else f"urn:uuid:{event_id}"


def _record_id(of: str, what: str) -> str:
    """Return an id that is the same each time."""
    return f"<urn:uuid:{uuid.uuid5(uuid.UUID(of), what)}>"


def _date(stated: str, otherwise: str) -> str:
    try:
        moment = instant(stated)
    except InvalidValueError:
        moment = instant(otherwise)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
