"""Planning a merge: what of another log is new here, what its root is, and what both logs have erased. Reads only."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import attrs

from archive import events, merkle
from archive.erasures import named_parts
from archive.errors import ConflictError, InvalidEventError, UnverifiedError
from archive.moving.carried import Tree, check_parts, checked_envelope, content_of
from archive.moving.erasures import Erasure, Named, erasure_from
from archive.moving.merged import merges_of, packed_id, read_merged
from archive.peeking import peek

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.archive import Archive
    from archive.moving.carried import Source
    from archive.store import EventStore

_AT_ONCE = 500


class Positions:
    """Ascending positions, kept as ranges: nearly always there is one."""

    def __init__(self, positions: Iterable[int] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._count = 0
        for position in positions:
            self.add(position)

    def add(self, position: int) -> None:
        """Add a position above all that there are."""
        self._count += 1
        if self._ends and self._ends[-1] == position:
            self._ends[-1] += 1
        else:
            self._starts.append(position)
            self._ends.append(position + 1)

    def __contains__(self, position: object) -> bool:
        found = bisect_right(self._starts, position) - 1  # type: ignore[call-overload]
        return found >= 0 and position < self._ends[found]  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return self._count


@attrs.frozen(kw_only=True)
class ForeignErasure:
    """An erasure of another log, with the bytes of its parts that say on what ground, and what it suppresses."""

    erasure: Erasure
    is_new: bool
    ground: bytes
    suppressed: bytes


@attrs.frozen(kw_only=True)
class Plan:
    """What merging a log comes to.

    `tree` is what was computed over its events, None where not all of them are there; `order` the ids of its events, 16
    bytes each, from the end of the merge that is `continued` on (the id of its event). `new` are the positions, in that
    log, of the events that are not here, `known` how many are. `named` is what all erasures of both logs name.
    """

    tree: Tree | None
    order: bytes
    continued: str | None
    new: Positions
    known: int
    erasures: tuple[ForeignErasure, ...]
    named: Named


def plan(archive: Archive, source: Source) -> Plan:
    """Compare a log with an archive's, which may be empty. Raises UnverifiedError, ConflictError, what reading raises.

    Costs a look at each envelope; memory for 16 bytes an event, and for the erasures.
    """
    store = archive.store
    continuing = _Continuing(store, source.header.archive)
    order = bytearray()
    new, erasing = Positions(), Positions()
    size, known = 0, 0
    frontier: merkle.Frontier = ()
    for page in _pages(source):
        if size == 0:
            _check_first(source, *page[0])
        here = _known(store, source.name, page)
        for position, event_id, encoded in page:
            order += packed_id(event_id)
            if _attribute(source.name, position, encoded, "type").startswith(f"morgue.{events.ARTICLE_ERASED}.v"):
                erasing.add(position)
            if event_id in here:
                known += 1
            else:
                new.add(position)
                _check_new(archive, source, position, encoded)
        for leaf in (merkle.leaf_hash(encoded) for *_, encoded in page):
            frontier = merkle.append_leaves(size, frontier, [leaf]).frontier
            size += 1
            continuing.look(size, frontier)
    tree = None
    if source.header.tree is not None:
        tree = Tree(size, merkle.root_of(size, frontier))
        if tree != source.header.tree:
            raise UnverifiedError(source.name, "the root over its events is not the one that it states")
    begin = 16 * continuing.size if tree is not None else 0
    named = Named(own_erasures(store))
    erasures = tuple(_foreign_erasures(source, erasing, new)) if len(erasing) else ()
    for one in erasures:
        named.add(one.erasure)
    return Plan(
        tree=tree,
        order=bytes(order[begin:]),
        continued=continuing.event_id if begin else None,
        new=new,
        known=known,
        erasures=erasures,
        named=named,
    )


class _Continuing:
    """The latest merge of the same log that its present state extends."""

    def __init__(self, store: EventStore, archive_id: str) -> None:
        self._earlier: dict[int, tuple[str, bytes]] = {}
        for position in merges_of(store):
            merged = read_merged(store, position)
            recorded = store.event(position)
            if merged.archive == archive_id and merged.tree is not None and recorded is not None:
                self._earlier[merged.tree.size] = (recorded.attribute("id"), merged.tree.root)
        self.size = 0
        self.event_id: str | None = None

    def look(self, size: int, frontier: merkle.Frontier) -> None:
        """See whether a merge was of the log as it was at a size."""
        if size in self._earlier and self._earlier[size][1] == merkle.root_of(size, frontier):
            self.size, self.event_id = size, self._earlier[size][0]


def _pages(source: Source) -> Iterator[list[tuple[int, str, bytes]]]:
    page: list[tuple[int, str, bytes]] = []
    for position, encoded in source.envelopes():
        page.append((position, _attribute(source.name, position, encoded, "id"), encoded))
        if len(page) == _AT_ONCE:
            yield page
            page = []
    if page:
        yield page


def _attribute(name: str, position: int, encoded: bytes, attribute: str) -> str:
    try:
        return peek(encoded, attribute)
    except (ValueError, TypeError):
        raise UnverifiedError(name, f"event {position}: the envelope cannot be read") from None


def _check_first(source: Source, position: int, event_id: str, encoded: bytes) -> None:
    envelope = checked_envelope(source.name, position, encoded)
    if source.header.tree is None:
        return
    about = (envelope.kind, envelope.source, envelope.id)
    if about != (events.ARCHIVE_CREATED, f"urn:uuid:{source.header.archive}", event_id):
        raise UnverifiedError(source.name, f"it does not begin with the creation of {source.header.archive}")


def _known(store: EventStore, name: str, page: list[tuple[int, str, bytes]]) -> set[str]:
    """Return which events of a page are here. Raises ConflictError where one of them is here with other bytes."""
    ids = [event_id for _, event_id, _ in page]
    sql = f"SELECT id, position, envelope FROM event WHERE id IN ({','.join('?' * len(ids))})"  # noqa: S608 - of question marks only
    here = {event_id: (position, encoded) for event_id, position, encoded in store.rows(sql, *ids)}
    for position, event_id, encoded in page:
        if event_id in here and here[event_id][1] != encoded:
            what = f"event {position} has the id of the one at position {here[event_id][0]} here, and other bytes"
            raise ConflictError(name, what)
    return set(here)


def _check_new(archive: Archive, source: Source, position: int, encoded: bytes) -> None:
    """Refuse what would be a second beginning of this archive, or give it a key that it does not know."""
    if not archive.size() or f'"source":"urn:uuid:{archive.id}"'.encode() not in encoded:
        return
    if b'"type":"morgue.archive.created.v' in encoded:
        raise ConflictError(source.name, f"event {position} begins another log under the id of this archive")
    if b'"type":"morgue.archive.keyed.v' in encoded:
        raise ConflictError(
            source.name,
            f"event {position} gives this archive another key in its own name, and this archive does not know of it; to"
            " take over the articles only, export them by their IDs",
        )


def own_erasures(store: EventStore) -> Iterator[Erasure]:
    """Yield all erasures that a log holds. Raises DamagedError."""
    for position in store.erasures.positions():
        recorded = store.event(position)
        if recorded is not None:
            envelope = recorded.envelope
            named = named_parts(store, position)
            yield Erasure(id=envelope.id, source=envelope.source, subject=envelope.subject, named=named)


def _foreign_erasures(source: Source, positions: Positions, new: Positions) -> Iterator[ForeignErasure]:
    for carried in source.events(positions):
        envelope = checked_envelope(source.name, carried.position, carried.encoded)
        check_parts(source.name, carried, envelope)
        contents = {part: b"" if chunks is None else content_of(chunks) for part, chunks in carried.parts.items()}
        try:
            erasure = erasure_from(envelope, contents.get(events.ERASED, b""))
        except InvalidEventError as error:
            raise UnverifiedError(source.name, f"event {carried.position}: {error}") from None
        yield ForeignErasure(
            erasure=erasure,
            is_new=carried.position in new,
            ground=contents.get(events.ERASURE, b"") or b"{}",
            suppressed=contents.get(events.SUPPRESSED, b"") or b"{}",
        )
