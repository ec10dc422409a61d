"""The projection: from recorded articles to index documents. Catching up and rebuilding take the same way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from archive import edtf
from archive.identity import current_version, instant
from archive.passages import passages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from archive.provenance import Value
    from archive.replay import RecordedArticle

_SECONDS_A_DAY = 86_400
_EPOCH_DAY = 719_163
"""The ordinal of 1970-01-01."""


_FIELDS = {
    "publisher": "publisher",
    "agency": "agency",
    "author": "authors",
    "place": "place",
    "language": "language",
    "tag": "tags",
}
"""Fields of names: as the index calls them, and as the archive does."""


@attrs.frozen(kw_only=True)
class Document:
    """One version of an article, as it is indexed.

    `passages` are what is left of its text without boilerplate; no phrase reaches from one into the next.
    `names` are the values of the fields of names that are known. `days` are the first and the last day on which it may
    have been published, as proleptic Gregorian ordinals, `published` a sort key in seconds since 1970: None where no
    year is known. `supersedes` is the position of the version that is not current any more once this one is recorded:
    its own, where it never was current.
    """

    position: int
    title: str
    passages: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    days: tuple[int, int] | None
    published: int | None
    supersedes: int | None


def documents(archive: Archive, start: int, end: int) -> Iterator[Document]:
    """Yield a document for each version of an article that the events at `[start, end)` recorded, in order."""
    for recorded in archive.articles(start, end):
        yield _document(archive, recorded)


def published_moment(published: str | None, days: tuple[int, int] | None) -> int | None:
    """Return a sort key in seconds since 1970 for an EDTF date: its first moment, None where no year is known."""
    if published is None or days is None:
        return None
    if "T" in published:
        return int(instant(published).timestamp())
    return (days[0] - _EPOCH_DAY) * _SECONDS_A_DAY


def _document(archive: Archive, recorded: RecordedArticle) -> Document:
    values = recorded.values
    published = _one(values.get("published"))
    days = _days(published) if published is not None else None
    return Document(
        position=recorded.position,
        title=_one(values.get("title")) or "",
        passages=passages(recorded.text, recorded.boilerplate),
        names={name: _many(values[field]) for name, field in _FIELDS.items() if field in values},
        days=days,
        published=published_moment(published, days),
        supersedes=None if recorded.first else _superseded(archive, recorded),
    )


@lru_cache(maxsize=1 << 14)
def _days(published: str) -> tuple[int, int] | None:
    """Return `edtf.days`; many articles are published on one day."""
    return edtf.days(published)


def _one(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None


def _many(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _superseded(archive: Archive, recorded: RecordedArticle) -> int | None:
    """Return the position of the version whose place this one takes, its own for a capture older than the current.

    None where those ahead of it were erased.
    """
    known = [version for version in archive.versions(recorded.article_id) if version.position <= recorded.position]
    if len(known) == 1:
        return None
    before = current_version(known[:-1])
    after = current_version(known)
    return before.position if after.position == recorded.position else recorded.position
