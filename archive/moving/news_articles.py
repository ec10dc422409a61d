"""The form `json-ld`: articles in the words of schema.org, one a line, for other programs. Not lossless.

Of each article its current version: values only, not how they are known. What schema.org has no place for is left out,
such as a date whose year is not known, which no reader of ISO 8601 would take.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.archive import Archive
    from archive.article import Version

_ISO = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")


def news_articles(archive: Archive, versions: Iterable[Version]) -> Iterator[bytes]:
    """Yield each version as a line of JSON-LD, with its line end. Raises DamagedError."""
    from archive.moving.members import dumps

    for version in versions:
        yield dumps(_members(version, archive.text(version)))


def _members(version: Version, text: str) -> dict[str, Any]:
    article, metadata = version.article, version.metadata
    published = metadata.published
    members: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": f"urn:uuid:{version.article_id}",
        "@type": "NewsArticle",
        "articleBody": text,
        "author": [{"@type": "Person", "name": name} for name in metadata.authors],
        "contentLocation": _named("Place", metadata.place),
        "datePublished": published if published is not None and _ISO.fullmatch(published) else None,
        "encodingFormat": article.media_type,
        "headline": metadata.title,
        "identifier": [f"urn:uuid:{version.event_id}", f"sha256:{article.digest}"],
        "inLanguage": metadata.language,
        "keywords": list(metadata.tags),
        "publisher": _named("NewsMediaOrganization", metadata.publisher),
        "sdDatePublished": version.recorded,
        "sourceOrganization": _named("NewsMediaOrganization", metadata.agency),
        "url": metadata.url,
        "version": version.number,
    }
    return {name: value for name, value in members.items() if value not in (None, [])}


def _named(kind: str, name: str | None) -> dict[str, str] | None:
    return None if name is None else {"@type": kind, "name": name}
