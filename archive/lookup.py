"""Keys of the lookup table: how an article is found by what identifies it. Pure.

A key is the first 8 bytes of HMAC-SHA-256 under the archive's own secret, as a signed 64-bit integer: the table shows
neither an address nor a digest, and after an erasure says nothing of what was there. It is derived from the payloads,
so it can be rebuilt, and a hit is only a candidate: it is confirmed against the payload. docs/format.md, "Lookup".
Lone surrogates are let through: what is looked up is then not found, what is added is refused by the codec.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from archive import events

if TYPE_CHECKING:
    from archive.article import Article
    from archive.identity import Identified

_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
# What is white space in ASCII, by `str.split`, and becomes a space.
_WHITE = bytes(ord(" ") if chr(code).isspace() and code < 128 else code for code in range(256))

DIGEST_PREFIX = 8
"""Hex digits of a digest that its key is made of: so many a user must type at least."""


ERASURES = -(1 << 63)
"""The key under which every `article.erased` is found: that of an article whose id would be all zeros, as none is."""

ORIGIN = "origin"
"""The kind of key that names the address which was asked for, where that is not the article's own."""


def key(secret: bytes, kind: str, value: str) -> int:
    """Return the key of a value of a kind: `url`, `origin`, `key` (an id of the input), `digest` or `content`."""
    from hashlib import sha256

    # HMAC as RFC 2104 writes it down: the library's takes twice the time, and verifying makes some for each event.
    inner, outer = _pads(secret)
    inside = sha256(b"".join((inner, kind.encode(), b"\x00", value.encode(errors="surrogatepass")))).digest()
    return int.from_bytes(sha256(outer + inside).digest()[:8], "big", signed=True)


@lru_cache(maxsize=4)
def _pads(secret: bytes) -> tuple[bytes, bytes]:
    """Return a secret as HMAC puts it ahead of what is hashed: inside, and outside."""
    from hashlib import sha256

    padded = (secret if len(secret) <= 64 else sha256(secret).digest()).ljust(64, b"\x00")
    return padded.translate(_INNER), padded.translate(_OUTER)


def article_key(article_id: str) -> int:
    """Return the key of an article's own id: its first 8 bytes, the time it was made.

    No HMAC here: the id stands in every envelope, identifies nobody, and its order keeps the table's pages together.
    """
    return int(article_id.replace("-", "")[:16], 16) - (1 << 63)


def life_cycle_keys(kind: str, article_id: str) -> list[int]:
    """Return all keys under which an event is found that records what became of an article, and no version of it."""
    return [article_key(article_id), ERASURES] if kind == events.ARTICLE_ERASED else [article_key(article_id)]


def content_digest(title: str | None, text: str) -> str:
    """Return a digest, 64 hex digits, that is equal where title and text are the same to a reader.

    Compared in Unicode normal form C with every run of white space as one space: line ends and wrapping are no change.
    """
    import hashlib

    return hashlib.sha256(b"\x00".join((_words(title or ""), _words(text)))).hexdigest()


def _words(text: str) -> bytes:
    """Return a text in normal form C, every run of white space as one space, none at its ends, in UTF-8."""
    if not text.isascii():
        return " ".join(unicodedata.normalize("NFC", text).split()).encode(errors="surrogatepass")
    # The same, in a tenth of the time: this is done for every article. ASCII is in normal form.
    spaced = text.encode().translate(_WHITE)
    if b"  " not in spaced:
        return spaced.strip(b" ")
    # Not at each space, which makes an object of each word: of a usual text only lines or paragraphs are apart by more.
    return b" ".join(filter(None, map(bytes.strip, spaced.split(b"  "))))


def keys_of(secret: bytes, article_id: str, article: Article, text: str) -> list[int]:
    """Return all keys under which a version of an article is found."""
    content = content_digest(article.metadata.title, text)
    return [article_key(article_id), *identifying_keys(secret, article, content, article.origin.path)]


def identifying_keys(secret: bytes, article: Identified, content: str, path: str) -> list[int]:
    """Return the keys that hold for an article whichever it is, to find that out.

    `content` is its content digest, `path` that of its origin.
    """
    keys = [
        key(secret, "digest", article.digest[:DIGEST_PREFIX]),
        key(secret, "content", content),
    ]
    if article.canonical_url is not None:
        keys.append(key(secret, "url", article.canonical_url))
    address = origin_url(path)
    if address is not None and address != article.canonical_url:
        keys.append(key(secret, ORIGIN, address))
    if article.key is not None:
        keys.append(key(secret, "key", article.key))
    return keys


def origin_url(path: str) -> str | None:
    """Return the canonical form of an origin's path, where that is the address of something fetched; else None."""
    if not path.startswith(("https://", "http://")):
        return None
    from archive.errors import InvalidValueError
    from archive.urls import canonical_url

    try:
        return canonical_url(path)
    except InvalidValueError:
        return None
