"""What the header of a message says of an article, and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archive.errors import InvalidValueError
from archive.importers import rfc822_dates
from archive.importers.entry_keys import canonical
from archive.importers.lines import one_line
from archive.provenance import Candidate, Span

if TYPE_CHECKING:
    from archive.provenance import Fields, Value

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*")
_COMMENT = re.compile(r"\s*\([^()]*\)")
_LIST_ID = re.compile(r"(.*?)<([^<>]*)>\s*\Z", re.DOTALL)
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]+)\s*>")


class _Header(NamedTuple):
    """A header field: its value as it is meant, and the bytes `[start, end)` that it was read from."""

    value: str
    start: int
    end: int


def encoding_of(original: bytes) -> str:
    """Return the codec by which a message's bytes are text: UTF-8 where they are valid in it, else Latin-1.

    Each part of a message may have a charset of its own; this is for what is shown of the bytes as they are.
    """
    try:
        original.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def read_fields(original: bytes, *, encoding: str, extractor: str) -> tuple[Fields, str | None, list[str]]:
    """Return what the header of a message says: fields, the key of the article, and remarks on what was left out.

    `title` is the subject, `published` the date with its offset. Who sent it is `publisher` and `authors`: a newsletter
    is signed with either, and the header does not say which; the name of its list is a publisher, too. `url` is stated
    by `Archived-At` (RFC 5064) only: links in the text that lead to a copy of it carry the reader's own mark.
    """
    headers = _headers(original)
    fields: Fields = {}
    remarks: list[str] = []

    def note(field: str, value: Value, header: _Header) -> None:
        known = fields.get(field, ())
        if value and all(candidate.value != value for candidate in known):
            raw = original[header.start : header.end].decode(encoding)
            span = Span(source="original", start=header.start, end=header.end)
            fields[field] = (*known, Candidate(value=value, method="mail", extractor=extractor, raw=raw, span=span))

    if header := headers.get("subject"):
        note("title", one_line(header.value), header)
    if header := headers.get("list-id"):
        match = _LIST_ID.match(header.value)
        note("publisher", one_line((match[1] if match else "").strip(' "')), header)
    if header := headers.get("from"):
        name = _sender(header.value)
        note("publisher", name, header)
        note("authors", (name,) if name and "@" not in name else (), header)
    if header := headers.get("date"):
        try:
            note("published", rfc822_dates.normalize(_COMMENT.sub("", header.value)), header)
        except InvalidValueError as error:
            remarks.append(f"Date: {error}; the article is taken without it")
    if header := headers.get("content-language"):
        note("language", header.value.partition(",")[0].strip(), header)
    if (header := headers.get("archived-at")) and canonical(url := header.value.strip().strip("<>")):
        note("url", url, header)
    if header := headers.get("keywords"):
        note("tags", tuple(dict.fromkeys(tag for part in header.value.split(",") if (tag := one_line(part)))), header)
    identifier = _MESSAGE_ID.search(headers["message-id"].value) if "message-id" in headers else None
    # RFC 2392: a URI, which no id of another kind can be equal to.
    return fields, f"mid:{identifier[1]}" if identifier else None, remarks


def _headers(original: bytes) -> dict[str, _Header]:
    """Return the header fields of a message by their names in lower case, the first one of each."""
    found: dict[str, _Header] = {}
    at = 3 if original.startswith(b"\xef\xbb\xbf") else 0
    while at < len(original):
        match = _NAME.match(original, at)
        end = _end_of_line(original, at)
        if match is None:
            if not original[at:end].strip():
                break
            at = end
            continue
        while end < len(original) and original[end : end + 1] in (b" ", b"\t"):
            if not original[end : _end_of_line(original, end)].strip():
                break
            end = _end_of_line(original, end)
        raw = original[match.end() : end].rstrip()
        name = match[1].decode("ascii").lower()
        found.setdefault(name, _Header(_decoded(raw), match.end(), match.end() + len(raw)))
        at = end
    return found


def _end_of_line(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return len(data) if end < 0 else end + 1


def _decoded(raw: bytes) -> str:
    """Return the value of a header field, unfolded, its encoded words (RFC 2047) decoded as well as they can be."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    text = re.sub(r"\r?\n(?=[ \t])", "", text)
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError, LookupError):
        return text
    found = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            found.append(piece)
            continue
        try:
            found.append(piece.decode(charset or "utf-8", "replace"))
        except (LookupError, ValueError):
            # ValueError: of a charset that is a codec for something else, or no name at all.
            found.append(piece.decode("utf-8", "replace"))
    return "".join(found)


def _sender(value: str) -> str:
    """Return the name of who sent a message, else the address."""
    from email.utils import getaddresses

    try:
        addresses = getaddresses([" ".join(value.split())])
    except RecursionError:  # of comments in comments
        addresses = []
    name, address = addresses[0] if addresses else ("", "")
    return one_line(name.strip("'\" ")) or address or one_line(value)
