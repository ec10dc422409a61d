"""Replaying: a search is run again by its receipt, and what differs is explained, hit by hit.

It is run with the tree that the receipt has, as of the event that was searched at. What was added, revised or withheld
since plays no part then. What may: an erasure, another history of the archive, another version of morgue, or that the
archive is another one, into which that event was taken. Each of these is found on its own evidence, and a hit that
differs without any of them is called unexplained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from archive import events
from archive.errors import ErasedError, NoSuchArticleError
from index.query.errors import QueryError
from index.receipts import Receipt, Scored, scored_of, statistics_of, versions_of

if TYPE_CHECKING:
    from archive.archive import Archive
    from index.index import Index

SAME, MOVED, RESCORED, CHANGED, GONE, NEW = "same", "moved", "rescored", "changed", "gone", "new"
"""What became of a hit: it stands elsewhere, scores otherwise, has other bytes, is not there, or was not there."""

ERASED = "erased"
"""Why a hit differs: it was itself erased."""

ARCHIVE, HISTORY, VERSIONS, ERASURE, SHORTER = "another-archive", "history", "versions", "erasure", "shorter"
"""What can make a difference to all hits, in the order in which it is named as the cause: that this is another
archive, or another history of this one; that morgue or its index is another version; that something was erased, which
is not counted any more; that the log is shorter than it was, though the same up to where was searched."""

UNEXPLAINED = "unexplained"


class Cause(NamedTuple):
    """Why something differs: one of the words above, and a sentence."""

    name: str
    sentence: str


@attrs.frozen(kw_only=True)
class Compared:
    """A hit of the receipt, of the replay, or of both; `cause` is None where nothing differs."""

    then: Scored | None
    now: Scored | None
    status: str
    cause: Cause | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        known = self.then or self.now
        return {
            "status": self.status,
            "cause": self.cause and self.cause.name,
            "explanation": self.cause and self.cause.sentence,
            "event": known and known.event,
            "article": known and known.article,
            "digest": known and known.digest,
            "then": self.then and _place(self.then),
            "now": self.now and _place(self.now),
        }


@attrs.frozen(kw_only=True)
class Replay:
    """What came of a replay. `position` is where it was searched at here, None where it could not be.

    `causes` are what was found that can make a difference, whether it made one or not.
    """

    receipt: Receipt
    position: int | None
    total: int | None
    statistics: dict[str, Any] | None
    causes: tuple[Cause, ...]
    hits: tuple[Compared, ...]

    @property
    def identical(self) -> bool:
        """Whether the same hits came in the same order with the same scores, out of a log that was not rewritten."""
        unchanged = all(hit.status == SAME for hit in self.hits) and self.total == self.receipt.total
        return unchanged and all(cause.name != HISTORY for cause in self.causes)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        receipt = self.receipt
        return {
            "identical": self.identical,
            "receipt": receipt.digest,
            "archive": receipt.archive,
            "query": receipt.request.query,
            "position": self.position,
            "total": {"then": receipt.total, "now": self.total},
            "statistics": {"then": receipt.statistics, "now": self.statistics},
            "causes": [{"cause": cause.name, "explanation": cause.sentence} for cause in self.causes],
            "hits": [hit.as_dict() for hit in self.hits],
        }


def replay(archive: Archive, index: Index, receipt: Receipt) -> Replay:
    """Run the search of a receipt again and compare. Raises what a search raises, but for QueryError."""
    ours = receipt.archive == archive.id
    position = _position(archive, receipt, ours=ours)
    causes = [cause for cause in (_another(receipt, position) if not ours else _history(archive, receipt),) if cause]
    found: dict[str, Scored] = {}
    total = statistics = None
    if position is not None:
        try:
            results = index.search(receipt.request, at=position)
        except QueryError as error:
            causes.append(Cause(VERSIONS, f"this version of morgue refuses the query: {error}"))
            position = None
        else:
            total = results.total
            found = {hit.event: hit for hit in scored_of(results)}
            statistics = statistics_of(archive, results.view, receipt.request.parse())
            if (changed := _versions(receipt, versions_of(results.view.generation.state))) is not None:
                causes.append(changed)
            if (erased := _erasure(archive, receipt, position)) is not None:
                causes.append(erased)
    return Replay(
        receipt=receipt,
        position=position,
        total=total,
        statistics=statistics,
        causes=tuple(causes),
        hits=tuple(_compared(archive, receipt, found, causes)),
    )


def _position(archive: Archive, receipt: Receipt, *, ours: bool) -> int | None:
    """Return where to search at: the position that the receipt has, or the one that its event has elsewhere."""
    if ours:
        return receipt.as_of if receipt.as_of < archive.size() else None
    if receipt.request.since is not None:
        # A position of the other log, of which nothing here tells which event it was.
        return None
    return archive.store.position_of(receipt.event)


def _another(receipt: Receipt, position: int | None) -> Cause:
    what = f"the search was made in another archive, {receipt.archive}"
    if position is None:
        return Cause(ARCHIVE, f"{what}, and nothing here stands for the moment that was searched at")
    return Cause(ARCHIVE, f"{what}, whose event stands at {position} here; other articles here change what is counted")


def _history(archive: Archive, receipt: Receipt) -> Cause | None:
    """Return what is wrong with the log, if it does not go on from the one that was searched."""
    size = archive.size()
    if size >= receipt.size:
        if archive.root(receipt.size).hex() == receipt.root:
            return None
        return Cause(HISTORY, f"the history was rewritten: the root over the first {receipt.size} events is another")
    lost = f"the log had {receipt.size} events, and has {size}: its end is lost, or this is an older copy"
    if receipt.as_of < size and archive.root(receipt.as_of + 1).hex() == receipt.as_of_root:
        return Cause(SHORTER, f"{lost}; up to the moment that was searched at, it is the same")
    return Cause(HISTORY, lost)


def _versions(receipt: Receipt, now: dict[str, Any]) -> Cause | None:
    then = receipt.versions
    changed = [f"{name} {then.get(name)} then, {now.get(name)} now" for name in now if then.get(name) != now[name]]
    return Cause(VERSIONS, f"another version of morgue answers: {'; '.join(changed)}") if changed else None


def _erasure(archive: Archive, receipt: Receipt, position: int) -> Cause | None:
    """Return how many versions were erased since that were counted then."""
    store = archive.store
    # In another archive it is not known when that was in the order of the one that was searched: all may count.
    since = receipt.size if receipt.archive == archive.id else 0
    counted = 0
    for event_id, erased in store.erasures.by_event().items():
        if erased.recorded_at >= since and events.ARTICLE in erased.parts:
            at = store.position_of(event_id)
            recorded = None if at is None or at > position else store.event(at)
            if recorded is not None and events.kind_of(recorded.attribute("type")) in events.ARTICLE_KINDS:
                counted += 1
    if not counted:
        return None
    were = "1 version was" if counted == 1 else f"{counted} versions were"
    return Cause(ERASURE, f"{were} erased since, and no longer counted")


def _compared(archive: Archive, receipt: Receipt, found: dict[str, Scored], causes: list[Cause]) -> list[Compared]:
    general = min(
        causes, key=_rank, default=Cause(UNEXPLAINED, "nothing that is known explains it; see: morgue verify")
    )
    compared = []
    for then in receipt.hits:
        now = found.get(then.event)
        status = _status(then, now)
        cause = None if status == SAME else (now is None and _gone(archive, then)) or general
        compared.append(Compared(then=then, now=now, status=status, cause=cause))
    known = {then.event for then in receipt.hits}
    fresh = [hit for hit in found.values() if hit.event not in known]
    return compared + [Compared(then=None, now=hit, status=NEW, cause=general) for hit in fresh]


def _rank(cause: Cause) -> int:
    return (ARCHIVE, HISTORY, VERSIONS, ERASURE, SHORTER).index(cause.name)


def _status(then: Scored, now: Scored | None) -> str:
    if now is None:
        return GONE
    if (now.digest, now.article) != (then.digest, then.article):
        return CHANGED
    if now.score != then.score:
        return RESCORED
    return SAME if now.rank == then.rank else MOVED


def _gone(archive: Archive, then: Scored) -> Cause | None:
    """Return why a hit itself cannot be found any more, None where it is there and was not found."""
    position = archive.store.position_of(then.event)
    if position is None:
        return None
    try:
        archive.version(position)
    except ErasedError as error:
        return Cause(ERASED, str(error))
    except NoSuchArticleError:
        return None
    return None


def _place(hit: Scored) -> dict[str, Any]:
    return {"rank": hit.rank, "score": hit.score, "position": hit.position}
