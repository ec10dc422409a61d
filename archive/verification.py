"""Verification: every stored byte is compared with what it must be. Nothing is repaired.

Walks the log once. An envelope is checked against its leaf, a leaf against the tree, a payload against its checksum and
its commitment in the envelope, the lookup table and the tree's nodes against what the log says they are, the schema
with its triggers against the format's. Without a published checkpoint this cannot see an owner who rewrote everything
consistently; docs/architecture.md says what is promised.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs

from archive import events, lookup, merkle, parts, schema
from archive.envelope import decode
from archive.errors import DamagedError, InvalidEventError
from archive.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.archive import Archive
    from archive.envelope import Envelope
    from archive.store import EventStore

_PAGE = 512
_BEYOND = {
    "event": "SELECT position FROM event WHERE position < 0 OR position >= ?",
    "payload": "SELECT DISTINCT position FROM payload WHERE position < 0 OR position >= ?",
    "lookup": "SELECT DISTINCT position FROM lookup WHERE position < 0 OR position >= ?",
}


@attrs.frozen
class Problem:
    """Something stored that is not what was recorded; `position` is None where no event can be named."""

    position: int | None
    message: str

    def __str__(self) -> str:
        return self.message if self.position is None else f"position {self.position}: {self.message}"


def verify(archive: Archive, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Iterator[Problem]:
    """Yield every problem found. `progress` is called with events done and in all.

    Costs a read of the whole file and memory for one article; raises StorageError where the file cannot be read.
    """
    store = archive.store
    try:
        with store.snapshot():
            yield from _check_file(store)
            yield from _Walk(archive).problems(progress)
    except DamagedError as error:
        yield Problem(error.position, error.what)


def _check_file(store: EventStore) -> Iterator[Problem]:
    for (line,) in store.rows("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield Problem(None, f"SQLite's own check: {line}")
    stored = {sql for (sql,) in store.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    for statement in schema.STATEMENTS:
        if statement not in stored:
            yield Problem(None, f"the schema lacks, or has changed: {statement.splitlines()[0]}")
    for statement in stored - set(schema.STATEMENTS):
        yield Problem(None, f"the schema has what the format has not: {str(statement).splitlines()[0]}")
    meta = dict(store.rows("SELECT name, value FROM meta"))
    if set(meta) != {"archive", "secret"} or not is_id(store.archive_id) or len(store.secret) != 32:
        yield Problem(None, "the meta table does not hold the archive's id and its secret")


class _Walk:
    """One pass over the log; holds what is summed up on the way."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.store = archive.store
        self.times: dict[str, str] = {}
        self.frontier: merkle.Frontier = ()
        self.lookups = _Multiset()
        self.damaged: set[int] = set()

    def problems(self, progress: Callable[[int, int], None]) -> Iterator[Problem]:
        """Yield the problems of the events in order, then those of the tables that follow from them."""
        size, frontier = self.store.head()
        done = 0
        while page := self.store.rows(
            "SELECT position, id, envelope, leaf FROM event WHERE position >= ? ORDER BY position LIMIT ?", done, _PAGE
        ):
            for number, (position, event_id, encoded, leaf) in enumerate(page, done):
                if position != number:
                    yield Problem(number, f"the event is missing; the next one has position {position}")
                    return
                for message in self._check_event(position, event_id, encoded, leaf):
                    self.damaged.add(position)
                    yield Problem(position, message)
            yield from self._check_nodes(done, [_hash(leaf) for *_, leaf in page])
            done += len(page)
            progress(done, size)
        if (done, self.frontier) != (size, frontier):
            yield Problem(None, f"the head, of size {size}, is not that of the {done} events that are there")
        yield from self._check_leftovers(done)
        yield from self._check_lookups(done)

    def _check_event(self, position: int, event_id: object, encoded: object, leaf: object) -> Iterator[str]:
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
        if position == 0 and envelope.source != f"urn:uuid:{self.archive.id}":
            yield f"the first event is of {envelope.source}, the meta table says {self.archive.id}"
        before = self.times.get(envelope.source, "")
        if envelope.time < before:
            yield f"its time {envelope.time} is before that of the event ahead"
        self.times[envelope.source] = max(before, envelope.time)
        damaged = False
        for message in self._check_payload(position, envelope):
            damaged = True
            yield message
        if envelope.kind in events.FOUND_BY_SUBJECT:
            self.lookups.add(lookup.article_key(envelope.subject), position)
        if not damaged and envelope.kind in events.ARTICLE_KINDS:
            yield from self._check_article(position, envelope)

    def _check_payload(self, position: int, envelope: Envelope) -> Iterator[str]:
        stored = self.store.rows("SELECT part, chunk FROM payload WHERE position = ? ORDER BY part, chunk", position)
        chunks: dict[str, list[int]] = {}
        for part, chunk in stored:
            chunks.setdefault(part, []).append(chunk)
        for part in chunks.keys() - envelope.commitments.keys():
            yield f"it has a part {part!r} that its envelope does not know"
        for part, promised in sorted(envelope.commitments.items()):
            numbers = chunks.get(part, [])
            if not numbers or numbers != list(range(len(numbers))):
                yield f"part {part!r} is missing, or chunks of it are"
                continue
            try:
                rows = self.store.stored_chunks(position, part)
                if parts.commitment(rows[0].salt, parts.unpack(rows)) != promised:
                    yield f"part {part!r} is not what its envelope commits to"
            except parts.BadPartError as error:
                yield f"part {part!r}: {error}"
            except DamagedError as error:
                yield error.what

    def _check_article(self, position: int, envelope: Envelope) -> Iterator[str]:
        try:
            version = self.archive.version(position)
            text = self.archive.text(version)
            original = hashlib.sha256(self.archive.original(version)).hexdigest()
        except DamagedError as error:
            yield error.what
            return
        if version.article.digest != original:
            yield "the digest it states is not that of its original"
        for key in lookup.keys_of(self.store.secret, envelope.subject, version.article, text):
            self.lookups.add(key, position)

    def _check_nodes(self, done: int, leaves: list[bytes]) -> Iterator[Problem]:
        grown = merkle.append_leaves(done, self.frontier, leaves)
        self.frontier = grown.frontier
        for level, number, expected in grown.nodes:
            if self.store.rows("SELECT hash FROM node WHERE level = ? AND number = ?", level, number) != [(expected,)]:
                first, last = number << 8 * level, ((number + 1) << 8 * level) - 1
                yield Problem(first, f"the tree's node over positions {first} to {last} is missing or wrong")

    def _check_leftovers(self, size: int) -> Iterator[Problem]:
        if self.store.rows("SELECT one FROM head") != [(1,)]:
            yield Problem(None, "the head is not in its row")
        levels = range(1, 8)
        [(count,)] = self.store.rows("SELECT count(*) FROM node")
        if count != sum(size >> 8 * level for level in levels):
            yield Problem(None, f"the tree has {count} nodes, which is not the number that {size} events have")
        for table, sql in _BEYOND.items():
            for (position,) in self.store.rows(sql, size):
                yield Problem(position, f"the {table} table knows an event that the log has not")

    def _check_lookups(self, size: int) -> Iterator[Problem]:
        stored = _Multiset()
        after: tuple[int, int] = (-(1 << 63), -1)
        while page := self.store.rows(
            "SELECT key, position FROM lookup WHERE (key, position) > (?, ?) ORDER BY key, position LIMIT ?",
            *after,
            _PAGE,
        ):
            for key, position in page:
                stored.add(key, position)
            after = page[-1]
        if stored.digest != self.lookups.digest:
            yield from self._explain_lookups(size)

    def _explain_lookups(self, size: int) -> Iterator[Problem]:
        """Name the positions whose lookups differ; only run on damage, so it may take memory for all of them."""
        actual: dict[int, set[int]] = {}
        for key, position in self.store.rows("SELECT key, position FROM lookup"):
            actual.setdefault(position, set()).add(key)
        for recorded in self.archive.events(0, size):
            try:
                kind = events.kind_of(recorded.attribute("type"))
                if kind in events.FOUND_BY_SUBJECT:
                    if actual.pop(recorded.position, set()) != {lookup.article_key(recorded.attribute("subject"))}:
                        yield Problem(recorded.position, "the lookup table does not find it as it should")
                    continue
                if kind not in events.ARTICLE_KINDS:
                    continue
                found = actual.pop(recorded.position, set())
                if recorded.position in self.damaged:
                    continue  # It is named already, and what it should be found by cannot be known.
                version = self.archive.version(recorded.position)
                text = self.archive.text(version)
            except DamagedError:
                continue
            if found != set(lookup.keys_of(self.store.secret, version.article_id, version.article, text)):
                yield Problem(recorded.position, "the lookup table does not find it as it should")
        for position in sorted(actual):
            yield Problem(position, "the lookup table finds an article there, where there is none")


def _hash(leaf: object) -> bytes:
    """Return a leaf hash, or one that is wrong in its place where it is none, so that the tree can be computed."""
    return leaf if isinstance(leaf, bytes) and len(leaf) == merkle.HASH_SIZE else bytes(merkle.HASH_SIZE)


class _Multiset:
    """A sum of hashes, equal for equal multisets of (key, position) whatever their order: memory for one number."""

    def __init__(self) -> None:
        self.digest = 0

    def add(self, key: int, position: int) -> None:
        entry = hashlib.sha256(f"{key},{position}".encode()).digest()
        self.digest = (self.digest + int.from_bytes(entry, "big")) % (1 << 256)
