"""Adding: submissions in batches, each of them decided and appended under one hold of the lock; one run for all.

Behind `Archive.add` and `Archive.add_many`, and apart from them: who only reads imports nothing of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import attrs

from archive import identity, lookup
from archive.batches import Batches
from archive.errors import InvalidEventError, NoSuchArticleError
from archive.ids import new_id
from archive.naming import Names, names
from archive.new_events import article_recorded
from archive.preparing import prepare
from archive.runs import RunInProgress
from archive.submission import Failure, Submission, Unmodified

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from archive.appending import Appender
    from archive.archive import Archive
    from archive.identity import Decision, Status
    from archive.submission import Identifiers, Prepared
    from archive.suppression import Suppressions


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of a submission. `position` is that of the version that holds the content, now or already.

    Of a dry run it is -1, where only adding would give it one. What is `suppressed` was erased: `position` is that of
    the erasure, and `article_id` names the article that is gone.
    """

    status: Status | Literal["suppressed"]
    position: int
    article_id: str
    digest: str
    title: str | None
    origin: str


def add_many(
    archive: Archive,
    submissions: Iterable[Submission | Unmodified | Failure],
    *,
    allow_erased: bool,
    steady: bool,
    command: str,
    arguments: tuple[str, ...],
    agent: str,
) -> Generator[Outcome | Failure, None, None]:
    """Add articles to an archive in batches: `Archive.add_many` says how. Raises BusyError, StorageError."""
    run = RunInProgress(command, arguments, agent)

    def append(batch: list[_Waiting | _Refused | Unmodified], appender: Appender) -> list[Outcome | Failure]:
        appender.look_up(key for one in batch if isinstance(one, _Waiting) for key in one.keys)
        # Once for all of them: in an archive of which nothing was erased that is one look-up.
        suppressions = None if allow_erased or not archive.suppressions.refresh() else archive.suppressions
        return [_add_one(archive, one, appender, run, suppressions) for one in batch]

    batches = Batches[_Waiting | _Refused | Unmodified, Outcome | Failure](
        archive.store, run, size=_size, append=append, steady=steady
    )
    return batches.take(_waiting(archive, item) for item in submissions)


def unmodified(item: Unmodified) -> Outcome:
    """Return what becomes of a version that still holds: nothing."""
    version = item.version
    return Outcome(
        status="unchanged",
        position=version.position,
        article_id=version.article_id,
        digest=version.article.digest,
        title=version.metadata.title,
        origin=item.origin,
    )


def suppressed(
    known: Identifiers, content: str, decision: Decision, archive: Archive, suppressions: Suppressions
) -> Outcome | None:
    """Return what becomes of a submission that must not come back: nothing. None where it may be added."""
    if decision.status == "unchanged" or (position := suppressions.find(known, content, archive)) is None:
        return None
    return Outcome(
        status="suppressed",
        position=position,
        article_id=archive.event(position).attribute("subject"),
        digest=known.digest,
        title=known.title,
        origin=known.origin,
    )


def _named(known: Identifiers) -> Names:
    """Return what names a submission in the words of a command line."""
    return names(
        values=[known.title, known.key],
        urls=[known.canonical_url],
        digest=known.digest,
        path=known.path,
        alone=known.line is None and known.label is None,
    )


class _Waiting(NamedTuple):
    """What is kept of a submission until its batch is decided: what it is stored as, and what it is found by.

    That is all that adding needs. The article and its candidates, dozens of objects, are let go of as soon as they are
    written down: a batch of them would keep Python's garbage collector busy.
    """

    known: Identifiers
    prepared: Prepared
    keys: list[int]
    """The keys that it would be found by if it were there."""
    named: str | None
    size: int
    """The bytes of its original."""


class _Refused(NamedTuple):
    """A submission that cannot be stored: it is told of in its place."""

    failure: Failure


def _size(waiting: _Waiting | _Refused | Unmodified) -> int:
    return waiting.size if isinstance(waiting, _Waiting) else 0


def _waiting(archive: Archive, item: Submission | Unmodified | Failure) -> _Waiting | _Refused | Unmodified | Failure:
    if not isinstance(item, Submission):
        return item
    known = item.identifiers()
    try:
        prepared = prepare(item)
    except InvalidEventError as error:
        return _Refused(known.failed(str(error)))
    keys = lookup.identifying_keys(archive.store.secret, known, prepared.content, known.path)
    return _Waiting(known, prepared, keys, item.named, len(item.original))


def _add_one(
    archive: Archive,
    waiting: _Waiting | _Refused | Unmodified,
    appender: Appender,
    run: RunInProgress,
    suppressions: Suppressions | None,
) -> Outcome | Failure:
    if isinstance(waiting, Unmodified):
        run.count("unchanged")
        return unmodified(waiting)
    if isinstance(waiting, _Refused):
        run.count("failed")
        return waiting.failure
    known, prepared, keys, named, _ = waiting
    if named is not None and not archive.versions(named):
        raise NoSuchArticleError(named, "to add it as a new article, do not name one")
    if named is None and not any(appender.known[key] for key in keys):
        # Under nothing that could identify it is there anything: what `decide` would find out by asking one by one.
        decision = identity.Decision(status="added")
    else:
        decision = identity.decide(known, prepared.content, archive, named=named)
    if suppressions is not None and (refused := suppressed(known, prepared.content, decision, archive, suppressions)):
        run.count(refused.status)
        run.leave_out(_named(known))
        return refused
    article_id = decision.article_id or new_id()
    position = decision.version.position if decision.version else -1
    if decision.status != "unchanged":
        try:
            event = article_recorded(
                article_id=article_id,
                parts=prepared.parts,
                run_id=run.id,
                causation=decision.version.event_id if decision.version else None,
            )
            position, _ = appender.append(event, [lookup.article_key(article_id), *keys])
        except InvalidEventError as error:
            run.count("failed")
            return known.failed(str(error))
    run.count(decision.status)
    run.read_by(prepared.readers)
    return Outcome(
        status=decision.status,
        position=position,
        article_id=article_id,
        digest=known.digest,
        title=known.title,
        origin=known.origin,
    )
