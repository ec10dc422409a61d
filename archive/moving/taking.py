"""Taking: one event of another log after the other is checked, gets its lookup keys, and is appended as it is.

What erasures of either log name is overwritten before it is written for the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import codec, events, lookup
from archive.errors import ErasedError, InvalidEventError, UnverifiedError
from archive.moving.carried import ZEROED, check_parts, checked_envelope, content_of, is_zeroed
from archive.moving.erasures import Named
from archive.moving.naming_runs import NamingRuns
from archive.moving.readable import check_readable, check_version
from archive.new_events import NewEvent
from archive.parts import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archive.appending import Appender
    from archive.archive import Archive
    from archive.article import Article
    from archive.envelope import Envelope
    from archive.moving.carried import Carried, Source
    from archive.moving.erasures import Erasure
    from archive.moving.planning import Plan

    Suppressing = Callable[[Article, str], int | None]


class Taking:
    """What is taken in within one transaction; holds what is summed up on the way.

    With `accept`, all erasures are applied, whoever recorded them. `erased` are the ids of events that were
    overwritten, `refused` those of erasures that were not applied; `articles` counts versions of articles.
    `suppressing` says of an article and its content digest after which erasure, by position, it must not come back, and
    `suppressed` counts the events that did not.
    """

    def __init__(
        self,
        archive: Archive,
        source: Source,
        appender: Appender,
        plan: Plan,
        *,
        accept: bool,
        suppressing: Suppressing | None = None,
    ) -> None:
        self.archive = archive
        self.store = archive.store
        self.source = source
        self.appender = appender
        self.plan = plan
        self.accept = accept
        self.erased: set[str] = set()
        self.refused: set[str] = set()
        self.articles = self.suppressed = 0
        self._suppressing = suppressing
        self._suppressed_after: dict[str, str] = {}
        self.naming_runs = NamingRuns()
        self._left_out = Named()
        self.anew: dict[tuple[str, str], dict[str, set[str]]] = {}
        """Parts that an erasure of our own must name: by the erasure that it follows and by article, by event."""

    def leave_out(self, erasures: Iterable[Erasure]) -> None:
        """Overwrite what some erasures name that neither log holds: who calls this records them behind."""
        for erasure in erasures:
            self._left_out.add(erasure)

    def take(self, carried: Carried) -> None:
        """Append an event of the source. Raises UnverifiedError where it is not what was recorded."""
        envelope = checked_envelope(self.source.name, carried.position, carried.encoded)
        check_parts(self.source.name, carried, envelope)
        gone = self._gone(carried, envelope) or self._suppressed(carried, envelope) or self._naming(carried, envelope)
        check_readable(self.source.name, carried, envelope, gone)
        keys = self._keys(carried, envelope, gone)
        packed = [
            Part(part, envelope.commitments[part], ZEROED if part in gone or chunks is None else tuple(chunks))
            for part, chunks in carried.parts.items()
        ]
        self.appender.adopt(envelope, packed, keys)

    def _gone(self, carried: Carried, envelope: Envelope) -> frozenset[str]:
        """Return the parts that arrive erased, or are erased as they arrive; note those that we must name."""
        counting = self.counting(envelope) & carried.parts.keys()
        empty = frozenset(part for part, chunks in carried.parts.items() if chunks is None)
        named = self.plan.named.by_anyone(envelope.id)
        for part in empty - named:
            raise UnverifiedError(
                self.source.name, f"event {carried.position}: part {part!r} is gone, and no erasure names it"
            )
        also = empty | (named & carried.parts.keys() if self.accept else frozenset())
        follows = self.plan.named.first(envelope.id)
        if follows is not None and also - counting:
            self.note_anew(follows, envelope, also - counting)
        elif follows is not None and (named & carried.parts.keys()) - counting - also:
            self.refused.add(follows)
        gone = counting | also | (self._left_out.by_anyone(envelope.id) & carried.parts.keys())
        if envelope.kind == events.ARTICLE_AMENDED and not gone:
            gone = self._gone_with_its_bytes(carried, envelope)
        if gone - empty:
            self.erased.add(envelope.id)
        return gone

    def _suppressed(self, carried: Carried, envelope: Envelope) -> frozenset[str]:
        """Return all parts of an event about an article that was erased here as another one; note that we name them."""
        kinds = events.ARTICLE_KINDS | events.LIFE_CYCLE_KINDS
        if self._suppressing is None or envelope.kind not in kinds or envelope.kind == events.ARTICLE_ERASED:
            return frozenset()
        follows = self._suppressed_after.get(envelope.subject)
        article, text = None, ""
        if envelope.kind in events.ARTICLE_KINDS:
            article, text = self._read(carried, envelope)
        if follows is None and article is not None:
            position = self._suppressing(article, lookup.content_digest(article.metadata.title, text))
            erasure = None if position is None else self.store.event(position)
            # What an archive let in again after its own erasure is its own business.
            if erasure is not None and erasure.attribute("source") != envelope.source:
                follows = self._suppressed_after[envelope.subject] = erasure.attribute("id")
        if follows is None:
            self.naming_runs.arrives_whole(envelope)
            return frozenset()
        self.naming_runs.arrives_erased(envelope, follows, article)
        self.note_anew(follows, envelope, carried.parts)
        self.suppressed += 1
        return frozenset(carried.parts)

    def _naming(self, carried: Carried, envelope: Envelope) -> frozenset[str]:
        """Return the part of a run's record whose words name what arrived erased; note that we name it."""
        if envelope.kind != events.RUN_RECORDED or not self._suppressed_after:
            return frozenset()
        try:
            document = codec.from_bytes(content_of(carried.parts[events.RUN] or ()))
            run = codec.run_from_document(envelope.subject, document)
        except (InvalidEventError, KeyError) as error:
            raise UnverifiedError(self.source.name, f"event {carried.position} cannot be read: {error}") from None
        if (found := self.naming_runs.named_by(envelope, run)) is None:
            return frozenset()
        self.anew.setdefault(found, {}).setdefault(envelope.id, set()).add(events.RUN)
        return frozenset({events.RUN})

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
        follows = self.plan.named.first(recorded.attribute("id"))
        if follows is not None:
            self.note_anew(follows, envelope, carried.parts)
        return frozenset(carried.parts)

    def _keys(self, carried: Carried, envelope: Envelope, gone: frozenset[str]) -> list[int]:
        if envelope.kind in events.FOUND_BY_SUBJECT:
            return lookup.life_cycle_keys(envelope.kind, envelope.subject)
        if envelope.kind not in events.ARTICLE_KINDS:
            return []
        if gone:
            return [lookup.article_key(envelope.subject)]
        self.articles += 1
        article, text = self._read(carried, envelope)
        return lookup.keys_of(self.store.secret, envelope.subject, article, text)

    def _read(self, carried: Carried, envelope: Envelope) -> tuple[Article, str]:
        try:
            article = self._article(carried, envelope)
            original = self._original(carried, envelope)
            check_version(article, original)
            return article, self._text(carried, article, original)
        except KeyError as error:
            raise UnverifiedError(self.source.name, f"event {carried.position} lacks its part {error}") from None
        # A name of an encoding can be refused by a ValueError, too.
        except (InvalidEventError, ValueError, LookupError) as error:
            raise UnverifiedError(self.source.name, f"event {carried.position} cannot be read: {error}") from None

    def _article(self, carried: Carried, envelope: Envelope) -> Article:
        documents = [
            events.upcast(envelope.type, part, codec.from_bytes(content_of(carried.parts[part] or ())))
            for part in (events.ARTICLE, events.ORIGIN)
        ]
        return codec.article_from_document(*documents)

    def _original(self, carried: Carried, envelope: Envelope) -> bytes | None:
        """Return the bytes that a version is read from, None where they are erased."""
        if envelope.kind != events.ARTICLE_AMENDED:
            return content_of(carried.parts[events.ORIGINAL] or ())
        from archive.originals import holder

        position = self.store.position_of(envelope.causation or "")
        amended = None if position is None else self.store.event(position)
        if amended is None:
            raise LookupError(envelope.causation)
        try:
            return self.store.part(holder(self.store, amended).position, events.ORIGINAL)
        except ErasedError:
            return None

    def _text(self, carried: Carried, article: Article, original: bytes | None) -> str:
        if not article.text_is_original:
            return content_of(carried.parts[events.TEXT] or ()).decode()
        return "" if original is None else original.decode(article.encoding)

    # Erasures of our own

    def counting(self, envelope: Envelope) -> frozenset[str]:
        """Return the parts of an event that must be gone here, by the erasures of both logs."""
        return self.plan.named.counting(envelope.id, envelope.source, self.archive.id)

    def note_anew(self, follows: str, envelope: Envelope, names: Iterable[str]) -> None:
        """Note parts that are gone here, and that an erasure names which does not count here."""
        self.anew.setdefault((follows, envelope.subject), {}).setdefault(envelope.id, set()).update(names)

    def erase_anew(self, run_id: str) -> None:
        """Record erasures of our own for what is gone here, and no erasure that counts here names."""
        known = {one.erasure.id: (one.ground, one.suppressed) for one in self.plan.erasures}
        for (follows, subject), named in self.anew.items():
            ground, suppressed = known.get(follows) or self._own_ground(follows)
            document = {"parts": {event_id: sorted(names) for event_id, names in named.items()}}
            event = NewEvent(
                type=events.type_of(events.ARTICLE_ERASED),
                subject=subject,
                correlation=run_id,
                causation=follows,
                parts={
                    events.ERASURE: ground,
                    events.ERASED: codec.to_bytes(document),
                    events.SUPPRESSED: suppressed,
                },
            )
            self.appender.append(event, lookup.life_cycle_keys(events.ARTICLE_ERASED, subject))
        for event in self.naming_runs.events():
            self.appender.append(event)

    def _own_ground(self, event_id: str) -> tuple[bytes, bytes]:
        position = self.store.position_of(event_id)
        if position is None:
            return b"{}", b"{}"
        return self.store.part(position, events.ERASURE), self.store.part(position, events.SUPPRESSED)
