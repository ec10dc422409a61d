"""Standings: what became of articles by each event, as the index keeps it, so that one index answers for every moment.

A standing says how the current version of an article stands after an event: flags, counts, and tags where they are
others than those that the version states. There is one behind every event of a life cycle, and behind every version of
an article that had a life cycle by then. As of a position, how a version stands is the last standing of it up to there.
"""

from __future__ import annotations

from typing import NamedTuple

WITHHELD, RETRACTED, ERASED, RETAGGED, TURNS = 1, 2, 4, 8, 16
"""The flags. RETAGGED: it has other tags than its version states. TURNS: since this event, it may be found by searches
where it was not, or not any more."""

HIDDEN = WITHHELD | ERASED
"""With either of these, no search finds it."""


class Standing(NamedTuple):
    """How a version stands after the event at `position`; `version` is the version's position.

    `tags` are those of the article, if it has the flag RETAGGED.
    """

    position: int
    version: int
    flags: int
    corrections: int = 0
    notes: int = 0
    tags: tuple[str, ...] = ()
