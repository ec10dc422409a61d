"""The projection: from recorded articles to index documents. Catching up and rebuilding take the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archive import edtf
from archive.identity import current_version, instant
from index import analysis, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive, RecordedArticle
    from archive.article import Metadata

_SECONDS_A_DAY = 86_400
_EPOCH_DAY = 719_163
"""The ordinal of 1970-01-01."""


def documents(archive: Archive, start: int, end: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (position, index document) for each version of an article that the events at `[start, end)` recorded."""
    for recorded in archive.articles(start, end):
        yield recorded.position, _document(archive, recorded)


def published_moment(published: str | None) -> int | None:
    """Return a sort key in seconds since 1970 for an EDTF date: its first moment, None where no year is known."""
    days = edtf.days(published) if published is not None else None
    if published is None or days is None:
        return None
    if "T" in published:
        return int(instant(published).timestamp())
    return (days[0] - _EPOCH_DAY) * _SECONDS_A_DAY


def _document(archive: Archive, recorded: RecordedArticle) -> dict[str, Any]:
    metadata = recorded.article.metadata
    title = analysis.terms(metadata.title or "")
    text = analysis.terms(recorded.text)
    document: dict[str, Any] = {
        schema.POSITION: recorded.position,
        schema.TITLE: [title],
        schema.TEXT: [text],
        schema.LENGTHS[schema.TITLE]: len(title),
        schema.LENGTHS[schema.TEXT]: len(text),
    }
    for field, values in _names(metadata).items():
        analysed = [analysis.names(value) for value in values]
        if any(analysed):
            document[field] = analysed
    days = edtf.days(metadata.published) if metadata.published is not None else None
    if days is not None:
        document[schema.FIRST_DAY], document[schema.LAST_DAY] = days
        document[schema.PUBLISHED] = published_moment(metadata.published)
    superseded = _superseded(archive, recorded)
    if superseded is not None:
        document[schema.SUPERSEDES] = str(superseded)
    return document


def _names(metadata: Metadata) -> dict[str, tuple[str, ...]]:
    return {
        "publisher": _some(metadata.publisher),
        "agency": _some(metadata.agency),
        "author": metadata.authors,
        "place": _some(metadata.place),
        "language": _some(metadata.language),
        "tag": metadata.tags,
    }


def _some(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _superseded(archive: Archive, recorded: RecordedArticle) -> int | None:
    """Return the position of the version that is not current any more once this one is recorded.

    None for the first version; its own position for a capture that is older than the current one.
    """
    if recorded.first:
        return None
    known = [version for version in archive.versions(recorded.article_id) if version.position <= recorded.position]
    before = current_version(known[:-1])
    after = current_version(known)
    return before.position if after.position == recorded.position else recorded.position
