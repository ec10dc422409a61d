"""The encoding of a page: a byte order mark, the HTTP header, the page's own word, and what the bytes say.

As the HTML standard has it (section 13.2.3), with two departures. Bytes that are valid UTF-8 beyond accident are
UTF-8, whatever a page says: pages that were saved or passed on are converted, and their words left as they were. And
what is not valid in the encoding that is stated is guessed, where the standard prints replacement characters.
"""

from __future__ import annotations

import codecs
import re

import attrs

from archive.importers.decoding import NotTextError, decode

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PRESCANNED = 4096
"""The standard looks at 1,024 bytes; pages that state their encoding later are common."""

_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEADER = re.compile(r"\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_FEW = 0.02
"""The part of the bytes beyond ASCII that may be invalid in an encoding that is stated and is right all the same."""

# Encoding Standard (WHATWG), section 4.2: labels that name another encoding than their own, by Python's names.
_LABELS = {
    "iso8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8", "utf-32": "utf-8", "utf-7": "cp1252",
}  # fmt: skip
_SINGLE_BYTE = re.compile(r"cp1?[0-9]{3}|iso8859-\d+|koi8-.|mac-.*|tis-620|latin.*")


@attrs.frozen(kw_only=True)
class Decoded:
    """The text of a page and the Python codec that gave it.

    Bytes that are not valid in it are lone surrogates in `text` (PEP 383), so that places can be counted back.
    """

    text: str
    codec: str


def decode_page(data: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of a page; `content_type` is the header that it was served with. Never fails."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return Decoded(
                text=data.decode(codec, "surrogateescape" if codec == "utf-8-sig" else "replace"), codec=codec
            )
    stated = _stated(data, content_type)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _other(data, stated, reached=error.start)
    # A few such bytes may be letters of another encoding by accident; a page of them is not.
    if stated in {None, "utf-8"} or text.isascii() or (_SINGLE_BYTE.fullmatch(stated or "") and _is_utf8(data)):
        return Decoded(text=text, codec="utf-8")
    return _other(data, stated, reached=len(data))


def _is_utf8(data: bytes) -> bool:
    """Tell whether valid UTF-8 is so in more than one place."""
    return len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", data[: 1 << 20])) > 1


def _other(data: bytes, stated: str | None, *, reached: int) -> Decoded:
    for codec in (stated, "utf-8" if reached > len(data) // 2 else None):
        if codec is not None and (text := _mostly(data, codec)) is not None:
            return Decoded(text=text, codec=codec)
    try:
        text, codec = decode(data)
    except NotTextError:
        return Decoded(text=data.decode("cp1252", "surrogateescape"), codec="cp1252")
    return Decoded(text=text, codec=codec)


def _mostly(data: bytes, codec: str) -> str | None:
    """Return the text if few bytes are invalid in a codec, else None."""
    try:
        text = data.decode(codec, "surrogateescape")
    except (UnicodeError, LookupError):
        return None
    if text.isascii():
        return text
    invalid = len(re.findall("[\udc80-\udcff]", text))
    beyond = sum(map(len, re.findall(rb"[\x80-\xff]+", data)))
    return text if invalid <= _FEW * beyond else None


def _stated(data: bytes, content_type: str | None) -> str | None:
    labels = [match[1] for match in (_HEADER.search(content_type or ""),) if match]
    labels += [label.decode("ascii", "replace") for label in _META.findall(_COMMENT.sub(b"", data[:_PRESCANNED]))]
    return next((codec for label in labels if (codec := _codec(label)) is not None), None)


def _codec(label: str) -> str | None:
    """Return the Python codec that a label of the web means, None where it means none."""
    try:
        known = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    # Python has codecs that are none of text: base64, rot13.
    if not getattr(known, "_is_text_encoding", True):
        return None
    return _LABELS.get(known.name, known.name)
