"""What events are read from: an archive here; exports of one in `lines` and `folders`; and which of them a path is."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from archive.errors import ArchiveError, DamagedError, NotAnArchiveError, UnreadableError, UnverifiedError
from archive.moving.carried import Carried, Headed, Header, Tree, is_zeroed
from archive.parts import Chunk

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from archive.erasures import Erased
    from archive.moving.carried import Source
    from archive.store import EventStore, Recorded

_T = TypeVar("_T")

_PAYLOADS = (
    "SELECT position, part, salt, codec, data, checksum FROM payload WHERE position >= ? AND position < ?"
    " ORDER BY position, part, chunk"
)
_TYPES = [bytes, int, bytes, bytes]


class ArchiveSource(Headed):
    """An archive's log, or the events at some `positions` of it; what it has been asked to erase is given as erased.

    Belongs to one thread, as the store does. Reading raises DamagedError where stored bytes are not of their type; what
    is read is not checked otherwise.
    """

    def __init__(self, store: EventStore, positions: Sequence[int] | None = None) -> None:
        super().__init__(str(store.folder))
        self._store = store
        self._positions = positions
        self._size = 0
        self._erased: Mapping[str, Erased] = {}

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Read one state of the log for a `with` block; others go on adding."""
        with self._store.snapshot():
            store = self._store
            tree = Tree(store.size(), store.root())
            self._header = Header(store.archive_id, tree if self._positions is None else None)
            self._size = tree.size
            self._erased = store.erasures.by_event()
            yield

    def envelopes(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and envelope of each event. Raises DamagedError."""
        for recorded in self._recorded():
            yield recorded.position, recorded.encoded

    def events(self, wanted: Container[int] | None = None) -> Iterator[Carried]:
        """Yield each event with its parts, or those at the positions wanted. Raises DamagedError."""
        if self._positions is not None or wanted is not None:
            for recorded in self._recorded():
                if wanted is not None and recorded.position not in wanted:
                    continue
                rows = self._store.rows(_PAYLOADS, recorded.position, recorded.position + 1)
                yield self._carried(recorded, rows)
            return
        payloads = groupby(self._store.stream(_PAYLOADS, 0, self._size), key=itemgetter(0))
        waiting = next(payloads, None)
        for recorded in self._recorded():
            rows = []
            if waiting is not None and waiting[0] == recorded.position:
                rows = list(waiting[1])
                waiting = next(payloads, None)
            yield self._carried(recorded, rows)

    def _recorded(self) -> Iterator[Recorded]:
        if self._positions is None:
            yield from self._store.events(0, self._size)
            return
        for position in self._positions:
            recorded = self._store.event(position)
            if recorded is None:
                raise DamagedError(position, "its event is missing")
            yield recorded

    def _carried(self, recorded: Recorded, rows: list[tuple[Any, ...]]) -> Carried:
        erased = self._erased.get(recorded.attribute("id"))
        gone = frozenset() if erased is None else erased.parts
        return Carried(recorded.position, recorded.encoded, stored_parts(recorded.position, rows, gone))


def stored_parts(position: int, rows: list[tuple[Any, ...]], gone: frozenset[str]) -> dict[str, Sequence[Chunk] | None]:
    """Return the parts of an event from its rows of `payload` (position, part, salt, codec, data, checksum), in order.

    Those that are zeroed, and those `gone`, are None. Raises DamagedError where a column is not of its type.
    """
    found: dict[str, Sequence[Chunk] | None] = {}
    for name, of_part in groupby(rows, key=itemgetter(1)):
        chunks = [Chunk(*row[2:]) for row in of_part]
        if any([type(value) for value in chunk] != _TYPES for chunk in chunks):
            raise DamagedError(position, f"part {name!r}: a column is not of its type")
        found[name] = None if name in gone or is_zeroed(chunks) else chunks
    return found


class ForeignSource(ArchiveSource):
    """Another archive's log: what is wrong with it is no damage of ours."""

    def envelopes(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and envelope of each event. Raises UnverifiedError."""
        return _unverified(self.name, super().envelopes())

    def events(self, wanted: Container[int] | None = None) -> Iterator[Carried]:
        """Yield each event with its parts, or those at the positions wanted. Raises UnverifiedError."""
        return _unverified(self.name, super().events(wanted))


def _unverified(name: str, items: Iterator[_T]) -> Iterator[_T]:
    try:
        yield from items
    except DamagedError as error:
        raise _of_another(name, error) from None


def _of_another(name: str, error: DamagedError) -> ArchiveError:
    if isinstance(error, UnreadableError):
        return error
    where = "" if error.position is None else f"event {error.position}: "
    return UnverifiedError(name, where + error.what)


@contextmanager
def source_at(path: Path, *, lock_timeout: float) -> Iterator[Source]:
    """Open what a path leads to, an archive or an export of one, as a source of events, for a `with` block.

    Raises NotAnArchiveError where it is neither, UnverifiedError, StorageError.
    """
    from archive import database
    from archive.moving.folders import HEADER, FolderSource
    from archive.moving.lines import LinesSource
    from archive.store import EventStore

    with ExitStack() as stack:
        if (path / database.FILE).exists():
            try:
                store = stack.enter_context(EventStore(path, lock_timeout=lock_timeout))
                source: Source = ForeignSource(store)
                stack.enter_context(source.opened())
            except DamagedError as error:
                raise _of_another(str(path), error) from None
        else:
            if path.is_file():
                source = LinesSource(path)
            elif (path / HEADER).exists():
                source = FolderSource(path)
            else:
                if not path.exists():
                    raise NotAnArchiveError(f"there is nothing at {path}; name an archive, or an export of one")
                raise NotAnArchiveError(
                    f"{path} is neither an archive nor an export of one; name the folder of an archive, or what"
                    " `morgue export --format events` or `--format folder` wrote"
                )
            stack.enter_context(source.opened())
        yield source
