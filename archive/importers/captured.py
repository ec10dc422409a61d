"""What a capture tells of an article, whatever its format: its address, its language, and when it was taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive import capture, edtf, importers
from archive.errors import InvalidValueError
from archive.identity import instant
from archive.provenance import Candidate

if TYPE_CHECKING:
    from archive.importers.protocol import Record
    from archive.provenance import Fields, Origin

EXTRACTOR = "capture/1"
METHOD = "http"

_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
# RFC 5646, section 2.1, coarsely: a language of letters, then subtags.
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def read(encoded: bytes) -> tuple[Fields, str | None]:
    """Return the candidates that part `capture` holds, and the time of the response, None where it states none.

    Candidates are `url`, of the response that the bytes came with, and `language`, where Content-Language (RFC 9110,
    section 8.5) names a single one: of several it is not known which the article is in. They have no span, because
    they stand in neither the text nor the original. What is no capture tells nothing.
    """
    try:
        response = capture.from_bytes(encoded).response
    except InvalidValueError:
        return {}, None
    fields: Fields = {}
    if _WEB.match(response.uri):
        fields["url"] = (_candidate(response.uri, response.uri),)
    stated = response.header("content-language")
    if stated is not None and _TAG.fullmatch(language := stated.strip()):
        fields["language"] = (_candidate(language, stated),)
    return fields, _moment(response.date)


def is_response(record: Record | Origin) -> bool:
    """Tell whether a record is all of what its capture's response brought, and so lies at its address.

    The entry of a feed that was fetched, or the line of a list, came with the response and lies elsewhere.
    """
    alone = record.line is None and record.label is None and record.format in importers.WHOLE
    return alone or record.container == "warc"


def _candidate(value: str, raw: str) -> Candidate:
    return Candidate(value=value, method=METHOD, extractor=EXTRACTOR, raw=raw)


def _moment(date: str | None) -> str | None:
    if date is None:
        return None
    try:
        normal = edtf.normalize(date)
        instant(normal)
    except InvalidValueError:
        return None
    return normal
