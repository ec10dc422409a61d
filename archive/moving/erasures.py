"""Erasures of a log: which parts of which events its `article.erased` events name, and for whom that counts.

An erasure counts for the events of the archive that recorded it, and for all events in the log of that archive. One
that came in with another archive counts here for events of its own source only: that others may not make us destroy
what is ours. docs/format.md, "Merged archives".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive import codec
from archive.errors import InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archive.envelope import Envelope


@attrs.frozen(kw_only=True)
class Erasure:
    """An `article.erased` event: its id, its source, and the parts that it names, by the ids of their events."""

    id: str
    source: str
    subject: str
    named: Mapping[str, frozenset[str]]


def erasure_from(envelope: Envelope, document: bytes) -> Erasure:
    """Read an erasure from its envelope and its part `erased`. Raises InvalidEventError."""
    named = codec.from_bytes(document).get("parts")
    if not isinstance(named, dict) or not all(isinstance(some, list) for some in named.values()):
        raise InvalidEventError("an erasure does not name what it erased")
    return Erasure(
        id=envelope.id,
        source=envelope.source,
        subject=envelope.subject,
        named={event_id: frozenset(map(str, some)) for event_id, some in named.items()},
    )


def counts_for(erasure_source: str, event_source: str, archive_id: str) -> bool:
    """Tell whether an erasure of one source counts for an event of another one, in the archive with an id."""
    return erasure_source in {event_source, f"urn:uuid:{archive_id}"}


class Named:
    """What the erasures of one log or more name, summed up: by event and erasure, the parts."""

    def __init__(self, erasures: Iterable[Erasure] = ()) -> None:
        self._parts: dict[str, dict[str, tuple[str, frozenset[str]]]] = {}
        for erasure in erasures:
            self.add(erasure)

    def add(self, erasure: Erasure) -> None:
        """Take one more along."""
        for event_id, names in erasure.named.items():
            self._parts.setdefault(event_id, {})[erasure.id] = (erasure.source, names)

    def by_anyone(self, event_id: str) -> frozenset[str]:
        """Return the parts of an event that some erasure names: those that may be gone."""
        return frozenset().union(*(names for _, names in self._parts.get(event_id, {}).values()))

    def counting(self, event_id: str, event_source: str, archive_id: str) -> frozenset[str]:
        """Return the parts of an event that must be gone in the archive with an id."""
        return frozenset().union(
            *(
                names
                for source, names in self._parts.get(event_id, {}).values()
                if counts_for(source, event_source, archive_id)
            )
        )

    def first(self, event_id: str) -> str | None:
        """Return the id of the first erasure that names an event, None where none does."""
        return next(iter(self._parts.get(event_id, {})), None)
