"""The text of a message: which of its parts is read, and how its bytes become characters."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, NamedTuple

from archive.importers.decoding import NotTextError, decode, is_visible
from archive.importers.fragments import text_of

if TYPE_CHECKING:
    from email.message import Message

_DEEPEST = 20
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_QUOTED_FROM = re.compile(r"^>(>*From )", re.MULTILINE)
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


class Body(NamedTuple):
    """The text of a message, empty where it has none, and what kept it from being read."""

    text: str
    problem: str | None = None


def text_in(original: bytes, *, is_quoted: bool) -> Body:
    """Return the text of a message. `is_quoted` where its lines that begin with `From ` were marked by an mbox.

    Of a text that is there both plain and in HTML, the plain one is read, unless it says much less: some newsletters
    put no more into it than where to find the other. A message that only carries another one is read as that.
    """
    from email import message_from_bytes

    try:
        message = message_from_bytes(original)
        if any(part.get_content_type() in _ENCRYPTED for part in message.walk()):
            return Body("", "the message is encrypted; decrypt it in your mail program and save it again")
        text = _text(message, 0)
    except RecursionError:
        return Body("", "the parts of the message are nested too deep to be read")
    return Body(_QUOTED_FROM.sub(r"\1", text) if is_quoted else text)


def _text(part: Message, depth: int) -> str:
    """Return the text of a part and the parts in it, one after the other."""
    if depth > _DEEPEST:
        return ""
    kind = part.get_content_type()
    if part.is_multipart():
        parts = [child for child in part.get_payload() if not isinstance(child, str)]
        if kind == "message/rfc822":
            return "\n\n".join(filter(None, (_text(child, depth + 1) for child in parts)))
        if kind == "multipart/alternative":
            return _best([(_kind(child), _text(child, depth + 1)) for child in parts])
        own = [child for child in parts if child.get_content_type() != "message/rfc822"]
        texts = list(filter(None, (_text(child, depth + 1) for child in own)))
        # What is forwarded as a whole is the article, where nothing was written around it.
        return "\n\n".join(texts or filter(None, (_text(child, depth + 1) for child in parts if child not in own)))
    # Of several parts without a mark between them, the parser makes one.
    is_text = kind in {"text/plain", "text/html"} or kind.startswith("multipart/")
    if part.get_content_disposition() == "attachment" or not is_text:
        return ""
    text = _characters(part)
    text = text_of(text) if kind == "text/html" else _unflowed(part, text)
    return text.strip() if is_visible(text) else ""


def _kind(part: Message) -> str:
    """Return whether an alternative is plain text or HTML, which may have its pictures with it."""
    return "text/plain" if part.get_content_type() == "text/plain" else "text/html"


def _best(alternatives: list[tuple[str, str]]) -> str:
    plain = next((text for kind, text in alternatives if kind == "text/plain" and text), "")
    html = next((text for kind, text in alternatives if kind == "text/html" and text), "")
    return plain if 3 * len(plain.split()) > len(html.split()) else html


def _characters(part: Message) -> str:
    data = _payload(part)
    declared = part.get_content_charset()
    for charset in (declared, "utf-8"):
        try:
            if charset:
                return data.decode(charset).replace("\r\n", "\n")
        except (UnicodeError, LookupError, ValueError):
            continue
    try:
        return decode(data)[0].replace("\r\n", "\n")
    except NotTextError:
        return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _payload(part: Message) -> bytes:
    """Return the bytes of a part, its transfer encoding undone; of broken base64 as much as there is."""
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        raw = part.get_payload()
        digits = _NOT_BASE64.sub(b"", str(raw).encode("ascii", "ignore"))
        # A lone digit at the end holds no whole byte.
        digits = digits[: len(digits) - (len(digits) % 4 == 1)]
        try:
            return base64.b64decode(digits + b"=" * (-len(digits) % 4))
        except binascii.Error:
            return b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _unflowed(part: Message, text: str) -> str:
    """Return the text with its soft line ends undone, where it has any: RFC 3676, `format=flowed`."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    keeps_space = str(part.get_param("delsp", "")).lower() != "yes"
    pieces: list[str] = []
    for line in text.split("\n"):
        body = line.removeprefix(" ")
        if body.endswith(" ") and body != "-- ":
            pieces.append(body if keeps_space else body[:-1])
        else:
            pieces.append(body + "\n")
    return "".join(pieces)
