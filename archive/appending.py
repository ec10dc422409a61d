"""Appending: what one transaction brings, written in bulk, with the tree and the head that follow from it.

`archive.store.EventStore.appending` holds the lock and the transaction around it, and says what a crash leaves.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from archive import lookup, merkle, parts, purging
from archive.clock import later, now
from archive.envelope import Envelope, encode
from archive.errors import DamagedError
from archive.ids import new_id
from archive.store import Recorded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from archive.new_events import NewEvent
    from archive.parts import Part

_ROWS = 128
"""Rows of one statement. Their parameters, seven each, are fewer than the 32,766 that SQLite has taken since 3.32."""

_KEYS_AT_ONCE = 512
"""Lookup keys in one statement."""

_HELD_BYTES = 8 << 20
"""Stored bytes that wait for being written in one go."""

_LEAVES = 1 << 14
"""Leaves that wait for being made nodes of the tree: a transaction may have millions."""


class Appender:
    """One transaction's appends. Rows are written some hundred at a time, the head once, at its end.

    `known` are lookup keys that were looked up ahead, with their positions.
    """

    def __init__(self, connection: sqlite3.Connection, archive_id: str, size: int, frontier: merkle.Frontier) -> None:
        self._connection = connection
        self._source = f"urn:uuid:{archive_id}"
        self._old_size = self._grown = size
        self._frontier = frontier
        self._leaves: list[bytes] = []
        self._last_time = ""
        self._events: list[tuple[object, ...]] = []
        self._parts: list[tuple[int, Part | parts.Committed]] = []
        self._lookups: list[tuple[int, int]] = []
        self._held = 0
        self.known: dict[int, list[int]] = {}
        self.erases = False
        if size:
            last = connection.execute("SELECT envelope FROM event WHERE position = ?", (size - 1,)).fetchone()
            if last is None:
                raise DamagedError(size - 1, "its event is missing")
            self._last_time = Recorded(size - 1, last[0]).envelope.time

    @property
    def size(self) -> int:
        """The position that the next event takes."""
        return self._grown + len(self._leaves)

    def look_up(self, keys: Iterable[int]) -> None:
        """Look up keys in bulk: what is there now, and what is appended in this transaction, is `known` from now on."""
        self.flush()
        wanted = sorted(set(keys) - self.known.keys())
        self.known.update((key, []) for key in wanted)
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            sql = f"SELECT key, position FROM lookup WHERE key IN ({','.join('?' * len(some))}) ORDER BY key, position"  # noqa: S608 - of question marks only
            for key, position in self._connection.execute(sql, some):
                self.known[key].append(position)

    def append(self, event: NewEvent, keys: Iterable[int] = ()) -> tuple[int, Envelope]:
        """Append an event with its parts and lookup keys; return its position and envelope.

        Its time is now, but never before that of the event ahead. Raises InvalidEventError before anything of the
        event is written.
        """
        packed: list[Part | parts.Committed] = [*event.packed]
        packed += [parts.commit(name, content) for name, content in event.parts.items()]
        envelope = Envelope(
            id=new_id(),
            source=self._source,
            type=event.type,
            subject=event.subject,
            time=later(self._last_time, now()),
            correlation=event.correlation,
            causation=event.causation,
            commitments={part.name: part.commitment for part in packed},
        )
        self._take(envelope, packed, keys)
        self._last_time = envelope.time
        return self.size - 1, envelope

    def adopt(self, envelope: Envelope, packed: list[Part], keys: Iterable[int] = ()) -> int:
        """Append an event of another log with its envelope as it is; return its position.

        Its time is another clock's: it is no measure for those of the events that follow. Who calls it has checked the
        parts against the envelope. Raises InvalidEventError.
        """
        self._take(envelope, packed, keys)
        return self.size - 1

    def erase(self, parts: Mapping[int, Collection[str]], subject: str) -> None:
        """Overwrite parts of events about an article, or a run, with zeros, by position; drop the keys they have.

        The key of the article's id stays. Who calls it appends an `article.erased` that names the same parts.
        """
        self.flush()
        self.erases = True
        purging.overwrite(self._connection, parts, subject)
        kept = (lookup.article_key(subject), lookup.ERASURES)
        self.known = {
            key: positions if key in kept else [position for position in positions if position not in parts]
            for key, positions in self.known.items()
        }

    def flush(self) -> None:
        """Write the rows that wait, so that they can be read in this transaction."""
        if not self._events:
            return
        self._insert("event (position, id, envelope, leaf)", self._events)
        ready = parts.packed(part for _, part in self._parts)
        self._insert(
            "payload (position, part, chunk, salt, codec, data, checksum)",
            [
                (position, part.name, number, *chunk)
                for (position, _), part in zip(self._parts, ready, strict=True)
                for number, chunk in enumerate(part.chunks)
            ],
        )
        # The keys are random: in their order, each page of the table is touched once.
        self._lookups.sort()
        self._insert("lookup (key, position)", self._lookups)
        self._events, self._parts, self._lookups, self._held = [], [], [], 0

    def seal(self) -> None:
        """Write what waits, the tree's new nodes and the head. Nothing may be appended after it."""
        if self.size == self._old_size:
            return
        self.flush()
        self._grow()
        self._connection.execute(
            "UPDATE head SET size = ?, frontier = ?", (self.size, merkle.pack_frontier(self._frontier))
        )

    def _insert(self, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert rows, many with one statement: it costs half of one statement a row.

        And what is behind a caller has to wait for the interpreter after each statement. Statements are of a power of
        two of rows, so that there are few of them, and each is prepared once.
        """
        start, together = 0, _ROWS
        while start < len(rows):
            while together > len(rows) - start:
                together //= 2
            values = f"({', '.join('?' * len(rows[0]))})"
            statement = f"INSERT INTO {columns} VALUES {', '.join([values] * together)}"  # noqa: S608 - of question marks only
            self._connection.execute(statement, list(chain.from_iterable(rows[start : start + together])))
            start += together

    def _grow(self) -> None:
        """Write the nodes of the tree that became full since."""
        grown = merkle.append_leaves(self._grown, self._frontier, self._leaves)
        self._connection.executemany("INSERT INTO node (level, number, hash) VALUES (?, ?, ?)", grown.nodes)
        self._grown, self._frontier, self._leaves = grown.size, grown.frontier, []

    def _take(self, envelope: Envelope, packed: Sequence[Part | parts.Committed], keys: Iterable[int]) -> None:
        position = self.size
        encoded = encode(envelope)
        leaf = merkle.leaf_hash(encoded)
        self._events.append((position, envelope.id, encoded, leaf))
        for part in packed:
            self._parts.append((position, part))
            self._held += part.size
        for key in set(keys):
            self._lookups.append((key, position))
            if (known := self.known.get(key)) is not None:
                known.append(position)
        self._leaves.append(leaf)
        self._held += len(encoded)
        if self._held > _HELD_BYTES:
            self.flush()
        if len(self._leaves) >= _LEAVES:
            self._grow()


def commit(appender: Appender, writer: sqlite3.Connection, folder: Path, held: ExitStack) -> None:
    """Write what a block appended, and commit it; whatever is `held` is let go of."""
    with held:
        appender.seal()
        if appender.erases:
            purging.mark(folder)
        # A crash before this commit leaves a WAL without a commit record, which SQLite drops when it next opens the
        # file; a crash after it leaves the events, acknowledged or not.
        writer.execute("COMMIT")
        if appender.erases:
            purging.purge(writer, folder, wait=0)
