"""Merging: the events of another log are taken into this one, each with its envelope and its parts as they are.

One transaction holds the whole merge: all of it is there, or nothing. Its order: what the other log has erased of what
is here; `archive.merged`; the events that are new; erasures of our own for what had to arrive erased; the run. So
nothing erased is ever written in clear. Merging again changes nothing. docs/adr/0022-moving.md.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import attrs

from archive import codec, events, lookup
from archive.errors import ConflictError, DamagedError, ErasedError, InvalidEventError, UnverifiedError
from archive.moving.carried import ZEROED, check_parts, checked_envelope, content_of, is_zeroed
from archive.moving.merged import Merged, archive_merged
from archive.moving.planning import plan
from archive.new_events import NewEvent
from archive.parts import Part
from archive.runs import RunInProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archive.archive import Archive
    from archive.article import Article
    from archive.envelope import Envelope
    from archive.moving.carried import Carried, Source, Tree
    from archive.moving.planning import ForeignErasure, Plan
    from archive.store import Appender


@attrs.frozen(kw_only=True)
class MergeOutcome:
    """What became of a merge.

    `archive` and `tree` are those of the log that was taken in; no tree where only some of its events came. `taken`
    events were new, `known` were here already. `articles` of those taken are versions of articles. `erased` events
    were overwritten, here or as they arrived; `refused` erasures were not applied. `position` is that of
    `archive.merged`, None where there was nothing to record.
    """

    archive: str
    tree: Tree | None
    taken: int
    known: int
    articles: int
    erased: int
    refused: int
    position: int | None


def merge(
    archive: Archive,
    source: Source,
    *,
    accept_erasures: bool = False,
    command: str = "merge",
    arguments: tuple[str, ...] = (),
    agent: str = "",
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> MergeOutcome:
    """Take the events of a source that is opened into an archive; idempotent, and nothing is left of it if it fails.

    An erasure of the other log is applied to events of its own source; to others only with `accept_erasures`, and then
    it is recorded anew as one of this archive. Holds the lock for as long as it takes. `progress` is called with events
    taken and how many there are to be. Raises UnverifiedError (what comes in is not what was recorded), ConflictError
    (this archive has other bytes under the same id), BusyError, StorageError, DamagedError.
    """
    run = RunInProgress(command, arguments, agent)
    try:
        with archive.store.appending() as appender:
            return _Merge(archive, source, appender, run, accept=accept_erasures).done(progress)
    except DamagedError as error:
        if isinstance(error.__cause__, sqlite3.IntegrityError):
            raise UnverifiedError(source.name, "two of its events have one id") from None
        raise
    finally:
        # What counts for which event may have changed with what came in.
        archive.store.erasures.forget()


class _Merge:
    """One merge, under the lock; holds what is summed up on the way."""

    def __init__(
        self, archive: Archive, source: Source, appender: Appender, run: RunInProgress, *, accept: bool
    ) -> None:
        self.archive = archive
        self.store = archive.store
        self.source = source
        self.appender = appender
        self.run = run
        self.accept = accept
        self.plan: Plan = plan(archive, source)
        self.erased: set[str] = set()
        self.refused: set[str] = set()
        self.anew: dict[tuple[str, str], dict[str, set[str]]] = {}
        """Parts that an erasure of our own must name: by the erasure that it follows and by article, by event."""
        self.articles = 0

    def done(self, progress: Callable[[int, int], None]) -> MergeOutcome:
        """Do it."""
        found = self.plan
        self._check_own_erasures()
        self._apply_erasures()
        position = None
        if len(found.new) or self.anew or self.erased:
            position = self._record()
            wanted = None if not found.known else found.new
            for done, carried in enumerate(self.source.events(wanted) if len(found.new) else (), 1):
                self._take(carried)
                progress(done, len(found.new))
            self._erase_anew()
            self.run.counts["merged"] = len(found.new)
            self.appender.append(self.run.event())
        return MergeOutcome(
            archive=self.source.header.archive,
            tree=found.tree,
            taken=len(found.new),
            known=found.known,
            articles=self.articles,
            erased=len(self.erased),
            refused=len(self.refused),
            position=position,
        )

    def _record(self) -> int:
        found = self.plan
        merged = Merged(
            archive=self.source.header.archive,
            tree=found.tree,
            taken=len(found.new),
            continues=found.continued,
            order=found.order,
        )
        event = archive_merged(merged, archive_id=self.archive.id, run_id=self.run.id)
        position, _ = self.appender.append(event, [lookup.article_key(self.archive.id)])
        return position

    # Erasures

    def _check_own_erasures(self) -> None:
        """Refuse erasures in our own name that we have not recorded: they would count for all that is here."""
        own = f"urn:uuid:{self.archive.id}"
        forged = [one for one in self.plan.erasures if one.is_new and one.erasure.source == own]
        if forged and not self.accept:
            raise ConflictError(
                self.source.name,
                f"it holds {len(forged)} erasures in the name of this archive that this archive does not know; if that"
                " is a copy of it in which you erased, say --accept-erasures",
            )

    def _apply_erasures(self) -> None:
        """Overwrite what is here and named by an erasure that counts, or is accepted; note what is refused."""
        for one in self.plan.erasures:
            for event_id, names in one.erasure.named.items():
                position = self.store.position_of(event_id)
                recorded = None if position is None else self.store.event(position)
                if recorded is None:
                    continue
                envelope = recorded.envelope
                left = {
                    part
                    for part in names & envelope.commitments.keys()
                    if not is_zeroed(self.store.stored_chunks(recorded.position, part))
                }
                if not left:
                    continue
                if one.erasure.source == envelope.source or self._is_ours(one):
                    self._overwrite(recorded.position, envelope, left)
                elif self.accept:
                    self._overwrite(recorded.position, envelope, left)
                    self._note_anew(one.erasure.id, envelope, left)
                else:
                    self.refused.add(one.erasure.id)
                    continue
                self._overwrite_readings(one.erasure.id, envelope)

    def _is_ours(self, one: ForeignErasure) -> bool:
        return one.erasure.source == f"urn:uuid:{self.archive.id}"

    def _overwrite(self, position: int, envelope: Envelope, names: Iterable[str]) -> None:
        self.appender.erase({position: set(names)}, envelope.subject)
        self.erased.add(envelope.id)

    def _overwrite_readings(self, follows: str, erased: Envelope) -> None:
        """Overwrite the readings of bytes that are gone, whoever made them: they are nothing but those bytes."""
        for recorded in self.archive.history(erased.subject):
            envelope = recorded.envelope
            if envelope.kind == events.ARTICLE_AMENDED and envelope.causation == erased.id:
                left = {
                    part
                    for part in envelope.commitments
                    if not is_zeroed(self.store.stored_chunks(recorded.position, part))
                }
                if left:
                    self._overwrite(recorded.position, envelope, left)
                    if not left <= self._counting(envelope):
                        self._note_anew(follows, envelope, left)
                self._overwrite_readings(follows, envelope)

    def _counting(self, envelope: Envelope) -> frozenset[str]:
        return self.plan.named.counting(envelope.id, envelope.source, self.archive.id)

    def _note_anew(self, follows: str, envelope: Envelope, names: Iterable[str]) -> None:
        self.anew.setdefault((follows, envelope.subject), {}).setdefault(envelope.id, set()).update(names)

    def _erase_anew(self) -> None:
        """Record erasures of our own for what is gone here, and no erasure that counts here names."""
        known = {one.erasure.id: (one.ground, one.suppressed) for one in self.plan.erasures}
        for (follows, subject), named in self.anew.items():
            ground, suppressed = known.get(follows) or self._own_ground(follows)
            document = {"parts": {event_id: sorted(names) for event_id, names in named.items()}}
            event = NewEvent(
                type=events.type_of(events.ARTICLE_ERASED),
                subject=subject,
                correlation=self.run.id,
                causation=follows,
                parts={
                    events.ERASURE: ground,
                    events.ERASED: codec.to_bytes(document),
                    events.SUPPRESSED: suppressed,
                },
            )
            self.appender.append(event, lookup.life_cycle_keys(events.ARTICLE_ERASED, subject))

    def _own_ground(self, event_id: str) -> tuple[bytes, bytes]:
        position = self.store.position_of(event_id)
        if position is None:
            return b"{}", b"{}"
        return self.store.part(position, events.ERASURE), self.store.part(position, events.SUPPRESSED)

    # Events

    def _take(self, carried: Carried) -> None:
        envelope = checked_envelope(self.source.name, carried.position, carried.encoded)
        check_parts(self.source.name, carried, envelope)
        gone = self._gone(carried, envelope)
        keys = self._keys(carried, envelope, gone)
        packed = [
            Part(part, envelope.commitments[part], ZEROED if part in gone or chunks is None else tuple(chunks))
            for part, chunks in carried.parts.items()
        ]
        self.appender.adopt(envelope, packed, keys)

    def _gone(self, carried: Carried, envelope: Envelope) -> frozenset[str]:
        """Return the parts that arrive erased, or are erased as they arrive; note those that we must name."""
        counting = self._counting(envelope) & carried.parts.keys()
        empty = frozenset(part for part, chunks in carried.parts.items() if chunks is None)
        named = self.plan.named.by_anyone(envelope.id)
        for part in empty - named:
            raise UnverifiedError(
                self.source.name, f"event {carried.position}: part {part!r} is gone, and no erasure names it"
            )
        also = empty | (named & carried.parts.keys() if self.accept else frozenset())
        follows = self._foreign_erasure_of(envelope.id)
        if follows is not None and also - counting:
            self._note_anew(follows, envelope, also - counting)
        elif follows is not None and (named & carried.parts.keys()) - counting - also:
            self.refused.add(follows)
        gone = counting | also
        if envelope.kind == events.ARTICLE_AMENDED and not gone:
            gone = self._gone_with_its_bytes(carried, envelope)
        if gone - empty:
            self.erased.add(envelope.id)
        return gone

    def _gone_with_its_bytes(self, carried: Carried, envelope: Envelope) -> frozenset[str]:
        """Return all parts of a reading whose bytes are erased here. Raises UnverifiedError where they never were."""
        holder = self.store.position_of(envelope.causation or "")
        recorded = None if holder is None else self.store.event(holder)
        if (
            recorded is None
            or recorded.attribute("subject") != envelope.subject
            or events.kind_of(recorded.attribute("type")) not in events.ARTICLE_KINDS
        ):
            raise UnverifiedError(
                self.source.name, f"event {carried.position} is a new reading of a version that is not there"
            )
        if not is_zeroed(self.store.stored_chunks(recorded.position, events.ARTICLE)):
            return frozenset()
        held = recorded.attribute("id")
        follows = self._foreign_erasure_of(held) or self._own_erasure_of(held)
        if follows is not None:
            self._note_anew(follows, envelope, carried.parts)
        return frozenset(carried.parts)

    def _foreign_erasure_of(self, event_id: str) -> str | None:
        return next((one.erasure.id for one in self.plan.erasures if event_id in one.erasure.named), None)

    def _own_erasure_of(self, event_id: str) -> str | None:
        erased = self.store.erasures.of_event(event_id)
        recorded = self.store.event(erased.recorded_at)
        return None if recorded is None else recorded.attribute("id")

    def _keys(self, carried: Carried, envelope: Envelope, gone: frozenset[str]) -> list[int]:
        if envelope.kind in events.FOUND_BY_SUBJECT:
            return lookup.life_cycle_keys(envelope.kind, envelope.subject)
        if envelope.kind not in events.ARTICLE_KINDS:
            return []
        if gone:
            return [lookup.article_key(envelope.subject)]
        self.articles += 1
        try:
            article = self._article(carried, envelope)
            text = self._text(carried, envelope, article)
        except (InvalidEventError, UnicodeDecodeError, LookupError) as error:
            raise UnverifiedError(self.source.name, f"event {carried.position} cannot be read: {error}") from None
        return lookup.keys_of(self.store.secret, envelope.subject, article, text)

    def _article(self, carried: Carried, envelope: Envelope) -> Article:
        documents = [
            events.upcast(envelope.type, part, codec.from_bytes(content_of(carried.parts[part] or ())))
            for part in (events.ARTICLE, events.ORIGIN)
        ]
        return codec.article_from_document(*documents)

    def _text(self, carried: Carried, envelope: Envelope, article: Article) -> str:
        if not article.text_is_original:
            return content_of(carried.parts[events.TEXT] or ()).decode()
        if envelope.kind != events.ARTICLE_AMENDED:
            return content_of(carried.parts[events.ORIGINAL] or ()).decode(article.encoding)
        from archive.originals import holder

        position = self.store.position_of(envelope.causation or "")
        amended = None if position is None else self.store.event(position)
        if amended is None:
            raise LookupError(envelope.causation)
        try:
            return self.store.part(holder(self.store, amended).position, events.ORIGINAL).decode(article.encoding)
        except ErasedError:
            return ""
