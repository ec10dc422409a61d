"""Where the bytes of a version are: in its own event, or for an amended one in that of a version that it amends.

An amended version (`article.amended`) is a new reading of bytes that are there already. Its event follows on that of
the version that was read anew, which may be an amended one itself: the chain ends at the event that holds the bytes.
docs/format.md, "Events".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import events
from archive.errors import DamagedError

if TYPE_CHECKING:
    from archive.store import EventStore, Recorded


def holder(store: EventStore, recorded: Recorded) -> Recorded:
    """Return the event that holds the original of the version that an event recorded. Raises DamagedError."""
    while events.kind_of(recorded.attribute("type")) == events.ARTICLE_AMENDED:
        recorded = amended(store, recorded)
    return recorded


def amended(store: EventStore, recorded: Recorded) -> Recorded:
    """Return the event of the version that an `article.amended` amends: an earlier one of the same article.

    Raises DamagedError where there is none.
    """
    followed = recorded.attribute("causationid")
    position = store.position_of(followed) if followed else None
    # Only ever back, so that no chain is endless.
    earlier = store.event(position) if position is not None and position < recorded.position else None
    if (
        earlier is None
        or earlier.attribute("subject") != recorded.attribute("subject")
        or events.kind_of(earlier.attribute("type")) not in events.ARTICLE_KINDS
    ):
        raise DamagedError(recorded.position, "it amends no earlier version of its article")
    return earlier
