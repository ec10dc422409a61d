"""The lookup table against what the log says it is: equal as multisets, in memory for a number."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archive import events, lookup
from archive.errors import DamagedError
from archive.verification import payload, versions
from archive.verification.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from archive.store import EventStore

_PRIME = (1 << 255) - 19
_HALF = 1 << 63


class Fingerprint:
    """A number that is equal for equal multisets of (key, position), whatever their order.

    It is the product of x − (key, position) over them, modulo a prime, where the pair is read as one number and x is
    random: a polynomial that knows its multiset by its roots, at a place that nobody could know before. Two multisets
    of n pairs that differ have the same product with a probability of n in 2^255 (Schwartz 1980, Zippel 1979).
    """

    def __init__(self, place: int | None = None) -> None:
        self.place = int.from_bytes(os.urandom(32), "big") % _PRIME if place is None else place
        self.product = 1

    def add(self, keys: Iterable[int], position: int) -> None:
        """Take in that a position is under some keys: 64-bit integers, as SQLite's are."""
        root = self.place - _HALF - position
        product = self.product
        for key in keys:
            product = product * (root - (key + _HALF << 64)) % _PRIME
        self.product = product

    def take(self, pairs: Iterable[tuple[object, object]]) -> bool:
        """Take in many pairs, as `add` does; tell whether all were of integers: after another one there is no end."""
        place, product = self.place - _HALF, self.product
        for key, position in pairs:
            if type(key) is not int or type(position) is not int:
                return False
            product = product * (place - position - (key + _HALF << 64)) % _PRIME
        self.product = product
        return True


def check_lookups(
    store: EventStore, expected: Fingerprint, start: int, size: int, known: Collection[int]
) -> Iterator[Problem]:
    """Yield a problem for each event at `[start, size)` that the lookup table does not find as it should.

    `expected` are the keys that follow from the log. Events in `known` are damaged, and named already: what they
    should be found by cannot be known.
    """
    stored = Fingerprint(expected.place)
    # What lies behind the log is no event's, and told of by itself.
    rows = store.stream("SELECT key, position FROM lookup WHERE position >= ? AND position < ?", start, size)
    if not stored.take(rows) or stored.product != expected.product:
        yield from _explain(store, start, size, known)


def _explain(store: EventStore, start: int, size: int, known: Collection[int]) -> Iterator[Problem]:
    """Name the positions whose lookups differ; only run on damage, so it may take memory for all of them."""
    actual: dict[int, set[object]] = {}
    for key, position in store.stream(
        "SELECT key, position FROM lookup WHERE position >= ? AND position < ?", start, size
    ):
        actual.setdefault(position, set()).add(key)
    for position in range(start, size):
        found = actual.pop(position, set())
        if position in known:
            continue
        try:
            wanted = _keys(store, position)
        except DamagedError:
            continue  # Named already, when the event was looked at.
        if found and not wanted:
            yield Problem(position, "the lookup table finds an article there, where there is none")
        elif found != wanted:
            yield Problem(position, "the lookup table does not find it as it should")
    for position in actual:
        yield Problem(None, f"the lookup table finds an article at {position!r}, which is no position")


def _keys(store: EventStore, position: int) -> set[int]:
    """Return the keys that an event must be found by. Raises DamagedError."""
    recorded = store.event(position)
    if recorded is None:
        raise DamagedError(position, "its event is missing")
    envelope = recorded.envelope
    if envelope.kind in events.FOUND_BY_SUBJECT:
        return set(lookup.life_cycle_keys(envelope.kind, envelope.subject))
    if envelope.kind not in events.ARTICLE_KINDS:
        return set()
    checked = payload.check(envelope.commitments, store.rows(payload.ROWS_OF_EVENTS, position, position + 1))
    if checked.wrong:
        raise DamagedError(position, checked.wrong[0])
    if checked.zeroed:
        return {lookup.article_key(envelope.subject)}
    return set(versions.check(store, recorded, envelope, checked.contents).keys)
