"""The index of an archive: always there, as fresh as it can be, and never in the way.

It is a projection: whatever is wrong with it, it is built anew from the log. A search catches up first; where it
cannot, it serves what there is and says how far behind that is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from index.errors import (
    BadPositionError,
    ForeignIndexError,
    IndexBusyError,
    TornIndexError,
    UnsearchableError,
    reading_files,
)
from index.generations import Generations
from index.schema_hash import schema_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.archive import Archive
    from archive.article import Version
    from index.generations import Generation
    from index.matching import Matching
    from index.reading import View
    from index.search import Request, Results

_T = TypeVar("_T")

FOLDER = "index"
BUILD_TIMEOUT = 30.0
"""Seconds that a process without any index waits for another one that is building."""


def _no_progress(_done: int, _total: int) -> None:
    pass


class Index:
    """The search over one archive, in the thread of that archive.

    `note` is told what a user should know of the index's state, a sentence at a time; `progress` is called with events
    done and in all while an index is built.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        note: Callable[[str], None] = lambda _sentence: None,
        progress: Callable[[int, int], None] = _no_progress,
    ) -> None:
        self._archive = archive
        self._note = note
        self._progress = progress
        self.generations = Generations(_folder_for(archive))
        self._last: View | None = None

    def search(self, request: Request, *, at: int | None = None) -> Results:
        """Answer a request, as of the event at a position or as of now.

        Raises QueryError, BadPositionError, UnsearchableError, and what reading the archive raises.
        """
        from index.search import search

        return self._over(lambda view: search(self._archive, view, request), request, at)

    def count(self, question: Callable[[Matching], _T], request: Request | None, *, at: int | None = None) -> _T:
        """Return what a question says of all that a request finds; without a request, of all current articles.

        Its limit, offset and sort are not looked at. Errors as of `search`.
        """
        from index.search import matching

        def ask(view: View) -> _T:
            with reading_files():
                return question(matching(self._archive, view, request))

        return self._over(ask, request, at)

    def related(self, version: Version, request: Request, *, at: int | None = None) -> Results:
        """Return the page of a request that is of articles like a version; its query is not looked at.

        Errors as of `search`.
        """
        from index.related import related

        return self._over(lambda view: related(self._archive, view, version, request), None, at)

    def _over(self, ask: Callable[[View], _T], request: Request | None, at: int | None) -> _T:
        """Return what is asked of a view as of a position; ask again where its files went away meanwhile."""
        # A query that is none is told at once, not after the index has been built.
        withheld = request is not None and self._withheld(request)
        size = self._archive.size()
        if at is not None and not 0 <= at < size:
            raise BadPositionError(f"there is no event {at} yet; the log has {size}, from 0")
        if request is not None and request.since is not None and request.since > size:
            raise BadPositionError(f"the log has {size} events, from 0: {request.since} is not the next one")
        generation = self.fresh()
        while True:
            try:
                return self._answer(generation, ask, at, withheld=withheld)
            except TornIndexError as error:
                self._last = None
                serving = self.generations.current()
                if serving is None or serving == generation:
                    if serving is not None and _damage(serving) is None:
                        # The files are whole: to build them anew would not help.
                        raise error.__cause__ or error from None
                    self._note(f"{error}; building it anew")
                    return self._answer(self._instead_of(generation), ask, at, withheld=withheld)
                # Builders have been here meanwhile, and swept away what was about to be read.
                generation = serving

    def _instead_of(self, torn: Generation) -> Generation:
        """Return a generation in the place of one that cannot be read: built anew, or by another process meanwhile."""

        def base() -> Generation | None:
            serving = self.generations.current()
            return None if serving is None or serving == torn else self._base()

        return self._build(base, timeout=BUILD_TIMEOUT)

    def _answer(self, generation: Generation, ask: Callable[[View], _T], at: int | None, *, withheld: bool) -> _T:
        # As of now is as of the generation: it may hold what was added since the search began.
        last = generation.state.size - 1
        return ask(self._view(generation, last if at is None else min(at, last), withheld=withheld))

    @staticmethod
    def _withheld(request: Request) -> bool:
        from index.search import asks_for_withheld

        if request.plain_words():
            # Words ask for no state.
            return False
        return asks_for_withheld(request.parse(), request.query)

    def _view(self, generation: Generation, position: int, *, withheld: bool) -> View:
        """Return a view on a generation. It stays open for the next search: what it decoded is found there again."""
        from index.reading import View

        view = self._last
        if view is None or (view.generation, view.position, view.withheld) != (generation, position, withheld):
            view = self._last = View(generation, position, withheld=withheld)
        return view

    def fresh(self) -> Generation:
        """Return the generation to search, caught up where that is possible. Raises UnsearchableError."""
        current = self._usable(self._note)
        if current is None:
            return self._build(self._base, timeout=BUILD_TIMEOUT)
        behind = self._archive.size() - current.state.size
        if behind and self._archive.store.erasures.positions()[-1:] >= [current.state.size]:
            # It may hold what was erased since: it must not answer any more, neither as of now nor as of before.
            return self._build(self._base, timeout=BUILD_TIMEOUT)
        if current.state.schema != schema_hash():
            # It still answers, by the analysis it was built with; to add to it would mix two.
            self._note(
                "the index was built by another version of morgue; to bring it up to date: morgue index --rebuild"
            )
            return current
        if not behind:
            return current
        try:
            return self._build(self._base, timeout=0)
        except IndexBusyError:
            self._note(f"another process is building the index; this one is {behind} events behind")
        except UnsearchableError as error:
            self._note(f"{error}; this index is {behind} events behind")
        return current

    def catch_up(self, *, timeout: float = 0) -> Generation:
        """Bring the index up to the log, building it where that is needed. Raises IndexBusyError, UnsearchableError."""
        self._usable(self._note)
        return self._build(self._base, timeout=timeout)

    def rebuild(self, *, timeout: float = BUILD_TIMEOUT) -> Generation:
        """Build the index anew from the whole log; the old one serves meanwhile. Errors as of `catch_up`."""
        return self._build(lambda: None, timeout=timeout)

    def witness(self) -> str | None:
        """Return what the index knows against the log: that it was longer once, or another. None where they agree."""
        current = self.generations.current()
        if current is None or current.state.archive != self._archive.id:
            return None
        size = self._archive.size()
        if current.state.size > size:
            return f"the index has seen {current.state.size} events, and the log has {size}: its end is lost"
        if self._archive.root(current.state.size).hex() != current.state.root:
            return f"the index has seen another history: the root over the first {current.state.size} events differs"
        return None

    def check(self) -> str | None:
        """Read all of the index and compare it with its checksums; return a sentence of what is damaged, or None.

        Whether the index is of this archive and agrees with the log, `witness` says. None too where there is no index.
        """
        current = self.generations.current()
        while current is not None:
            found = _damage(current)
            serving = self.generations.current()
            if found is None or serving is None or serving.name == current.name:
                return found
            # Builders have been here meanwhile, and swept away what was being read.
            current = serving
        return None

    def _base(self) -> Generation | None:
        """Return the generation that can be added to; None where all has to be built."""
        current = self._usable(lambda _sentence: None)
        return current if current is not None and current.state.schema == schema_hash() else None

    def _usable(self, note: Callable[[str], None]) -> Generation | None:
        """Return the generation that serves if it is of this archive and of this log; say why where it is not."""
        current = self.generations.current()
        if current is None:
            if self._archive.size() > 1:
                note("there is no index, or it cannot be read; building it from the log")
            return None
        state = current.state
        if state.archive != self._archive.id:
            raise ForeignIndexError(
                f"{self.generations.folder} is the index of another archive ({state.archive}); "
                "move it away, or replace it: morgue index --rebuild"
            )
        if state.size > self._archive.size() or self._archive.root(state.size).hex() != state.root:
            note("the index is of another history of this archive; building it anew from the log")
            return None
        return current

    def _build(self, base: Callable[[], Generation | None], *, timeout: float) -> Generation:
        from index.builder import build

        try:
            return build(self._archive, self.generations, base=base, timeout=timeout, progress=self._progress)
        except TornIndexError as error:
            self._note(f"{error}; building it anew")
            return build(self._archive, self.generations, base=lambda: None, timeout=timeout, progress=self._progress)


def _damage(generation: Generation) -> str | None:
    from index.segment.reader import Segment

    try:
        for name in generation.state.segments:
            with reading_files():
                segment = Segment(generation.folder / name)
                segment.check()
                segment.close()
    except TornIndexError as error:
        return f"{error}; to build it anew: morgue index --rebuild"
    return None


def _folder_for(archive: Archive) -> Path:
    """Return where the index is: in the archive, or in the user's cache where that cannot be written and has none."""
    folder = archive.path / FOLDER
    writable = os.access(folder if folder.exists() else archive.path, os.W_OK)
    if writable or Generations(folder).current() is not None:
        return folder
    from platformdirs import user_cache_path

    return user_cache_path("morgue") / archive.id / FOLDER
