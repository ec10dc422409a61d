"""States of articles, read from the log: what became of an article up to a position."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from archive import events
from archive.errors import DamagedError, ErasedError, InvalidEventError
from archive.life_cycle import NOTHING, PARTS, Entry, after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.archive import Archive
    from archive.life_cycle import State
    from archive.store import Recorded


def state_of(archive: Archive, article_id: str, at: int | None = None) -> State:
    """Return the state of an article after the event at a position, or now.

    Costs a look at each event of the article, and the part of each that is no version. Raises DamagedError.
    """
    return state_after(archive, archive.history(article_id), at)


def state_after(archive: Archive, history: Sequence[Recorded], at: int | None = None) -> State:
    """Return the state of an article, given all events about it (`Archive.history`). Raises DamagedError."""
    state = NOTHING
    for entry in entries(archive, history):
        if at is not None and entry.position > at:
            break
        state = _after(state, entry)
    return state


def states_along(archive: Archive, history: Sequence[Recorded]) -> Iterator[tuple[Recorded, State]]:
    """Yield each of all events about an article with the state after it. Raises DamagedError."""
    state = NOTHING
    read = {entry.position: entry for entry in entries(archive, history)}
    for recorded in history:
        if recorded.position in read:
            state = _after(state, read[recorded.position])
        yield recorded, state


def entries(archive: Archive, history: Sequence[Recorded]) -> list[Entry]:
    """Return those of all events about an article that are no versions, read. Raises DamagedError.

    An erasure that another archive recorded, and that does not count here, is left out.
    """
    told = [(recorded, events.kind_of(recorded.attribute("type"))) for recorded in history]
    changed = [(recorded, kind) for recorded, kind in told if kind in events.LIFE_CYCLE_KINDS]
    if any(kind == events.ARTICLE_ERASED for _, kind in changed):
        gone = archive.store.erasures.by_event()
        if not any(recorded.attribute("id") in gone for recorded, _ in told):
            changed = [(recorded, kind) for recorded, kind in changed if kind != events.ARTICLE_ERASED]
    return [_entry(archive, recorded, kind) for recorded, kind in changed]


def _entry(archive: Archive, recorded: Recorded, kind: str) -> Entry:
    document = None
    if kind in PARTS:
        with suppress(ErasedError):
            document = archive.document(recorded, PARTS[kind])
    return Entry(recorded.position, kind, recorded.attribute("time"), document)


def _after(state: State, entry: Entry) -> State:
    try:
        return after(state, entry)
    except InvalidEventError as error:
        raise DamagedError(entry.position, str(error)) from None
