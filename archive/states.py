"""States of articles, read from the log: what became of an article up to a position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import events
from archive.errors import DamagedError, InvalidEventError
from archive.life_cycle import NOTHING, PARTS, Entry, after

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


def entries(archive: Archive, history: Iterable[Recorded]) -> list[Entry]:
    """Return those of all events about an article that are no versions, read. Raises DamagedError.

    Of an article that was erased, what cannot be read is taken for erased: whether it is, verification tells.
    """
    told = [(recorded, events.kind_of(recorded.attribute("type"))) for recorded in history]
    erased = any(kind == events.ARTICLE_ERASED for _, kind in told)
    return [
        _entry(archive, recorded, kind, erased=erased) for recorded, kind in told if kind in events.LIFE_CYCLE_KINDS
    ]


def _entry(archive: Archive, recorded: Recorded, kind: str, *, erased: bool) -> Entry:
    document = None
    if kind in PARTS:
        try:
            document = archive.document(recorded, PARTS[kind])
        except DamagedError:
            if not erased:
                raise
    return Entry(recorded.position, kind, recorded.attribute("time"), document)


def _after(state: State, entry: Entry) -> State:
    try:
        return after(state, entry)
    except InvalidEventError as error:
        raise DamagedError(entry.position, str(error)) from None
