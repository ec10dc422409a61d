"""Merged archives: what `archive.merged` records, and the checks that it makes possible. docs/format.md.

The event says which log was taken in, how long it was and what its root was, and in which order its events stood: all
that is needed to compute that root again, from the events that are here now. Those that were new here stand right
behind it, as a *block*.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import attrs

from archive import codec, events, lookup, merkle
from archive.errors import DamagedError, ErasedError, InvalidEventError
from archive.ids import is_id
from archive.moving.carried import Tree
from archive.new_events import NewEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archive.store import EventStore, Recorded

_ID_BYTES = 16
_AT_ONCE = 500


@attrs.frozen(kw_only=True)
class Merged:
    """What an `archive.merged` says.

    `archive` is the UUID of the archive whose log was taken in, `tree` what that log was; None where only some of its
    events came. `taken` is how many of them were new, and stand right behind. `continues` is the id of an earlier
    `archive.merged` about the same log, whose order goes ahead of `order`: the ids of the log's events.
    """

    archive: str
    tree: Tree | None
    taken: int
    continues: str | None
    order: bytes

    def ids(self) -> Iterator[str]:
        """Yield the ids of `order`."""
        return map(id_of, range(0, len(self.order), _ID_BYTES), [self.order] * (len(self.order) // _ID_BYTES))


def packed_id(event_id: str) -> bytes:
    """Return the 16 bytes of an event's id."""
    return bytes.fromhex(event_id.replace("-", ""))


def id_of(start: int, order: bytes) -> str:
    """Return the id that begins at a byte of an order."""
    digits = order[start : start + _ID_BYTES].hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def archive_merged(merged: Merged, *, archive_id: str, run_id: str) -> NewEvent:
    """Return the event that records that a log was taken into the archive with an id."""
    document: codec.Document = {"archive": merged.archive, "taken": merged.taken}
    if merged.tree is not None:
        document.update(root=merged.tree.root.hex(), size=merged.tree.size)
    if merged.continues is not None:
        document["continues"] = merged.continues
    return NewEvent(
        type=events.type_of(events.ARCHIVE_MERGED),
        subject=archive_id,
        correlation=run_id,
        parts={events.MERGED: codec.to_bytes(document), events.ORDER: merged.order},
    )


def read_merged(store: EventStore, position: int) -> Merged:
    """Read the `archive.merged` at a position. Raises DamagedError, ErasedError."""
    try:
        document = codec.from_bytes(store.part(position, events.MERGED))
    except InvalidEventError as error:
        raise DamagedError(position, str(error)) from None
    order = store.part(position, events.ORDER)
    archive, taken, continues = document.get("archive"), document.get("taken"), document.get("continues")
    size, root = document.get("size"), document.get("root")
    if not isinstance(archive, str) or not is_id(archive) or not isinstance(taken, int) or taken < 0:
        raise DamagedError(position, "its part 'merged' does not say which log was taken in")
    if len(order) % _ID_BYTES or not (continues is None or (isinstance(continues, str) and is_id(continues))):
        raise DamagedError(position, "its part 'order' is not the order of a log")
    tree = None
    if isinstance(size, int) and isinstance(root, str):
        try:
            tree = Tree(size, bytes.fromhex(root))
        except ValueError:
            raise DamagedError(position, "its root is no hash") from None
    return Merged(archive=archive, tree=tree, taken=taken, continues=continues, order=order)


def merges_of(store: EventStore) -> list[int]:
    """Return the positions of the merges that this archive itself recorded, in order. Costs a look-up for each.

    Those that came in with another archive stand in blocks, and are not among them. Raises DamagedError.
    """
    source = f"urn:uuid:{store.archive_id}"
    found: list[int] = []
    end = 0
    for position in store.find(lookup.article_key(store.archive_id)):
        recorded = store.event(position)
        if recorded is None or position < end or recorded.attribute("source") != source:
            continue
        if events.kind_of(recorded.attribute("type")) == events.ARCHIVE_MERGED:
            found.append(position)
            end = position + 1 + read_taken(store, position)
    return found


