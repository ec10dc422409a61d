"""Amending: today's importers read the kept records of versions again; what they see that was not known is recorded.

The data's way: version → record → draft → article → difference → event. Nothing of what is there changes: a better
reading is an event of its own (`article.amended`), a further version of its article with the bytes of the one that it
amends. What the user stated stays as it was stated. docs/adr/0013-amended-versions.md.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import attrs

from archive import adding, events, importers, lookup
from archive.differences import difference
from archive.errors import InvalidEventError
from archive.identity import current_version
from archive.importers.protocol import Draft, Problem
from archive.new_events import article_amended
from archive.runs import RunInProgress
from archive.submission import Failure
from archive.submitting import read_again

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from archive.archive import Archive
    from archive.article import Article, Version
    from archive.differences import Difference
    from archive.importers.protocol import Record
    from archive.store import Appender


@attrs.frozen(kw_only=True)
class Amendment:
    """What became of a version that was read again.

    `position` is that of the amended version, or of the one that holds already what was read. In a dry run it is that
    of the version that would be amended. `difference` is false where it is `unchanged`.
    """

    status: Literal["amended", "unchanged"]
    position: int
    article_id: str
    digest: str
    title: str | None
    origin: str
    difference: Difference


@attrs.frozen(kw_only=True)
class _Reading:
    """A version, and what today's importer makes of its record: an article and its text."""

    version: Version
    article: Article
    text: str


def amend_many(
    archive: Archive,
    versions: Iterable[Version],
    *,
    dry_run: bool,
    command: str,
    arguments: tuple[str, ...],
    agent: str,
) -> Generator[Amendment | Failure, None, None]:
    """Read versions again, in batches: `Archive.amend_many` says how. Raises BusyError, StorageError, DamagedError."""
    run = RunInProgress(command, arguments, agent)
    batch: list[_Reading] = []
    begun, size = time.monotonic(), 0
    try:
        for item in _readings(archive, versions):
            if isinstance(item, Failure):
                run.count("failed")
                yield item
                continue
            if dry_run:
                yield _compared(item, item.version, archive)
                continue
            batch.append(item)
            size += len(item.text)
            if (
                len(batch) >= adding.BATCH_ARTICLES
                or size >= adding.BATCH_BYTES
                or time.monotonic() - begun > adding.BATCH_SECONDS
            ):
                done, batch, size = _amend_batch(archive, batch, run), [], 0
                yield from done
                begun = time.monotonic()
        done, batch = _amend_batch(archive, batch, run, last=True), []
        yield from done
    except BaseException:
        run.end_early(archive.store)
        raise


def current_versions(
    archive: Archive, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[Version]:
    """Yield the current version of every article that is there now, in the order in which the articles were added.

    `progress` is called with events done and in all.
    """
    size = archive.size()
    for recorded in archive.events(0, size):
        if events.kind_of(recorded.attribute("type")) == events.ARTICLE_ADDED:
            yield current_version(archive.versions(recorded.attribute("subject")))
        progress(recorded.position + 1, size)


def latest_reading(archive: Archive, version: Version) -> Version:
    """Return the latest version with the bytes of one: itself, or the last one that amends it."""
    if archive.store.find(lookup.article_key(version.article_id))[-1:] == [version.position]:
        # Nearly always: no version of the article was recorded after it.
        return version
    holder = version.holder.position
    return [one for one in archive.versions(version.article_id) if one.holder.position == holder][-1]


def _readings(archive: Archive, versions: Iterable[Version]) -> Iterator[_Reading | Failure]:
    """Yield what today's importers make of versions, in order; one that none reads is as it was."""
    for version, drafts in _read(_records(archive, versions)):
        if drafts is None:
            yield _Reading(version=version, article=version.article, text=archive.text(version))
        elif len(drafts) == 1 and isinstance(drafts[0], Draft):
            yield _read_again(version, drafts[0])
        else:
            yield _failure(version, _reason(drafts))


def _records(archive: Archive, versions: Iterable[Version]) -> Iterator[tuple[Version, Record | None]]:
    """Yield the latest readings of some versions' bytes, each with its record, None where no importer reads it."""
    for version in versions:
        latest = latest_reading(archive, version)
        readable = latest.article.origin.format in importers.NAMES
        yield latest, archive.record(latest) if readable else None


def _read(
    records: Iterable[tuple[Version, Record | None]],
) -> Iterator[tuple[Version, list[Draft | Problem] | None]]:
    """Yield what the importers make of records, in order: the drafts, or the problems where there is no draft.

    The one place where amending reads: here, in this process.
    """
    for version, record in records:
        if record is None:
            yield version, None
            continue
        try:
            read = list(importers.read(record))
        except Exception as error:  # noqa: BLE001 - a parser that fails costs this version, whatever it fails with
            read = [Problem(message=f"cannot be read: {type(error).__name__}: {str(error)[:200]}")]
        yield version, [item for item in read if isinstance(item, Draft)] or read


def _read_again(version: Version, draft: Draft) -> _Reading:
    """Make of a new draft what the version is today: with the user's statements, and what identifies it."""
    made = read_again(version.article, draft)
    return _Reading(version=version, article=made.article, text=made.text)


def _amend_batch(
    archive: Archive, batch: list[_Reading], run: RunInProgress, *, last: bool = False
) -> list[Amendment | Failure]:
    if not batch and not (last and run.needs_recording):
        return []
    counts = dict(run.counts)
    try:
        # A crash inside leaves none of the batch, and none of it has been acknowledged.
        with archive.store.appending() as appender:
            results = [_amend_one(archive, reading, appender, run) for reading in batch]
            if last and run.needs_recording:
                appender.append(run.event())
    except BaseException:
        run.counts = counts
        raise
    run.recorded = last
    return results


def _amend_one(archive: Archive, reading: _Reading, appender: Appender, run: RunInProgress) -> Amendment | Failure:
    # Between the reading and the lock another process may have amended it: then that is what there is to improve on.
    latest = latest_reading(archive, reading.version)
    amendment = _compared(reading, latest, archive)
    if amendment.status == "amended":
        article, text = reading.article, reading.text
        try:
            event = article_amended(
                article_id=latest.article_id, article=article, text=text, run_id=run.id, amends=latest.event_id
            )
            keys = lookup.keys_of(archive.store.secret, latest.article_id, article, text)
            position, _ = appender.append(event, keys)
        except InvalidEventError as error:
            run.count("failed")
            return _failure(latest, str(error))
        amendment = attrs.evolve(amendment, position=position)
    if reading.article is not reading.version.article:
        run.read_by(reading.article)
    run.count(amendment.status)
    return amendment


def _compared(reading: _Reading, latest: Version, archive: Archive) -> Amendment:
    """Return what a reading comes to, next to the latest one that is recorded."""
    article = reading.article
    found = difference(latest.article, archive.text(latest), article, reading.text)
    return Amendment(
        status="amended" if found else "unchanged",
        position=latest.position,
        article_id=latest.article_id,
        digest=article.digest,
        title=article.metadata.title if found else latest.metadata.title,
        origin=str(article.origin),
        difference=found,
    )


def _reason(drafts: list[Draft | Problem]) -> str:
    problems = [item.message for item in drafts if not isinstance(item, Draft)]
    return "; ".join(problems) or f"today's importer makes {len(drafts)} articles of it"


def _failure(version: Version, message: str) -> Failure:
    origin = version.article.origin
    return Failure(path=origin.path, line=origin.line, message=f"position {version.position} stays as it is: {message}")
