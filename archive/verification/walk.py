"""One pass over the events of the log, with their payload beside them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from archive import codec, events, lookup, merkle
from archive.envelope import decode
from archive.errors import DamagedError, InvalidEventError
from archive.moving.merged import check_merged
from archive.store import Recorded
from archive.verification import payload, usual, versions
from archive.verification.erasures import Erasures, is_erasure
from archive.verification.lookups import Fingerprint
from archive.verification.problem import Problem
from archive.verification.rows import Payloads, event_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from archive.envelope import Envelope
    from archive.store import EventStore

PAGE = 256
"""Events between two looks at the tree, and two steps of the progress."""

_LONGEST_GAP = 100_000
"""Events that may be missing in a row: what is behind more than that is not looked at."""


class Walk:
    """A pass over the events at `[start, size)`; holds what is summed up on the way.

    `done` is the number of events up to where it came, those that are missing among others included, and `frontier` the
    tree's right edge there. `latest` has the time of the last event of each source. `roots` has the root at each of the
    `sizes` that were asked for, as far as the walk came by them: they are made of the leaves that were met.
    """

    def __init__(
        self, store: EventStore, archive_id: str, start: int, latest: Mapping[str, str], sizes: Iterable[int]
    ) -> None:
        self.start = self.done = start
        self.frontier = merkle.frontier_at(start, store)
        self.latest = dict(latest)
        self.roots: dict[int, bytes] = {}
        self.lookups = Fingerprint()
        self.erasures = Erasures()
        self.damaged: set[int] = set()
        self._store = store
        self._archive_id = archive_id
        self._sizes = frozenset(sizes)
        self._source = f"urn:uuid:{archive_id}"
        # What a merge brought stands behind it. A merge is one transaction: what was verified never ends in a block.
        self._block_end = start
        self._block_unknown = False
        self._leaves: list[bytes] = []

    def problems(self, size: int, progress: Callable[[int, int], None]) -> Iterator[Problem]:
        """Yield the problems of the events in order, each page of them followed by those of the tree above it."""
        payloads = Payloads(self._store, self.start, size)
        yield from self._grow()
        for position, event_id, encoded, leaf, one in self._looked_at(payloads, size):
            expected = self.done + len(self._leaves)
            if position != expected:
                yield Problem(expected, _missing(expected, position))
                if position - expected > _LONGEST_GAP:
                    return
                for number in range(expected, position):
                    self.damaged.add(number)
                    yield from self._take(bytes(merkle.HASH_SIZE))
            messages: Iterable[str]
            if one is None:
                yield from payloads.strays(position)
                messages = self._check_event(position, event_id, encoded, leaf, payloads)
            else:
                messages = self._take_usual(position, one)
            for message in messages:
                self.damaged.add(position)
                yield Problem(position, message)
            payloads.drop(position)
            yield from self._take(_hash(leaf))
            if self.done == position + 1:
                progress(self.done, size)
        yield from payloads.strays(size)
        yield from self._grow()
        progress(self.done, size)

    def _looked_at(self, payloads: Payloads, size: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of events in order, each with what it is if it is a usual one, else None."""
        rows = event_rows(self._store, self.start, size)
        while batch := [*islice(rows, usual.BATCH)]:
            while batch:
                positions = [row[0] for row in batch]
                ahead, complete = payloads.ahead(positions)
                found = usual.look(batch[:complete], ahead, self._store.secret)
                for row, one in zip(batch[:complete], found, strict=True):
                    yield *row, one
                batch = batch[complete:]

    def _take_usual(self, position: int, one: usual.Usual) -> list[str]:
        self.lookups.add(one.keys, position)
        return [] if self._is_in_block(position, one.source) else self._time_wrong(position, one.source, one.time)

    def _check_event(
        self, position: int, event_id: object, encoded: object, leaf: object, payloads: Payloads
    ) -> Iterator[str]:
        if not isinstance(encoded, bytes):
            yield "the envelope is not of its type"
            return
        if merkle.leaf_hash(encoded) != leaf:
            yield "the envelope does not match its leaf hash"
        try:
            envelope = decode(encoded)
        except InvalidEventError as error:
            yield str(error)
            return
        if envelope.id != event_id:
            yield f"the id column says {event_id!r}, the envelope {envelope.id!r}"
        if position == 0 and envelope.source != self._source:
            yield f"the first event is of {envelope.source}, the meta table says {self._archive_id}"
        in_block = self._is_in_block(position, envelope.source)
        if not in_block:
            yield from self._time_wrong(position, envelope.source, envelope.time)
        try:
            rows = payloads.of(position)
        except DamagedError as error:
            yield error.what
            return
        checked = payload.check(envelope.commitments, rows)
        yield from self._check_payload(Recorded(position, encoded), envelope, checked)
        if envelope.kind == events.ARCHIVE_MERGED and not in_block:
            yield from self._check_merge(Recorded(position, encoded), checked)

    def _is_in_block(self, position: int, source: str) -> bool:
        """Tell whether a merge brought an event, by what the events ahead of it say."""
        self._block_unknown = self._block_unknown and source != self._source
        return position < self._block_end or self._block_unknown

    def _check_merge(self, recorded: Recorded, checked: payload.Checked) -> Iterator[str]:
        try:
            taken = codec.from_bytes(checked.contents[events.MERGED]).get("taken")
        except (KeyError, InvalidEventError):
            taken = None
        if isinstance(taken, int):
            self._block_end = recorded.position + 1 + taken
        else:
            # How many it brought cannot be known: those that follow and are of others. That it is damaged is told.
            self._block_unknown = True
        if not checked.wrong:
            yield from check_merged(self._store, recorded)

    def _time_wrong(self, position: int, source: str, time: str) -> list[str]:
        # What a merge brought has the times of other clocks, in the order of its log: that is not looked at here.
        wrong: list[str] = []
        if source != self._source and position:
            wrong.append(f"it is of {source}, and no merge brought it")
        before = self.latest.get(source, "")
        if time < before:
            wrong.append(f"its time {time} is before that of the event ahead")
        else:
            self.latest[source] = time
        return wrong

    def _check_payload(self, recorded: Recorded, envelope: Envelope, checked: payload.Checked) -> Iterator[str]:
        position, kind = recorded.position, envelope.kind
        yield from checked.wrong
        for part in checked.zeroed:
            self.erasures.add_zeroed(position, envelope.id, part)
        if kind in events.FOUND_BY_SUBJECT:
            self.lookups.add(lookup.life_cycle_keys(kind, envelope.subject), position)
        elif checked.zeroed and kind in events.ARTICLE_KINDS:
            # Of a version that was erased, nothing else may lead to it.
            self.lookups.add((lookup.article_key(envelope.subject),), position)
        elif kind in events.ARTICLE_KINDS and not checked.wrong:
            finding = versions.check(self._store, recorded, envelope, checked.contents)
            self.lookups.add(finding.keys, position)
            if finding.wrong is not None:
                yield finding.wrong
        if is_erasure(envelope) and not checked.wrong:
            unreadable = self.erasures.add_named(envelope, checked.contents)
            if unreadable is not None:
                yield unreadable

    def _take(self, leaf: bytes) -> Iterator[Problem]:
        self._leaves.append(leaf)
        size = self.done + len(self._leaves)
        if size % PAGE == 0 or size in self._sizes:
            yield from self._grow()

    def _grow(self) -> Iterator[Problem]:
        """Take the leaves that were met into the tree, and compare the nodes that became full with those stored."""
        grown = merkle.append_leaves(self.done, self.frontier, self._leaves)
        self.done, self.frontier, self._leaves = grown.size, grown.frontier, []
        if self.done in self._sizes:
            self.roots[self.done] = merkle.root_of(self.done, self.frontier)
        for level, number, expected in grown.nodes:
            first, last = number << 8 * level, ((number + 1) << 8 * level) - 1
            try:
                stored = self._store.rows("SELECT hash FROM node WHERE level = ? AND number = ?", level, number)
            except DamagedError as error:
                yield Problem(first, f"the tree's node over positions {first} to {last}: {error.what}")
                continue
            if stored != [(expected,)]:
                yield Problem(first, f"the tree's node over positions {first} to {last} is missing or wrong")


def _missing(expected: int, position: int) -> str:
    if position == expected + 1:
        return f"the event is missing; the next one has position {position}"
    return f"the events up to position {position - 1} are missing"


def _hash(leaf: object) -> bytes:
    """Return a leaf hash, or one that is wrong in its place where it is none, so that the tree can be computed."""
    return leaf if isinstance(leaf, bytes) and len(leaf) == merkle.HASH_SIZE else bytes(merkle.HASH_SIZE)
