"""Which article a draft is, and whether it says anything new: the rules of identity and sameness.

Identity: the article named by the user, else an id in the input, else the canonical URL, else the content. A path is
no identity. Sameness: bytes that any version holds are `unchanged`, as is a text and title that read the same, unless a
capture time is stated that is later than the current version's: a publisher's return to an old text is a revision.
docs/format.md, "Identity".
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

import attrs

from archive import edtf
from archive.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.article import Version

Status = Literal["added", "revised", "unchanged"]


class Identified(Protocol):
    """What the rules look at of an article: an `archive.article.Article`, or less."""

    @property
    def digest(self) -> str:
        """The digest of its original."""

    @property
    def key(self) -> str | None:
        """The id that its input states."""

    @property
    def canonical_url(self) -> str | None:
        """The canonical form of its address."""

    @property
    def captured(self) -> str | None:
        """When it was taken from its source."""


class Catalogue(Protocol):
    """What the rules need to know of the archive."""

    def versions_under(self, kind: str, value: str) -> Sequence[Version]:
        """Return the versions, of whatever articles, for which a lookup of that kind is confirmed, oldest first."""

    def versions(self, article_id: str) -> Sequence[Version]:
        """Return the versions of one article, oldest first."""

    def comparable_content(self, version: Version) -> str:
        """Return `lookup.content_digest` of a version's original as today's extractor reads it."""


@attrs.frozen(kw_only=True)
class Decision:
    """What adding a draft comes to. `article_id` and `version` are None for an article that is new.

    `version` is the one that holds the content already (`unchanged`), or the current one that is followed (`revised`).
    """

    status: Status
    article_id: str | None = None
    version: Version | None = None


def decide(article: Identified, content: str, catalogue: Catalogue, *, named: str | None = None) -> Decision:
    """Apply the rules to a draft with its content digest; `named` is the id of the article that the user says it is."""
    versions = _identify(article, content, catalogue, named)
    if not versions:
        return Decision(status="added")
    current = current_version(versions)
    article_id = current.article_id
    same = _same(article, content, current, versions, catalogue)
    if same is None:
        return Decision(status="revised", article_id=article_id, version=current)
    returns = same is not current and article.captured is not None and instant(article.captured) > _moment(current)
    if returns:
        return Decision(status="revised", article_id=article_id, version=current)
    return Decision(status="unchanged", article_id=article_id, version=same)


def current_version(versions: Sequence[Version]) -> Version:
    """Return the current one of an article's versions: the latest capture, then the latest recorded.

    A version that states no capture time counts as captured when it was recorded. An amended one is a later reading of
    the same bytes: it stands where the version that it amends stands, and right after it.
    """
    return max(versions, key=lambda version: (_moment(version), version.holder.position, version.position))


def instant(value: str) -> datetime:
    """Return the moment that a stated time names: the first one of a vaguer date, UTC where no offset is stated.

    Raises InvalidValueError.
    """
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        days = edtf.days(value) if "T" not in value else None
        if days is None:
            raise InvalidValueError(f"{value!r} is no time; write it like 2021-04-13T12:00:00+02:00") from None
        parsed = datetime.fromordinal(days[0])
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)


def _identify(article: Identified, content: str, catalogue: Catalogue, named: str | None) -> Sequence[Version]:
    if named is not None:
        return catalogue.versions(named)
    found: Sequence[Version] = ()
    if article.key is not None:
        found = catalogue.versions_under("key", article.key)
    if not found and article.canonical_url is not None:
        found = catalogue.versions_under("url", article.canonical_url)
        if article.key is not None:
            # Two ids at one address are two articles; one that has no id yet is the article of that address.
            found = [version for version in found if not _has_key(catalogue.versions(version.article_id))]
    if article.key is None and article.canonical_url is None:
        found = catalogue.versions_under("digest", article.digest) or catalogue.versions_under("content", content)
    return catalogue.versions(found[-1].article_id) if found else ()


def _has_key(versions: Sequence[Version]) -> bool:
    return any(version.article.key is not None for version in versions)


def _same(
    article: Identified, content: str, current: Version, versions: Sequence[Version], catalogue: Catalogue
) -> Version | None:
    """Return the version that says the same, the current one first."""
    candidates = sorted(versions, key=lambda version: (version is not current, -version.position))
    for version in candidates:
        if version.article.digest == article.digest:
            return version
    # Of several readings of the same bytes, today's extractor is asked once, for the latest.
    amended = {version.amends.position for version in versions if version.amends is not None}
    for version in candidates:
        if version.position not in amended and catalogue.comparable_content(version) == content:
            return version
    return None


def _moment(version: Version) -> datetime:
    return instant(version.holder.article.captured or version.holder.recorded)
