"""An entry to what it says, by feedparser: it is put back into the head of its feed, and that is parsed."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

from archive.importers.feed_fields import Entry, read_entry
from archive.importers.feed_markup import Markup, children, decode, markup_of, root_of, tags

if TYPE_CHECKING:
    from archive.importers.feed_fields import Reading
    from archive.importers.protocol import Record

_MEDIA_TYPES = {"rdf": "application/rdf+xml", "feed": "application/atom+xml", "entry": "application/atom+xml"}
_CUT_TAG = re.compile(r"<[^<>]*\Z")
_NEAR = 64
_NUMBERS = re.compile(r"&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_REFERENCES = re.compile(rf"(?:{_NUMBERS.pattern})+", re.IGNORECASE)
_LONGEST = 8
_SURROGATES = (0xD800, 0xE000)


class DamagedEntryError(Exception):
    """The markup of an entry is such that feedparser fails on it."""


def reading_of(record: Record, *, extractor: str) -> Reading | None:
    """Return what an entry says, None where feedparser finds no entry in it.

    Raises EncodingError, DamagedEntryError.
    """
    head = record.head or b""
    charset, base = _fetched(record)
    markup = markup_of(head + record.original, charset=charset)
    encoding = markup.encoding
    text = decode(record.original, encoding)
    around = decode(head[markup.mark :], encoding)
    parsed = _parsed(_composed(around, _closed(text)), base)
    if parsed is None:
        return None
    own = Markup(text if markup.decoded else record.original.decode("latin-1"), encoding, 0, markup.decoded)
    root = root_of(around or text)
    return read_entry(
        Entry(*parsed, own, record.original, children(own.text)),
        media_type=_MEDIA_TYPES.get(root.local if root else "", "application/rss+xml"),
        extractor=extractor,
    )


def _fetched(record: Record) -> tuple[str | None, str | None]:
    """Return the charset and the address under which a feed was fetched, where it was."""
    if record.capture is None:
        return None, None
    from email.message import Message

    from archive import capture

    response = capture.from_bytes(record.capture).response
    header = Message()
    header["content-type"] = response.header("content-type") or ""
    charset = header.get_param("charset")
    return charset if isinstance(charset, str) else None, response.uri


def _composed(head: str, entry: str) -> str:
    """Return a feed of one entry: the entry put back to where entries stand in their feed."""
    at = len(head)
    root = root_of(head)
    if root is not None:
        lower = head.lower()
        # In RSS 2.0 entries are within the channel, in RSS 1.0 behind it.
        ends = [lower.rfind(f"</{name}") for name in ("channel" if root.local == "rss" else root.name, root.name)]
        at = next((end for end in ends if end >= 0), at)
    return head[:at] + entry + head[at:]


def _closed(entry: str) -> str:
    """Return an entry with the end tags that it lacks: the parser knows no element that does not end."""
    if entry.rfind("<![CDATA[") > entry.rfind("]]>"):
        entry += "]]>"
    opened: list[str] = []
    for tag in tags(entry):
        if not tag.closes and not tag.empty:
            opened.append(tag.name)
        elif tag.closes and tag.name in opened[-_NEAR:]:
            while opened.pop() != tag.name:
                pass
    if not opened:
        return entry
    return _CUT_TAG.sub("", entry) + "".join(f"</{name}>" for name in reversed(opened[:_NEAR]))


def _characters(references: re.Match[str]) -> str:
    """Return character references in a row with each naming a character: what names none ends feedparser.

    Two that name the halves of a surrogate pair, as some feeds write what is beyond 16 bits, name the character.
    """
    numbers = [
        int(digits.lower().removeprefix("x"), 16 if digits[0] in "xX" else 10) if len(digits) <= _LONGEST else -1
        for digits in _NUMBERS.findall(references[0])
    ]
    if all(0 <= number < _SURROGATES[0] or _SURROGATES[1] <= number <= sys.maxunicode for number in numbers):
        return references[0]
    units = "".join(chr(number) if 0 <= number <= sys.maxunicode else "\ufffd" for number in numbers)
    text = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(f"&#{ord(character)};" for character in text)


def _parsed(document: str, base: str | None) -> tuple[dict[str, object], dict[str, object]] | None:
    """Return the first entry of a feed and the feed itself as feedparser reads them, None where it finds no entry."""
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8"}
    if base is not None:
        headers["content-location"] = base
    # A stream, as a string could be taken for an address, and be fetched.
    stream = io.BytesIO(_REFERENCES.sub(_characters, document).encode("utf-8", "replace"))
    try:
        parsed = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # noqa: BLE001 - of a link that an item opens and never ends, for one: of any type
        raise DamagedEntryError(type(error).__name__) from None
    return (parsed.entries[0], parsed.feed) if parsed.entries else None
