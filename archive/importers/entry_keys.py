"""Which id names the article of a feed's entry: docs/format.md, "Identity"."""

from __future__ import annotations

import re

from archive.errors import InvalidValueError
from archive.urls import canonical_url

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def entry_key(stated: str, *, url: str | None, feed_url: str, feed_title: str) -> str | None:
    """Return the id by which an entry names an article, None where its address does that as well.

    An id that is a web address counts in its canonical form, and only if that is not the entry's own address: so an
    entry and the page that it links to are one article. Another URI, such as `tag:…`, counts as it is. What is no URI
    holds within its feed only, and is put behind the feed's address or title. The fragment of the entry's address,
    which has no part in canonical addresses, tells articles on one page apart.
    """
    fragment = url.partition("#")[2] if url else ""
    own = canonical(url)
    if not stated:
        return f"{own}#{fragment}" if own and fragment else None
    if address := canonical(stated):
        if fragment and stated.partition("#")[2] == fragment:
            return f"{address}#{fragment}"
        return address if address != own else None
    if _URI.fullmatch(stated):
        return stated
    feed = canonical(feed_url) or feed_title
    return f"{feed} {stated}" if feed else None


def canonical(url: str | None) -> str | None:
    """Return the canonical form of what may be a web address, None where it is none."""
    if not url:
        return None
    try:
        return canonical_url(url)
    except InvalidValueError:
        return None
