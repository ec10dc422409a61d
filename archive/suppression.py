"""Suppression: what was erased is not added again, and nobody can read from the archive what it was.

An `article.erased` keeps HMACs of what identified the article: digests, contents, canonical URLs, ids. The secret
stands beside them, in the same part, so that they work in whatever archive the event is merged into. All erasures of
an archive share one, so that what a submission is compared with does not grow with them. What that costs against
guessing is in docs/adr/0021-erasure.md.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

import attrs

from archive import codec, events, lookup
from archive.errors import DamagedError, ErasedError, InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.identity import Catalogue, Identified
    from archive.store import EventStore

_SECRET_BYTES = 32
_KINDS = ("digest", "content", "url", "key")
_EMPTY_CONTENT = lookup.content_digest(None, "")
"""Of an article without title and text: it says nothing, and no other one is the same for it."""


@attrs.frozen(kw_only=True)
class Identifying:
    """What identified an article in all of its versions: digests, contents (`lookup.content_digest`), URLs, ids."""

    digests: frozenset[str]
    contents: frozenset[str]
    urls: frozenset[str]
    keys: frozenset[str]

    def document(self, secret: bytes) -> codec.Document:
        """Return part `suppressed`: HMACs under a secret, which it states."""
        values = (self.digests, self.contents - {_EMPTY_CONTENT}, self.urls, self.keys)
        keyed = _Keyed(secret)
        macs = {
            kind: sorted(keyed.mac(kind, value).hex() for value in known)
            for kind, known in zip(_KINDS, values, strict=True)
            if known
        }
        return {"secret": secret.hex(), **macs}


class _Suppressed(NamedTuple):
    """Where an erasure is recorded, and whether the article had an id of its own."""

    position: int
    has_key: bool


class Suppressions:
    """All that the erasures of a store suppress; holds some hundred bytes for each."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._read: set[int] = set()
        self._secrets: dict[bytes, int] = {}
        self._keyed: list[_Keyed] = []
        self._macs: dict[bytes, _Suppressed] = {}

    def refresh(self) -> bool:
        """Read the erasures that were recorded since; tell whether there are any. Under the lock, once a batch."""
        found = self._store.erasures.positions()
        if not self._read.issubset(found):
            # A transaction was rolled back, and others take its positions.
            self._read, self._secrets, self._macs, self._keyed = set(), {}, {}, []
        for position in found:
            if position not in self._read:
                self._take(position)
                self._read.add(position)
        return bool(self._macs)

    def secret(self) -> bytes:
        """Return the secret for the next erasure: that of the last one, or a new one where there is none."""
        self.refresh()
        return max(self._secrets, key=self._secrets.__getitem__) if self._secrets else os.urandom(_SECRET_BYTES)

    def find(self, article: Identified, content: str, catalogue: Catalogue) -> int | None:
        """Return the position of the erasure that an article must not come back after, None where it may be added.

        What the archive holds is suppressed no more: somebody let it in again, or another article says the same.
        """
        known = (("digest", article.digest), ("content", content), ("url", article.canonical_url), ("key", article.key))
        for kind, value in known:
            if value is None or (found := self._find(kind, value)) is None:
                continue
            if kind == "url" and article.key is not None and found.has_key:
                # Two ids at one address are two articles.
                continue
            if not catalogue.versions_under(kind, value):
                return found.position
        return None

    def position_of(self, kind: str, value: str) -> int | None:
        """Return the position of the erasure of what a `digest` (all of it), `url` or `key` identified, if any."""
        found = self._find(kind, value) if self.refresh() else None
        return None if found is None else found.position

    def _find(self, kind: str, value: str) -> _Suppressed | None:
        for keyed in self._keyed:
            if (found := self._macs.get(keyed.mac(kind, value))) is not None:
                return found
        return None

    def _take(self, position: int) -> None:
        try:
            secret, macs = read_suppressed(self._store.part(position, events.SUPPRESSED))
        except ErasedError:
            return
        except InvalidEventError as error:
            raise DamagedError(position, f"its part 'suppressed' cannot be read: {error}") from None
        if len(secret) != _SECRET_BYTES:
            # Of a merge from an archive that keeps none, say.
            return
        if secret not in self._secrets:
            self._keyed.append(_Keyed(secret))
        self._secrets[secret] = position
        suppressed = _Suppressed(position, bool(macs["key"]))
        for found in macs.values():
            self._macs.update(dict.fromkeys(found, suppressed))


def read_suppressed(encoded: bytes) -> tuple[bytes, dict[str, list[bytes]]]:
    """Return the secret of a part `suppressed`, and its HMACs by kind. Raises InvalidEventError."""
    document = codec.from_bytes(encoded)
    try:
        macs = {kind: [bytes.fromhex(mac) for mac in document.get(kind, ())] for kind in _KINDS}
        return bytes.fromhex(document.get("secret", "")), macs
    except (ValueError, TypeError) as error:
        raise InvalidEventError(str(error)) from None


def identifying(known: Iterable[tuple[Identified, str]]) -> Identifying:
    """Return what identified an article, from its versions and their content digests."""
    versions = list(known)
    return Identifying(
        digests=frozenset(article.digest for article, _ in versions),
        contents=frozenset(content for _, content in versions),
        urls=frozenset(article.canonical_url for article, _ in versions if article.canonical_url is not None),
        keys=frozenset(article.key for article, _ in versions if article.key is not None),
    )


class _Keyed:
    """HMAC-SHA-256 (RFC 2104) under one secret of up to 64 bytes, whose two first blocks are hashed once.

    A third of what `hmac.digest` takes: it is asked four times for each article that is added.
    """

    def __init__(self, secret: bytes) -> None:
        block = secret.ljust(64, b"\x00")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def mac(self, kind: str, value: str) -> bytes:
        """Return the HMAC of a value of a kind."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(kind.encode() + b"\x00" + value.encode(errors="surrogatepass"))
        outer.update(inner.digest())
        return outer.digest()
