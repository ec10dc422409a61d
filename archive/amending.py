"""Amending: today's importers read the kept records of versions again; what they see that was not known is recorded.

The data's way: version → record → draft → article → difference → event. Nothing of what is there changes: a better
reading is an event of its own (`article.amended`), a further version of its article with the bytes of the one that it
amends. What the user stated stays as it was stated. docs/adr/0013-amended-versions.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from archive import events, importers, lookup
from archive.batches import Batches
from archive.differences import difference
from archive.errors import InvalidEventError
from archive.identity import current_version
from archive.importers.libraries import readers_of
from archive.new_events import article_amended
from archive.rereading import read_records
from archive.runs import RunInProgress
from archive.submission import Failure, Submission
from archive.submitting import restated

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from archive.appending import Appender
    from archive.archive import Archive
    from archive.article import Article, Version
    from archive.differences import Difference
    from archive.importers.protocol import Record
    from archive.submission import Item


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
    readings = _readings(archive, versions)
    if dry_run:
        return (item if isinstance(item, Failure) else _compared(item, item.version, archive) for item in readings)

    def append(batch: list[_Reading], appender: Appender) -> list[Amendment | Failure]:
        return [_amend_one(archive, reading, appender, run) for reading in batch]

    batches = Batches[_Reading, Amendment | Failure](archive.store, run, size=_size, append=append)
    return batches.take(readings)


def _size(reading: _Reading) -> int:
    return len(reading.text)


def current_versions(
    archive: Archive, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[Version]:
    """Yield the current version of every article that is there now, in the order in which the articles were added.

    `progress` is called with events done and in all.
    """
    size = archive.size()
    for recorded in archive.events(0, size):
        added = events.kind_of(recorded.attribute("type")) == events.ARTICLE_ADDED
        # Of an article that was erased there is none.
        if added and (versions := archive.versions(recorded.attribute("subject"))):
            yield current_version(versions)
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
    for version, made in read_records(_records(archive, versions)):
        if made is None:
            yield _Reading(version=version, article=version.article, text=archive.text(version))
            continue
        read = [item for item in made if isinstance(item, Submission)]
        if len(read) == 1:
            article = restated(version.article, read[0].article)
            yield _Reading(version=version, article=article, text=read[0].text)
        else:
            yield _failure(version, _reason(made))


def _records(archive: Archive, versions: Iterable[Version]) -> Iterator[tuple[Version, Record | None]]:
    """Yield the latest readings of some versions' bytes, each with its record, None where no importer reads it."""
    for version in versions:
        latest = latest_reading(archive, version)
        readable = latest.article.origin.format in importers.NAMES
        yield latest, archive.record(latest) if readable else None


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
        run.read_by(readers_of(reading.article))
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


def _reason(made: Sequence[Item]) -> str:
    problems = [item.message for item in made if isinstance(item, Failure)]
    return "; ".join(problems) or f"today's importer makes {len(made)} articles of it"


def _failure(version: Version, message: str) -> Failure:
    origin = version.article.origin
    return Failure(path=origin.path, line=origin.line, message=f"position {version.position} stays as it is: {message}")
