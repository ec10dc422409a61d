"""Merging: the events of another log are taken into this one, each with its envelope and its parts as they are.

One transaction holds the whole merge: all of it is there, or nothing. Its order: what the other log has erased of what
is here; `archive.merged`; the events that are new; erasures of our own for what had to arrive erased; the run. So
nothing erased is ever written in clear. Merging again changes nothing. docs/adr/0022-moving.md.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import attrs

from archive import events, lookup
from archive.errors import ConflictError, DamagedError, UnverifiedError
from archive.moving.carried import is_zeroed
from archive.moving.erasures import counts_for
from archive.moving.merged import Merged, archive_merged
from archive.moving.planning import plan
from archive.moving.taking import Taking
from archive.runs import RunInProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archive.appending import Appender
    from archive.archive import Archive
    from archive.envelope import Envelope
    from archive.moving.carried import Source, Tree
    from archive.moving.taking import Suppressing
    from archive.store import Recorded


@attrs.frozen(kw_only=True)
class MergeOutcome:
    """What became of a merge.

    `archive` and `tree` are those of the log that was taken in; no tree where only some of its events came. `taken`
    events were new, `known` were here already. `articles` of those taken are versions of articles. `erased` events
    were overwritten, here or as they arrived; so were `suppressed` ones, as what they hold was erased here before.
    `refused` erasures were not applied. `position` is that of `archive.merged`, None where nothing was to be recorded.
    """

    archive: str
    tree: Tree | None
    taken: int
    known: int
    articles: int
    erased: int
    suppressed: int
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
    it is recorded anew as one of this archive. What was erased here as another article arrives erased. Holds the lock
    for as long as it takes. `progress` is called with events taken and how many there are to be. Raises UnverifiedError
    (what comes in is not what was recorded), ConflictError (this archive has other bytes under the same id), BusyError,
    StorageError, DamagedError.
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


def _suppressing(archive: Archive) -> Suppressing | None:
    """Return what tells after which erasure an article must not come back, None where nothing was erased here."""
    suppressions = archive.suppressions
    # As it is now: what comes in with the other log does not bear upon what comes with it.
    if not suppressions.refresh():
        return None
    return lambda article, content: suppressions.find(article, content, archive)


class _Merge(Taking):
    """One merge, under the lock."""

    def __init__(
        self,
        archive: Archive,
        source: Source,
        appender: Appender,
        run: RunInProgress,
        *,
        accept: bool,
    ) -> None:
        super().__init__(
            archive, source, appender, plan(archive, source), accept=accept, suppressing=_suppressing(archive)
        )
        self.run = run

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
                self.take(carried)
                progress(done, len(found.new))
            self.erase_anew(self.run.id)
            self.run.counts["merged"] = len(found.new)
            self.appender.append(self.run.event())
        return MergeOutcome(
            archive=self.source.header.archive,
            tree=found.tree,
            taken=len(found.new),
            known=found.known,
            articles=self.articles,
            erased=len(self.erased),
            suppressed=self.suppressed,
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
                named = names & envelope.commitments.keys()
                left = self._left(recorded, named)
                if not counts_for(one.erasure.source, envelope.source, self.archive.id):
                    if not self.accept:
                        self.refused.update({one.erasure.id} if left else ())
                        continue
                    if unnamed := named - self.counting(envelope):
                        self.note_anew(one.erasure.id, envelope, unnamed)
                if left:
                    self._overwrite(recorded.position, envelope, left)
                    self._overwrite_readings(one.erasure.id, envelope)

    def _left(self, recorded: Recorded, names: Iterable[str]) -> set[str]:
        """Return which parts of an event are not overwritten yet."""
        return {part for part in names if not is_zeroed(self.store.stored_chunks(recorded.position, part))}

    def _overwrite(self, position: int, envelope: Envelope, names: Iterable[str]) -> None:
        self.appender.erase({position: set(names)}, envelope.subject)
        self.erased.add(envelope.id)

    def _overwrite_readings(self, follows: str, erased: Envelope) -> None:
        """Overwrite the readings of bytes that are gone, whoever made them: they are nothing but those bytes."""
        for recorded in self.archive.history(erased.subject):
            envelope = recorded.envelope
            if envelope.kind == events.ARTICLE_AMENDED and envelope.causation == erased.id:
                left = self._left(recorded, envelope.commitments)
                if left:
                    self._overwrite(recorded.position, envelope, left)
                    if not left <= self.counting(envelope):
                        self.note_anew(follows, envelope, left)
                self._overwrite_readings(follows, envelope)
