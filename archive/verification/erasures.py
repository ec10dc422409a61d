"""What was erased against what events say was: a part that is zeros is sound if an `article.erased` names it.

Held in memory in proportion to what was erased, and to nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import codec, events
from archive.errors import InvalidEventError
from archive.verification import payload
from archive.verification.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.envelope import Envelope
    from archive.store import EventStore

PART = "erased"
"""The part of an `article.erased` that names what was erased: ids of events, and names of their parts."""

_Erased = tuple[str, str]
"""The id of an event, and the name of one of its parts."""


class Erasures:
    """What the events that were walked over have erased, and what they say was."""

    def __init__(self) -> None:
        self._zeroed: dict[_Erased, int] = {}
        self._named: dict[_Erased, set[str]] = {}

    def add_zeroed(self, position: int, event_id: str, part: str) -> None:
        """Note that a part of the event at a position is zeros."""
        self._zeroed[event_id, part] = position

    def add_named(self, envelope: Envelope, contents: Mapping[str, bytes]) -> str | None:
        """Note what an `article.erased` names; return what is wrong with it, None where nothing is."""
        try:
            erased = codec.from_bytes(contents[PART]).get("parts")
        except KeyError:
            return f"its envelope commits to no part {PART!r}"
        except InvalidEventError as error:
            return f"part {PART!r}: {error}"
        if not isinstance(erased, dict) or not all(isinstance(names, list) for names in erased.values()):
            return f"part {PART!r} names no parts by event"
        for event_id, names in erased.items():
            for name in names:
                self._named.setdefault((event_id, str(name)), set()).add(envelope.source)
        return None

    def problems(self, store: EventStore, start: int) -> Iterator[Problem]:
        """Yield what is zeros and named by no event, and what is named and is no zeros.

        The events at `[start, …)` were walked over; of one ahead of them the rows are looked at here.
        """
        for erased, position in self._zeroed.items():
            if erased not in self._named:
                yield Problem(position, f"part {erased[1]!r} is zeros, and no event tells of an erasure")
        for erased in self._named.keys() - self._zeroed.keys():
            yield from self._pending(store, start, *erased)

    def _pending(self, store: EventStore, start: int, event_id: str, part: str) -> Iterator[Problem]:
        position = store.position_of(event_id)
        recorded = None if position is None else store.event(position)
        if recorded is None or position is None:
            return  # An erasure that was merged in may name events that this archive never had.
        if not self._named[event_id, part] & {recorded.attribute("source"), f"urn:uuid:{store.archive_id}"}:
            return  # One of another source is only in force where it was accepted: then one of our own names it too.
        if position < start:
            rows = store.rows(payload.ROWS_OF_EVENTS, position, position + 1)
            if payload.is_zeroed([row for row in rows if row[1] == part]):
                return
        if part + "commitment" in recorded.envelope.attributes():
            yield Problem(position, f"purge pending: part {part!r} was to be erased, and is still there")


def is_erasure(envelope: Envelope) -> bool:
    """Tell whether an event records an erasure."""
    return envelope.kind == events.ARTICLE_ERASED
