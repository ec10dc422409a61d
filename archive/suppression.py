"""Suppression: what was erased is not added again, and nobody can read from the archive what it was.

An `article.erased` keeps HMACs of what identified the article: digests, contents, canonical URLs, ids. The secret
stands beside them, in the same part, so that they work in whatever archive the event is merged into. All erasures of
an archive share one, so that what a submission is compared with does not grow with them. What that costs against
guessing is in docs/adr/0021-erasure.md.
"""

from __future__ import annotations

import hmac
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
        macs = {
            kind: sorted(_mac(secret, kind, value).hex() for value in known)
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
        self._macs: dict[bytes, _Suppressed] = {}

    def refresh(self) -> bool:
        """Read the erasures that were recorded since; tell whether there are any. Under the lock, once a batch."""
        found = self._store.erasures.positions()
        if not self._read.issubset(found):
            # A transaction was rolled back, and others take its positions.
            self._read, self._secrets, self._macs = set(), {}, {}
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
        for secret in self._secrets:
            if (found := self._macs.get(_mac(secret, kind, value))) is not None:
                return found
        return None

    def _take(self, position: int) -> None:
        try:
            document = codec.from_bytes(self._store.part(position, events.SUPPRESSED))
            secret = bytes.fromhex(document.get("secret", ""))
            macs = {kind: [bytes.fromhex(mac) for mac in document.get(kind, ())] for kind in _KINDS}
        except ErasedError:
            return
        except (InvalidEventError, ValueError, TypeError) as error:
            raise DamagedError(position, f"its part 'suppressed' cannot be read: {error}") from None
        if not secret:
            return
        self._secrets[secret] = position
        suppressed = _Suppressed(position, bool(macs["key"]))
        for found in macs.values():
            self._macs.update(dict.fromkeys(found, suppressed))


def identifying(known: Iterable[tuple[Identified, str]]) -> Identifying:
    """Return what identified an article, from its versions and their content digests."""
    versions = list(known)
    return Identifying(
        digests=frozenset(article.digest for article, _ in versions),
        contents=frozenset(content for _, content in versions),
        urls=frozenset(article.canonical_url for article, _ in versions if article.canonical_url is not None),
        keys=frozenset(article.key for article, _ in versions if article.key is not None),
    )


def _mac(secret: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(secret, kind.encode() + b"\x00" + value.encode(errors="surrogatepass"), "sha256")
