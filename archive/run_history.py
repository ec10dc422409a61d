"""The runs of an archive, as its log tells of them: those that were recorded, and those that were killed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive import events
from archive.errors import ErasedError

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.runs import Run
    from archive.store import Recorded


@attrs.frozen(kw_only=True)
class RunEntry:
    """A run, and where its events are.

    `first` is the position of its first event, `position` that of its `run.recorded`; there `run` comes from. Both are
    None for a run that was killed before it could be recorded, or is still at work. `events` are how many it brought,
    `started` and `ended` those that it stated, else the times of its first and its last event; `counts` likewise are
    its own, or what its events are. Where an erasure put a second record behind the first, it is the second one.
    """

    id: str
    first: int
    position: int | None
    events: int
    started: str
    ended: str
    counts: dict[str, int]
    run: Run | None

    @property
    def seconds(self) -> float:
        """How long it took."""
        from archive.identity import instant

        return (instant(self.ended) - instant(self.started)).total_seconds()


@attrs.define
class _Seen:
    """What was met of a run so far."""

    first: Recorded
    last: Recorded
    events: int = 0
    record: Recorded | None = None
    counts: dict[str, int] = attrs.field(factory=dict)


def runs(archive: Archive, since: int = 0) -> list[RunEntry]:
    """Return the runs that brought the events from a position on, in the order of their first events there.

    Costs a look at each of these events, and memory for the runs. Raises DamagedError.
    """
    seen: dict[str, _Seen] = {}
    for recorded in archive.events(since):
        kind = events.kind_of(recorded.attribute("type"))
        if kind == events.ARCHIVE_CREATED:
            continue
        run_id = recorded.attribute("correlationid")
        known = seen.setdefault(run_id, _Seen(recorded, recorded))
        known.last = recorded
        if kind == events.RUN_RECORDED:
            known.record = recorded
        else:
            known.events += 1
            what = kind.rpartition(".")[2]
            known.counts[what] = known.counts.get(what, 0) + 1
    return [_entry(archive, run_id, known) for run_id, known in seen.items()]


def _recorded(archive: Archive, record: Recorded) -> Run | None:
    """Return what a record says of a run, None where that was erased."""
    try:
        return archive.run(record.position)
    except ErasedError:
        return None


def _entry(archive: Archive, run_id: str, seen: _Seen) -> RunEntry:
    run = _recorded(archive, seen.record) if seen.record is not None else None
    return RunEntry(
        id=run_id,
        first=seen.first.position,
        position=seen.record.position if seen.record is not None else None,
        events=seen.events,
        started=run.started if run is not None else seen.first.attribute("time"),
        ended=run.ended if run is not None else seen.last.attribute("time"),
        counts=run.counts if run is not None else seen.counts,
        run=run,
    )
