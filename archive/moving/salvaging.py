"""Salvaging: what is still sound in a damaged archive, event by event, as a source to be exported from.

An event is taken along where its envelope is canonical and hashes to its leaf, and each of its parts is what the
envelope commits to, or erased. What hangs on an event that is lost is lost too: a new reading of bytes that are gone.
Nothing of the archive is changed.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from archive import database, events, failing, merkle
from archive.errors import ArchiveError, DamagedError, NoSuchArchiveError, UnverifiedError
from archive.ids import is_id
from archive.moving.carried import Carried, Headed, Header, check_parts, checked_envelope, content_of
from archive.moving.erasures import Named, erasure_from
from archive.moving.sources import stored_parts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Container, Iterator
    from pathlib import Path

    from archive.envelope import Envelope

_EVENT = "SELECT envelope, leaf FROM event WHERE position = ?"
_PAYLOAD = "SELECT position, part, salt, codec, data, checksum FROM payload WHERE position = ? ORDER BY part, chunk"
_NO_LOG_IS_LONGER = 1 << 40


class NothingSavedError(DamagedError):
    """Of an archive not even its name can be read."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(None, what)
        self.args = (f"nothing of {folder} can be saved: {what}; take a backup: morgue restore BACKUP PATH",)


class SalvageSource(Headed):
    """A damaged archive's sound events. `lost` is told each of the others: its position, and what is wrong with it."""

    def __init__(
        self,
        folder: Path,
        lost: Callable[[int | None, str], None],
        *,
        lock_timeout: float,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        super().__init__(str(folder))
        self._folder = folder
        self._lost = lost
        self._lock_timeout = lock_timeout
        self._progress = progress
        self._connection: sqlite3.Connection | None = None
        self._size = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Open the database for a `with` block. Raises NoSuchArchiveError, NotAnArchiveError, DamagedError."""
        if not (self._folder / database.FILE).exists():
            raise NoSuchArchiveError(self._folder)
        with ExitStack() as stack:
            try:
                with database.translated(self._folder):
                    connection = stack.enter_context(database.reading_damaged(self._folder, self._lock_timeout))
                    database.check_format(connection, self._folder)
                    self._connection = connection
                    self._size = self._longest()
                    self._header = Header(self._archive_id(), None)
            except DamagedError as error:
                why = failing.cut_off(self._folder / database.FILE) or error.what
                raise NothingSavedError(self._folder, why) from None
            yield

    def envelopes(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and envelope of each sound event."""
        for carried in self.events():
            yield carried.position, carried.encoded

    def events(self, wanted: Container[int] | None = None) -> Iterator[Carried]:
        """Yield each sound event with its parts; tell of each other one."""
        named = self._erasures()
        versions: set[str] = set()
        for position in range(self._size):
            try:
                carried, envelope = self._event(position, named)
            except DamagedError as error:
                self._lost(position, error.what)
                continue
            except UnverifiedError as error:
                # Which event it is stands ahead of it already.
                self._lost(position, error.what.removeprefix(f"event {position}").lstrip(":, "))
                continue
            if envelope.kind == events.ARTICLE_AMENDED and envelope.causation not in versions:
                self._lost(position, "the version that it is a new reading of is lost")
                continue
            if envelope.kind in events.ARTICLE_KINDS:
                versions.add(envelope.id)
            if wanted is None or position in wanted:
                yield carried
            self._progress(position + 1, self._size)

    def _event(self, position: int, named: Named) -> tuple[Carried, Envelope]:
        found = self._rows(_EVENT, position)
        if not found:
            raise DamagedError(position, "its event is missing")
        encoded, leaf = found[0]
        if not isinstance(encoded, bytes) or merkle.leaf_hash(encoded) != leaf:
            raise DamagedError(position, "the envelope does not match its leaf hash")
        envelope = checked_envelope(self.name, position, encoded)
        gone = named.counting(envelope.id, envelope.source, self.header.archive)
        carried = Carried(position, encoded, stored_parts(position, self._rows(_PAYLOAD, position), gone))
        check_parts(self.name, carried, envelope)
        for part, chunks in carried.parts.items():
            if chunks is None and part not in named.by_anyone(envelope.id):
                raise DamagedError(position, f"part {part!r} is zeros, and no erasure names it")
        return carried, envelope

    def _erasures(self) -> Named:
        """Read what was erased, as far as that can be read."""
        named = Named()
        for position in range(self._size):
            try:
                found = self._rows(_EVENT, position)
                if not found or not isinstance(found[0][0], bytes) or events.ARTICLE_ERASED.encode() not in found[0][0]:
                    continue
                carried, envelope = self._event(position, Named())
                chunks = carried.parts.get(events.ERASED)
                if envelope.kind == events.ARTICLE_ERASED and chunks is not None:
                    named.add(erasure_from(envelope, content_of(chunks)))
            except ArchiveError:
                continue  # It is told of when its turn comes.
        return named

    def _longest(self) -> int:
        """Return how many events there may be: what the head says, or the last one that is there."""
        sizes = [0]
        for sql in ("SELECT size FROM head", "SELECT max(position) + 1 FROM event"):
            try:
                sizes += [size for (size,) in self._rows(sql) if isinstance(size, int) and size < _NO_LOG_IS_LONGER]
            except DamagedError as error:
                self._lost(None, error.what)
        return max(sizes)

    def _archive_id(self) -> str:
        for sql in ("SELECT value FROM meta WHERE name = 'archive'", "SELECT envelope FROM event WHERE position = 0"):
            try:
                for (value,) in self._rows(sql):
                    found = bytes(value).decode("ascii")
                    if not is_id(found):
                        found = checked_envelope(self.name, 0, value).source.removeprefix("urn:uuid:")
                    return found
            except (DamagedError, UnverifiedError, TypeError, UnicodeDecodeError):
                continue
        raise DamagedError(None, "nothing says which archive it is: its meta table and its first event are lost")

    def _rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        if self._connection is None:
            raise ValueError("a source is read while it is opened")
        with database.translated(self._folder):
            return self._connection.execute(sql, parameters).fetchall()
