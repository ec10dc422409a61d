"""What was erased, as the log tells it: the parts that each `article.erased` names.

A part that was erased keeps its rows: salt, data and checksum are zeros. That alone would be damage; an event in the
log that names the part makes it an erasure. docs/format.md, "Erasure".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archive import codec, events, lookup
from archive.errors import DamagedError, InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.store import EventStore


class Erased(NamedTuple):
    """What is gone of an event, and the position of the event that says so."""

    parts: frozenset[str]
    recorded_at: int


_NOTHING = Erased(frozenset(), -1)


class Erasures:
    """The erasures of one store, read once each; holds those that were read, by the ids of the events they name."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._read: set[int] = set()
        self._by_event: dict[str, Erased] = {}

    def positions(self) -> list[int]:
        """Return where erasures are recorded, in order. Costs one look-up, whatever the size of the log."""
        found = self._store.find(lookup.ERASURES)
        return [position for position in found if _kind_at(self._store, position) == events.ARTICLE_ERASED]

    def by_event(self) -> Mapping[str, Erased]:
        """Return what is erased by the ids of events, of the log as it is now. Raises DamagedError."""
        found = self._store.find(lookup.ERASURES)
        for position in found:
            if position not in self._read and _kind_at(self._store, position) == events.ARTICLE_ERASED:
                for event_id, parts in named_parts(self._store, position).items():
                    if not self._counts(position, event_id):
                        continue
                    before = self._by_event.get(event_id, _NOTHING)
                    self._by_event[event_id] = Erased(before.parts | parts, position)
            self._read.add(position)
        return self._by_event

    def _counts(self, position: int, event_id: str) -> bool:
        """Tell whether an erasure counts for an event: one of this archive does, another's for its own events only."""
        erasure = self._store.event(position)
        source = "" if erasure is None else erasure.attribute("source")
        if source == f"urn:uuid:{self._store.archive_id}":
            return True
        named = self._store.position_of(event_id)
        event = None if named is None else self._store.event(named)
        return event is not None and event.attribute("source") == source

    def of_event(self, event_id: str) -> Erased:
        """Return what is erased of an event."""
        return self.by_event().get(event_id, _NOTHING)

    def forget(self) -> None:
        """Read all anew the next time: a transaction was rolled back, and others will take its positions."""
        self._read, self._by_event = set(), {}


def named_parts(store: EventStore, position: int) -> dict[str, frozenset[str]]:
    """Return which parts of which events, by their ids, the erasure at a position names. Raises DamagedError."""
    try:
        document = codec.from_bytes(store.part(position, events.ERASED))
    except InvalidEventError as error:
        raise DamagedError(position, str(error)) from None
    named = document.get("parts")
    if not isinstance(named, dict) or not all(isinstance(parts, list) for parts in named.values()):
        raise DamagedError(position, "its part 'erased' does not say which parts of which events")
    return {event_id: frozenset(map(str, parts)) for event_id, parts in named.items()}


def _kind_at(store: EventStore, position: int) -> str | None:
    recorded = store.event(position)
    return None if recorded is None else events.kind_of(recorded.attribute("type"))
