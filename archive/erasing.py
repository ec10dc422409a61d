"""Erasing: everything that the log holds about an article is overwritten in place, and an event says so.

In one transaction: the parts of all events about the article become zeros, runs that name it are recorded anew without
its names, `article.erased` names what went and keeps what is needed to refuse it in future. Then the WAL is purged
(`archive.purging`). Envelopes stay as they are, so the tree does. docs/adr/0021-erasure.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import attrs

from archive import events, lookup
from archive.errors import ArchiveError, DamagedError, ErasedError, InvalidValueError, NoSuchArticleError
from archive.identity import current_version
from archive.ids import is_id
from archive.naming import ERASED, Names, names
from archive.needles import Needle, needles_of
from archive.new_events import article_erased, run_recorded
from archive.runs import RunInProgress
from archive.suppression import Identifying, identifying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archive.archive import Archive
    from archive.article import Article, Version
    from archive.identity import Identified
    from archive.provenance import Value
    from archive.runs import Run
    from archive.store import Recorded

PATIENCE = 5.0
"""Seconds to wait for readers of older states, that keep the WAL from being purged."""

_TELLING = 8
"""Characters of a title or an address that a ground must not hold: a shorter one may be any word."""


@attrs.frozen(kw_only=True)
class Ground:
    """On what basis something is erased, by which authority, and why: in the words of whoever does it."""

    basis: str
    authority: str
    reason: str | None = None

    def document(self) -> dict[str, str]:
        """Return part `erasure`."""
        return {name: value for name, value in attrs.asdict(self).items() if value is not None}


@attrs.frozen(kw_only=True)
class Plan:
    """What an erasure will overwrite.

    `parts` are those of the events about the article, by position; `versions` those that could be read, `unread` the
    positions of those that are damaged. `runs` are records of runs that name it, by position, as they will be. `bytes`
    are stored bytes. `size` is that of the log that it was made of.
    """

    article_id: str
    size: int
    parts: dict[int, frozenset[str]]
    versions: tuple[Version, ...]
    unread: tuple[int, ...]
    runs: dict[int, Run]
    bytes: int
    follows: str
    names: Names
    needles: tuple[Needle, ...]
    identifying: Identifying


@attrs.frozen(kw_only=True)
class Erasure:
    """What became of an erasure: `position` is that of its event, `plan` what it overwrote, None where all was gone.

    While `pending`, the old bytes may still be in the files of the log: a reader keeps them there, and the next write
    tries again.
    """

    article_id: str
    position: int
    ground: Ground
    recorded: str
    pending: bool
    plan: Plan | None


def article_of(archive: Archive, identifier: str) -> str:
    """Return the id of the article that an ID means, also of one that was erased, or is damaged.

    Raises NoSuchArticleError, AmbiguousIdError, InvalidValueError.
    """
    if identifier.isascii() and identifier.isdigit() and len(identifier) < 20 and int(identifier) < archive.size():
        recorded = archive.event(int(identifier))
        if events.kind_of(recorded.attribute("type")) in events.ARTICLE_KINDS | events.LIFE_CYCLE_KINDS:
            return recorded.attribute("subject")
    if is_id(identifier.lower()) and archive.history(identifier.lower()):
        return identifier.lower()
    try:
        return archive.find(identifier).article_id
    except ErasedError as error:
        return error.article_id


def plan(
    archive: Archive, article_id: str, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Plan | None:
    """Return what erasing an article overwrites, None where nothing of it is left.

    Costs a look at every event of the log: runs that name the article may stand anywhere. `progress` is called with
    events done and in all. Raises NoSuchArticleError.
    """
    size = archive.size()
    history = archive.history(article_id)
    if not history:
        raise NoSuchArticleError(article_id, "nothing can be erased that is not there")
    parts = {recorded.position: left for recorded in history if (left := _left_of(archive, recorded))}
    if not parts:
        return None
    versions, unread = _readable_versions(archive, history)
    known = Names()
    for version in versions:
        known |= names_of(version)
    runs = _runs_naming(archive, article_id, {event.attribute("correlationid") for event in history}, known, progress)
    stored = sum(_stored_bytes(archive, position, part) for position, left in parts.items() for part in left)
    return Plan(
        article_id=article_id,
        size=size,
        parts=parts,
        versions=tuple(versions),
        unread=tuple(unread),
        runs=runs,
        bytes=stored,
        follows=current_version(versions).event_id if versions else history[0].attribute("id"),
        names=known,
        needles=needles_of(archive, versions, [event for event in history if event.position in parts]),
        identifying=identifying(_identified(archive, versions)),
    )


def erase(  # noqa: PLR0913, RUF100 - what is erased, why, and the run that does it
    archive: Archive,
    article_id: str,
    ground: Ground,
    *,
    command: str = "erase",
    arguments: tuple[str, ...] = (),
    agent: str = "",
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Erasure:
    """Erase an article: `Archive.erase` says how. What is erased already stays so, and its purge is tried again."""
    planned = plan(archive, article_id, progress)
    if planned is None:
        return _already(archive, article_id)
    check(ground, planned)
    run = RunInProgress(command, arguments, agent)
    # A crash before the commit of this leaves the article as it was, one behind it leaves a purge to be done.
    with archive.store.appending() as appender:
        if archive.size() != planned.size:
            # Something was added meanwhile: it may be a version of this article, or a run that names it.
            planned = plan(archive, article_id)
            if planned is None:
                return _already(archive, article_id)
        position, recorded = appender.size, ""
        run.leave_out(planned.names)
        gone = {archive.event(at).attribute("id"): left for at, left in planned.parts.items()}
        gone |= {archive.event(at).attribute("id"): frozenset({events.RUN}) for at in planned.runs}
        secret = archive.suppressions.secret()
        appender.erase(planned.parts, article_id)
        for at, replacement in planned.runs.items():
            appender.erase({at: {events.RUN}}, replacement.id)
        event = article_erased(
            article_id=article_id,
            run_id=run.id,
            causation=planned.follows,
            ground=ground.document(),
            suppressed=planned.identifying.document(secret),
            parts=gone,
        )
        _, envelope = appender.append(event, lookup.life_cycle_keys(events.ARTICLE_ERASED, article_id))
        recorded = envelope.time
        for at, replacement in planned.runs.items():
            appender.append(run_recorded(replacement, replaces=archive.event(at).attribute("id")))
        run.count("erased")
        appender.append(run.event())
    pending = not archive.store.purge(wait=PATIENCE)
    return Erasure(
        article_id=article_id, position=position, ground=ground, recorded=recorded, pending=pending, plan=planned
    )


def check(ground: Ground, planned: Plan) -> None:
    """Raise InvalidValueError where a ground is empty, or names what is to be erased: that would stay."""
    for name, value in ground.document().items():
        if not value.strip():
            raise InvalidValueError(f"the {name} of an erasure is empty; say it in a few words")
        said = value.casefold()
        if any(len(name) >= _TELLING and name.casefold() in said for name in planned.names.all()):
            raise InvalidValueError(
                f"the {name} names the article, and what it says is kept; say it without title, address and file"
            )


def erasure_of(archive: Archive, position: int) -> tuple[Ground, str]:
    """Return the ground of the erasure that the event at a position records, and when it was recorded."""
    recorded = archive.event(position)
    document = archive.document(recorded, events.ERASURE)
    ground = Ground(
        basis=str(document.get("basis", "")),
        authority=str(document.get("authority", "")),
        reason=str(document["reason"]) if "reason" in document else None,
    )
    return ground, recorded.attribute("time")


def names_of(version: Version) -> Names:
    """Return what names a version in the words of a command line."""
    return names_of_article(version.article)


def names_of_article(article: Article) -> Names:
    """Return what names an article in the words of a command line."""
    origin = article.origin
    stated = {
        name: [said for one in article.metadata.fields.get(name, ()) for said in (one.value, one.raw)]
        for name in ("title", "url")
    }
    # Of a feed, a mailbox or a file of records the path names others, too.
    alone = origin.line is None and origin.container is None and origin.label is None
    return names(
        values=[*filter(_is_text, stated["title"]), article.key],
        urls=[*filter(_is_text, stated["url"]), article.canonical_url],
        digest=article.digest,
        path=origin.path,
        alone=alone,
    )


def _is_text(value: Value | None) -> TypeGuard[str]:
    return isinstance(value, str)


def _already(archive: Archive, article_id: str) -> Erasure:
    kinds = [(event.position, events.kind_of(event.attribute("type"))) for event in archive.history(article_id)]
    position = max(position for position, kind in kinds if kind == events.ARTICLE_ERASED)
    ground, recorded = erasure_of(archive, position)
    pending = not archive.store.purge(wait=PATIENCE)
    return Erasure(
        article_id=article_id, position=position, ground=ground, recorded=recorded, pending=pending, plan=None
    )


def _left_of(archive: Archive, recorded: Recorded) -> frozenset[str]:
    """Return the parts of an event about an article that are to go: all that are left, but for those of an erasure."""
    if events.kind_of(recorded.attribute("type")) == events.ARTICLE_ERASED:
        return frozenset()
    return frozenset(recorded.envelope.commitments) - archive.store.erased_parts(recorded.position)


def _readable_versions(archive: Archive, history: Iterable[Recorded]) -> tuple[list[Version], list[int]]:
    versions: list[Version] = []
    unread: list[int] = []
    for recorded in history:
        if events.kind_of(recorded.attribute("type")) in events.ARTICLE_KINDS:
            try:
                version = archive.version(recorded.position)
                archive.text(version)
                versions.append(version)
            except ErasedError:
                continue
            except DamagedError:
                unread.append(recorded.position)
    return versions, unread


def _identified(archive: Archive, versions: Iterable[Version]) -> Iterable[tuple[Identified, str]]:
    """Yield versions with their content digests: as they were recorded, and as today's importer reads them."""
    for version in versions:
        yield version.article, lookup.content_digest(version.metadata.title, archive.text(version))
        try:
            yield version.article, archive.comparable_content(version)
        except ArchiveError:
            continue


def _runs_naming(
    archive: Archive, article_id: str, own: set[str], known: Names, progress: Callable[[int, int], None]
) -> dict[int, Run]:
    """Return the records of runs whose words name an article, by position, as they are without these.

    Of a run that was about this article only, no word stays: it may hold a note, or a tag.
    """
    size = archive.size()
    shared: set[str] = set()
    found: dict[int, Run] = {}
    for recorded in archive.events(0, size):
        kind = events.kind_of(recorded.attribute("type"))
        run_id = recorded.attribute("correlationid")
        if kind == events.RUN_RECORDED:
            try:
                run = archive.run(recorded.position)
            except ErasedError:
                continue
            alone = run_id in own and run_id not in shared
            words = (ERASED,) * bool(run.arguments) if alone else known.left_out(run.arguments)
            if words != run.arguments:
                found[recorded.position] = attrs.evolve(run, arguments=words)
        elif run_id in own and recorded.attribute("subject") != article_id:
            shared.add(run_id)
        progress(recorded.position + 1, size)
    return found


def _stored_bytes(archive: Archive, position: int, part: str) -> int:
    return sum(len(chunk.data) for chunk in archive.store.stored_chunks(position, part))
