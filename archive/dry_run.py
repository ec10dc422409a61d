"""Dry runs: what adding would come to, decided by the same rules, with nothing written and no archive needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import identity
from archive.adding import Outcome, suppressed, unmodified
from archive.article import Version
from archive.clock import now
from archive.errors import NoSuchArticleError
from archive.ids import new_id
from archive.submission import Failure, Unmodified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archive.archive import Archive
    from archive.submission import Item, Submission


def dry_run(
    archive: Archive | None, submissions: Iterable[Item], *, allow_erased: bool = False
) -> Iterator[Outcome | Failure]:
    """Yield what would become of each submission, of those of the same call too; None is an archive without articles.

    Keeps what identifies each article that would be added, about 2 KiB. Raises NoSuchArticleError where a submission
    names an article that there is not.
    """
    planned = _Planned(archive)
    suppressions = None if archive is None or allow_erased else archive.suppressions
    if suppressions is not None and not suppressions.refresh():
        suppressions = None
    for item in submissions:
        if isinstance(item, Failure):
            yield item
            continue
        if isinstance(item, Unmodified):
            yield unmodified(item)
            continue
        if item.named is not None and not planned.versions(item.named):
            raise NoSuchArticleError(item.named, "to add it as a new article, do not name one")
        known, content = item.identifiers(), item.content()
        decision = identity.decide(known, content, planned, named=item.named)
        if archive is not None and suppressions is not None:
            refused = suppressed(item, content, decision, archive, suppressions)
            if refused is not None:
                yield refused
                continue
        article_id = decision.article_id or new_id()
        position = -1
        if decision.status != "unchanged":
            planned.add(item, article_id, content)
        elif decision.version is not None and not planned.holds(decision.version):
            position = decision.version.position
        yield Outcome(
            status=decision.status,
            position=position,
            article_id=article_id,
            digest=known.digest,
            title=known.title,
            origin=known.origin,
        )


class _Planned:
    """The archive's versions, and behind them those that would be there by now."""

    def __init__(self, archive: Archive | None) -> None:
        self._archive = archive
        self._size = archive.size() if archive is not None else 0
        self._contents: dict[str, str] = {}
        self._under: dict[tuple[str, str], list[Version]] = {}

    def add(self, submission: Submission, article_id: str, content: str) -> None:
        """Take a version for added."""
        article = submission.article
        version = Version(
            position=self._size + len(self._contents),
            event_id=new_id(),
            article_id=article_id,
            number=len(self.versions(article_id)) + 1,
            recorded=now(),
            run="",
            article=article,
        )
        self._contents[version.event_id] = content
        known = {"id": article_id, "digest": article.digest, "content": content}
        known |= {"url": article.canonical_url or "", "key": article.key or ""}
        for kind, value in known.items():
            if value:
                self._under.setdefault((kind, value), []).append(version)

    def holds(self, version: Version) -> bool:
        """Tell whether a version is one that would be added."""
        return version.event_id in self._contents

    def versions_under(self, kind: str, value: str) -> Sequence[Version]:
        """Return the versions of all articles that a value identifies, oldest first."""
        there = self._archive.versions_under(kind, value) if self._archive is not None else []
        return [*there, *self._under.get((kind, value), ())]

    def versions(self, article_id: str) -> Sequence[Version]:
        """Return the versions of one article, oldest first."""
        there = self._archive.versions(article_id) if self._archive is not None else []
        return [*there, *self._under.get(("id", article_id), ())]

    def comparable_content(self, version: Version) -> str:
        """Return the content digest of a version."""
        planned = self._contents.get(version.event_id)
        if planned is not None or self._archive is None:
            return planned or ""
        return self._archive.comparable_content(version)