def read_taken(store: EventStore, position: int) -> int:
    """Return how many events the merge at a position took in. Raises DamagedError."""
    try:
        taken = codec.from_bytes(store.part(position, events.MERGED)).get("taken")
    except InvalidEventError as error:
        raise DamagedError(position, str(error)) from None
    if not isinstance(taken, int) or taken < 0:
        raise DamagedError(position, "its part 'merged' does not say how many events it brought")
    return taken


class Blocks:
    """Where a log holds events that were taken in: half-open ranges of positions, ascending."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._ranges = list(ranges)
        self._starts = [start for start, _ in self._ranges]

    @classmethod
    def of(cls, store: EventStore) -> Blocks:
        """Read them from a log. Raises DamagedError."""
        merges = merges_of(store)
        return cls((position + 1, position + 1 + read_taken(store, position)) for position in merges)

    def start(self, position: int) -> int | None:
        """Return where the block begins that a position is in, None for an event that was recorded here."""
        found = bisect_right(self._starts, position) - 1
        if found < 0 or position >= self._ranges[found][1]:
            return None
        return self._starts[found]

    def recorded_by(self, position: int) -> int:
        """Return the position of the event that tells when the one at a position came into this log."""
        start = self.start(position)
        return position if start is None else start - 1


def check_merged(store: EventStore, recorded: Recorded) -> Iterator[str]:
    """Yield what is wrong with a merge that this archive recorded: the root of the log is computed again.

    That the events behind it are those that its order names, that all that it names are there, and that the root over
    them is the one that is recorded. Costs a look-up for each event of the log that was taken in, and 16 bytes.
    """
    try:
        merged = read_merged(store, recorded.position)
        order = b"".join(_orders(store, recorded.position, merged))
    except (DamagedError, ErasedError) as error:
        yield error.what if isinstance(error, DamagedError) else str(error)
        return
    named = merged.ids()
    for event in store.events(recorded.position + 1, recorded.position + 1 + merged.taken):
        # What it brought stands in the order of that log, in which others may be in between that were here already.
        if event.attribute("id") not in named:
            yield f"the event at {event.position} stands among those that it brought, and not in its order"
            return
    size = 0
    frontier: merkle.Frontier = ()
    for ids in _pages(order):
        leaves = _leaves(store, ids)
        if len(leaves) < len(ids):
            missing = next(event_id for event_id in ids if event_id not in leaves)
            yield f"an event of the log that was taken in is missing: {missing}"
            return
        grown = merkle.append_leaves(size, frontier, [leaves[event_id] for event_id in ids])
        size, frontier = grown.size, grown.frontier
    if merged.tree is not None and (size, merkle.root_of(size, frontier)) != merged.tree:
        yield f"the root of the log of {merged.archive} is not the one over its events"


def _orders(store: EventStore, position: int, merged: Merged) -> list[bytes]:
    """Return the orders that make up a whole one, first to last."""
    orders = [merged.order]
    while merged.continues is not None:
        earlier = store.position_of(merged.continues)
        if earlier is None or earlier >= position:
            raise DamagedError(position, "the merge that it continues is not ahead of it")
        position, merged = earlier, read_merged(store, earlier)
        orders.append(merged.order)
    return orders[::-1]


def _pages(order: bytes) -> Iterator[list[str]]:
    for start in range(0, len(order), _ID_BYTES * _AT_ONCE):
        end = min(start + _ID_BYTES * _AT_ONCE, len(order))
        yield [id_of(at, order) for at in range(start, end, _ID_BYTES)]


def _leaves(store: EventStore, ids: Sequence[str]) -> dict[str, bytes]:
    sql = f"SELECT id, leaf FROM event WHERE id IN ({','.join('?' * len(ids))})"  # noqa: S608 - of question marks only
    return dict(store.rows(sql, *ids))
