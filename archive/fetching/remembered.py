"""What an archive remembers of an address: the article that came from it, and what its server said of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.capture import from_bytes
from archive.errors import InvalidValueError
from archive.fetching.address import parse
from archive.fetching.fetcher import validators
from archive.identity import current_version
from archive.importers.captured import is_response
from archive.lookup import ORIGIN
from archive.urls import canonical_url

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Version
    from archive.fetching.fetcher import Validators


def remembered(archive: Archive, url: str) -> Version | None:
    """Return the current version of the article that came from a URL, or is at it; None where there is none.

    First by the address that was asked for, which need not be the one by which the article is known.
    """
    try:
        canonical = canonical_url(parse(url).kept)
    except InvalidValueError:
        return None
    for kind in (ORIGIN, "url"):
        if versions := archive.versions_under(kind, canonical):
            return current_version(archive.versions(versions[-1].article_id))
    return None


def conditions(archive: Archive, version: Version) -> Validators | None:
    """Return what to ask a server whether a version still holds, None where that cannot be asked.

    Only a version that was captured whole can be asked about. That a feed has not changed would not mean that all its
    entries are there: the run that read it may have been interrupted.
    """
    if not is_response(version.article.origin):
        return None
    capture = archive.record(version).capture
    if capture is None:
        return None
    try:
        return validators(from_bytes(capture))
    except InvalidValueError:
        return None
