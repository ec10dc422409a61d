"""A verification: of a whole archive, or of what came since an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import merkle
from archive.clock import now
from archive.errors import DamagedError
from archive.verification import tables
from archive.verification.lookups import check_lookups
from archive.verification.problem import Problem
from archive.verification.verified import Verified
from archive.verification.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archive.archive import Archive


class Verification:
    """One look over an archive, in one state of it; holds what it came to.

    With `since`, only events behind those that were verified then are looked at, and neither SQLite's own check is made
    nor what is older read again: a change of older events is seen by the root hash of their leaves alone, one of their
    payloads not at all. `checkpoint` is the size and the root of a log that this one must extend.
    """

    def __init__(
        self, archive: Archive, *, since: Verified | None = None, checkpoint: tuple[int, bytes] | None = None
    ) -> None:
        self._archive = archive
        self._store = archive.store
        self._since = since
        self._checkpoint = checkpoint
        self.verified: Verified | None = None
        """What was verified; None until all was looked at, and where there was a problem."""
        self._walk: Walk | None = None

    def problems(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Iterator[Problem]:
        """Yield every problem found. `progress` is called with events done and in all. Raises StorageError."""
        sound = True
        try:
            with self._store.snapshot():
                for problem in self._problems(progress):
                    sound = False
                    yield problem
        except DamagedError as error:
            yield Problem(error.position, error.what)
            sound = False
        if sound and self._walk is not None:
            self.verified = Verified(
                archive=self._archive.id,
                size=self._walk.done,
                root=merkle.root_of(self._walk.done, self._walk.frontier).hex(),
                time=now(),
                latest=self._walk.latest,
            )

    def _problems(self, progress: Callable[[int, int], None]) -> Iterator[Problem]:
        store, since = self._store, self._since
        if since is None:
            yield from _guarded(tables.check_database(store))
        yield from _guarded(tables.check_schema(store))
        try:
            size, frontier = store.head()
        except DamagedError as error:
            yield Problem(error.position, error.what)
            size, frontier = tables.events_there(store), None
        for problem in () if since is None else _guarded(self._check_older(since, size)):
            # The log is not the one that was verified then: there is no place to go on from.
            yield problem
            return
        wanted = () if self._checkpoint is None else (self._checkpoint[0],)
        start, latest = (0, {}) if since is None else (since.size, since.latest)
        self._walk = walk = Walk(store, self._archive.id, start, latest, wanted)
        yield from walk.problems(size, progress)
        if frontier is not None and (walk.done, walk.frontier) != (size, frontier):
            yield Problem(None, f"the head, of size {size}, is not that of the {walk.done} events that are there")
        yield from _guarded(tables.check_leftovers(store, walk.done))
        pending = list(_guarded(walk.erasures.problems(store, start)))
        # What was to be erased and is still there has lost its lookups already: that is the same problem, told once.
        known = walk.damaged | {problem.position for problem in pending if problem.position is not None}
        yield from _guarded(check_lookups(store, walk.lookups, start, walk.done, known))
        yield from pending
        yield from _guarded(self._check_checkpoint(walk))

    def _check_older(self, since: Verified, size: int) -> Iterator[Problem]:
        if since.size > size:
            yield Problem(None, f"the log has {size} events; when it was verified on {since.time} it had {since.size}")
        elif self._root(since.size).hex() != since.root:
            yield Problem(None, f"the first {since.size} events are not those that were verified on {since.time}")

    def _check_checkpoint(self, walk: Walk) -> Iterator[Problem]:
        if self._checkpoint is None:
            return
        size, root = self._checkpoint
        if size > walk.done:
            yield Problem(None, f"the log has {walk.done} events, the checkpoint {size}: its end is gone")
        elif (walk.roots[size] if size in walk.roots else self._root(size)) != root:
            yield Problem(None, f"the first {size} events are not those of the checkpoint: their root hash is another")

    def _root(self, size: int) -> bytes:
        """Return the root at a size by the hashes that are stored: for events that are not looked at."""
        try:
            return merkle.root_at(size, self._store)
        except merkle.MissingHashesError as error:
            raise DamagedError(None, str(error)) from None


def _guarded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems; where what is looked at cannot be read, that is one of them, and the next look is taken."""
    try:
        yield from problems
    except DamagedError as error:
        yield Problem(error.position, error.what)
