"""The event store: an append-only log of events in one SQLite file, with its Merkle tree and its lookup table.

Durability: when `appending` has ended without an error, all that was appended in it is on disk, synced, and survives
kill -9 and a power cut. When it ends with an error or never ends, nothing of it is there.
Concurrency: any number of processes append, one at a time, under one kernel lock; readers never wait for them.
One store object belongs to one thread. Envelopes are imported where they are made or parsed: a search does neither.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from archive import database, lock, merkle, parts, purging
from archive.erasures import Erasures
from archive.errors import (
    DamagedError,
    ErasedError,
    InvalidEventError,
    NoSuchArchiveError,
    StorageError,
    UnopenableError,
    UnreadableError,
)
from archive.peeking import peek

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from archive.appending import Appender
    from archive.behind import Behind
    from archive.envelope import Envelope

PAGE = 512
"""Events read by one statement: no reader holds a snapshot for long, which would keep the WAL from shrinking."""

LOCK_TIMEOUT = 30.0
"""Seconds to wait for the lock, unless told otherwise."""

_PAGES_AT_ONCE = 4096
"""Pages that a copy takes between two reports of progress: 64 MiB."""

_MOST_EVENTS = 1 << 63


class Recorded(NamedTuple):
    """An event in the log: its position and the stored bytes of its envelope."""

    position: int
    encoded: bytes

    @property
    def envelope(self) -> Envelope:
        """The parsed envelope. Raises DamagedError."""
        from archive.envelope import decode

        try:
            return decode(self.encoded)
        except (InvalidEventError, TypeError) as error:
            raise DamagedError(self.position, str(error)) from None

    def attribute(self, name: str) -> str:
        """One attribute of the envelope, found without parsing the rest. Raises DamagedError."""
        try:
            return peek(self.encoded, name)
        except (ValueError, TypeError):
            raise DamagedError(self.position, "its envelope cannot be read") from None


class EventStore:
    """One archive's events.db. Holds connections: close it, or use it in a `with` block."""

    def __init__(self, folder: Path, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        """Open an existing store for reading; it opens itself for writing when something is appended.

        Raises NoSuchArchiveError, NotAnArchiveError, StorageError.
        """
        self.folder = folder
        self.lock_timeout = lock_timeout
        self._stack = ExitStack()
        self._writer: sqlite3.Connection | None = None
        self._appender: Appender | None = None
        self._behind: Behind | None = None
        self.erasures = Erasures(self)
        try:
            self._open(folder, lock_timeout)
        except DamagedError as error:
            self._stack.close()
            raise _unopenable(folder, error) from None
        except BaseException:
            self._stack.close()
            raise

    def _open(self, folder: Path, lock_timeout: float) -> None:
        with database.translated(folder):
            if not (folder / database.FILE).exists():
                raise NoSuchArchiveError(folder)
            self._reader = self._stack.enter_context(database.reading(folder, lock_timeout))
            database.check_format(self._reader, folder)
            meta = dict(self._reader.execute("SELECT name, value FROM meta"))
            try:
                self.archive_id: str = meta["archive"].decode("ascii")
                self.secret = bytes(memoryview(meta["secret"]))
            except (KeyError, UnicodeDecodeError, AttributeError, TypeError):
                raise DamagedError(None, "its meta table does not hold the archive's id and its secret") from None

    @classmethod
    def create(
        cls, folder: Path, genesis: Callable[[str], Mapping[str, bytes]], *, lock_timeout: float = LOCK_TIMEOUT
    ) -> EventStore:
        """Create a store whose first event is `archive.created`, and open it.

        `genesis` returns the parts of that event, given the archive's id. Where a store exists already, that is opened.
        Raises NotAnArchiveError where a folder holds other things.
        """
        from archive.creating import create_store

        try:
            create_store(folder, genesis, lock_timeout)
        except DamagedError as error:
            raise _unopenable(folder, error) from None
        return cls(folder, lock_timeout=lock_timeout)

    def close(self) -> None:
        """Close all connections; the lock is held while the writing one may checkpoint.

        Raises BusyError, StorageError.
        """
        try:
            self.settle()
        finally:
            with database.translated(self.folder):
                self._stack.close()
                if self._writer is not None:
                    with lock.held(self.folder / database.LOCK, timeout=self.lock_timeout):
                        if purging.is_pending(self.folder):
                            purging.purge(self._writer, self.folder, wait=0)
                        self._writer.close()
                    self._writer = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def size(self) -> int:
        """Return the number of events, which is the position of the next one."""
        return self.head()[0]

    def root(self, size: int | None = None) -> bytes:
        """Return the Merkle root over the first `size` events, or over all. Costs some hundred hashes at most."""
        total, frontier = self.head()
        if size is None or size == total:
            return merkle.root_of(total, frontier)
        if not 0 <= size <= total:
            raise ValueError(f"the log has {total} events, not {size}")
        try:
            return merkle.root_at(size, self)
        except merkle.MissingHashesError as error:
            raise DamagedError(None, str(error)) from None

    def read_hashes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """Return stored hashes `[start, end)` of a level of the tree: the `merkle.HashReader` protocol."""
        if level == 0:
            sql = "SELECT leaf FROM event WHERE position >= ? AND position < ? ORDER BY position"
            return [leaf for (leaf,) in self.rows(sql, start, end)]
        sql = "SELECT hash FROM node WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
        return [node for (node,) in self.rows(sql, level, start, end)]

    def event(self, position: int) -> Recorded | None:
        """Return the event at a position, None beyond the end of the log."""
        if not 0 <= position < _MOST_EVENTS:
            return None
        found = self.rows("SELECT envelope FROM event WHERE position = ?", position)
        return Recorded(position, found[0][0]) if found else None

    def events(self, start: int = 0, end: int | None = None) -> Iterator[Recorded]:
        """Yield the events at `[start, end)` in order; without an end, to the end of the log as it is met.

        Raises DamagedError where one between others is missing: a reader would never know of it.
        """
        start = max(start, 0)
        while end is None or start < end:
            stop = start + PAGE if end is None else min(start + PAGE, end)
            page = self.rows(
                "SELECT position, envelope FROM event WHERE position >= ? AND position < ? ORDER BY position",
                start,
                stop,
            )
            for expected, (position, encoded) in enumerate(page, start):
                if position != expected:
                    raise DamagedError(expected, "its event is missing")
                yield Recorded(position, encoded)
            if len(page) < stop - start:
                return
            start = stop

    def position_of(self, event_id: str) -> int | None:
        """Return the position of the event with an id, None where there is none."""
        found = self.rows("SELECT position FROM event WHERE id = ?", event_id)
        return found[0][0] if found else None

    def find(self, key: int) -> list[int]:
        """Return the positions under a lookup key, in order: candidates, to be confirmed against the payload."""
        if self._appender is not None and (known := self._appender.known.get(key)) is not None:
            return list(known)
        return [position for (position,) in self.rows("SELECT position FROM lookup WHERE key = ? ORDER BY 1", key)]

    def part(self, position: int, name: str) -> bytes:
        """Return the bytes of a payload part. Raises ErasedError, DamagedError (missing, or not what was recorded)."""
        return b"".join(self.part_chunks(position, name))

    def part_chunks(self, position: int, name: str) -> Iterator[bytes]:
        """Yield the bytes of a payload part, a chunk at a time. Raises ErasedError, DamagedError."""
        chunks = self.stored_chunks(position, name)
        if not chunks:
            raise DamagedError(position, f"its part {name!r} is missing")
        try:
            yield from parts.unpack(chunks)
        except parts.BadPartError as error:
            raise self.unreadable(position, name, error) from None

    def unreadable(self, position: int, name: str, error: parts.BadPartError) -> DamagedError | ErasedError:
        """Return what it means that a part could not be read: damage, unless an erasure names the part."""
        recorded = self.event(position)
        erased = None if recorded is None else self.erasures.of_event(recorded.attribute("id"))
        if recorded is None or erased is None or name not in erased.parts:
            return DamagedError(position, f"part {name!r}: {error}")
        return ErasedError(position, recorded.attribute("subject"), erased.recorded_at)

    def erased_parts(self, position: int) -> frozenset[str]:
        """Return the names of the parts of an event that an `article.erased` names. For all, see `erasures`."""
        recorded = self.event(position)
        return frozenset() if recorded is None else self.erasures.of_event(recorded.attribute("id")).parts

    def stored_chunks(self, position: int, name: str) -> list[parts.Chunk]:
        """Return the stored rows of a part, unchecked but for their types. Raises DamagedError."""
        sql = "SELECT salt, codec, data, checksum FROM payload WHERE position = ? AND part = ? ORDER BY chunk"
        rows = self.rows(sql, position, name)
        if any([type(value) for value in row] != [bytes, int, bytes, bytes] for row in rows):
            raise DamagedError(position, f"part {name!r}: a column is not of its type")
        return [parts.Chunk(*row) for row in rows]

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query, read through the connection of the transaction that is open, if any."""
        connection = self._reader
        with database.translated(self.folder):
            if self._appender is not None and self._writer is not None:
                self._appender.flush()
                connection = self._writer
            return connection.execute(sql, parameters).fetchall()

    def stream(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query as they are read, so that none is held: within a `snapshot` only."""
        with database.translated(self.folder):
            # Not `yield from`, which closes the cursor with the generator: the connection may be gone by then.
            for row in self._reader.execute(sql, parameters):  # noqa: UP028 - see above
                yield row

    def head(self) -> tuple[int, merkle.Frontier]:
        """Return the number of events and the right edge of their Merkle tree. Raises DamagedError."""
        with database.translated(self.folder):
            return _head_of(self._reader if self._appender is None or self._writer is None else self._writer)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the log for a `with` block, whatever is appended meanwhile."""
        with database.translated(self.folder):
            self._reader.execute("BEGIN")
            try:
                yield
            except BaseException:
                # Whatever that cannot do then, what went wrong before says more; nor may it hinder a generator's end.
                with suppress(sqlite3.Error):
                    self._reader.execute("COMMIT")
                raise
            self._reader.execute("COMMIT")

    def copy(self, target: sqlite3.Connection, progress: Callable[[int, int], None]) -> None:
        """Copy one state of the database into another one by SQLite's own backup, while others go on adding.

        `progress` is called with pages done and in all. Raises StorageError, DamagedError.
        """
        with self.snapshot(), database.translated(self.folder):
            # Within a transaction the state is settled: the copy never begins anew because somebody wrote.
            self._reader.execute("SELECT size FROM head").fetchone()
            self._reader.backup(
                target, pages=_PAGES_AT_ONCE, progress=lambda _, left, total: progress(total - left, total), sleep=0
            )

    # Appending

    @contextmanager
    def appending(self, *, behind: bool = False) -> Iterator[Appender]:
        """Hold the lock and a transaction for a `with` block; commit at its end, roll back if it raises.

        What is looked up inside sees what was appended inside. Raises BusyError when the lock is not to be had in
        time, StorageError when the disk refuses; then nothing of the block is in the log. With `behind`, the end of the
        block leaves compressing, writing and the commit to a thread: `settle` waits for it, as the next `appending`
        does and `close`, and raises what went wrong. Until then nothing of the block is acknowledged, nor seen.
        """
        self.settle()
        if self._writer is None and not os.access(self.folder, os.W_OK):
            # The reader of such a folder shares the lock all the while: to wait for it would be to wait for ourselves.
            raise StorageError(f"{self.folder}: the folder cannot be written; nothing can be added to its archive")
        with ExitStack() as held:
            held.enter_context(database.translated(self.folder, writing=True))
            held.enter_context(lock.held(self.folder / database.LOCK, timeout=self.lock_timeout))
            if self._writer is None:
                self._writer = database.connect_writer(self.folder)
            writer = self._writer
            if purging.is_pending(self.folder):
                purging.purge(writer, self.folder, wait=0)
            writer.execute("BEGIN IMMEDIATE")
            held.push(partial(self._roll_back, writer))
            try:
                from archive.appending import Appender, commit

                self._appender = appender = Appender(writer, self.archive_id, *_head_of(writer))
                yield appender
                if behind:
                    from archive.behind import Behind

                    self._behind = Behind(partial(commit, appender, writer, self.folder, held.pop_all()))
                else:
                    commit(appender, writer, self.folder, held.pop_all())
            finally:
                self._appender = None

    def purge(self, *, wait: float) -> bool:
        """Drive what was erased out of the WAL, where that is pending; tell whether nothing is pending any more.

        Waits up to `wait` seconds for readers. Raises BusyError, StorageError.
        """
        self.settle()
        if not purging.is_pending(self.folder):
            return True
        with (
            database.translated(self.folder, writing=True),
            lock.held(self.folder / database.LOCK, timeout=self.lock_timeout),
        ):
            if self._writer is None:
                self._writer = database.connect_writer(self.folder)
            return purging.purge(self._writer, self.folder, wait=wait)

    def settle(self) -> None:
        """Wait for what was left to a thread: it is on disk then. Raises StorageError where it could not be written."""
        if self._behind is not None:
            behind, self._behind = self._behind, None
            behind.wait()

    def _roll_back(self, writer: sqlite3.Connection, error: type[BaseException] | None, *_: object) -> None:
        """Undo a transaction that did not end well: called as the exit of a `with` block is."""
        if error is None:
            return
        if writer.in_transaction:
            writer.execute("ROLLBACK")
        self.erasures.forget()


def _unopenable(folder: Path, error: DamagedError) -> DamagedError:
    """Return what to say of an archive that cannot be opened."""
    if isinstance(error, (UnreadableError, UnopenableError)):
        return error
    from archive import failing

    return UnopenableError(folder, failing.cut_off(folder / database.FILE) or error.what)


def _head_of(connection: sqlite3.Connection) -> tuple[int, merkle.Frontier]:
    found = connection.execute("SELECT size, frontier FROM head").fetchall()
    try:
        [(size, frontier)] = found
        return size, merkle.unpack_frontier(size, frontier)
    except (ValueError, TypeError):
        raise DamagedError(None, "its head is missing, or does not fit its size") from None
