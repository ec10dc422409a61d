"""What was erased leaves the index: segments that hold it are built anew, older generations and other copies removed.

A generation that was built since an erasure does not hold what that erased, as the log does not any more. One of
before may. So a search never answers from one of before (`Index.fresh`), the next build replaces it
(`index.builder`), and what lies about besides is removed here.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from archive import database, events
from archive.erasures import named_parts
from index.errors import IndexBusyError, SearchError
from index.generations import Generations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.archive import Archive

_TIMEOUT = 30.0
"""Seconds to wait for another process that builds the index."""


def erased_since(archive: Archive, size: int) -> set[int]:
    """Return the positions of versions among the first `size` events that were erased by events behind these."""
    store = archive.store
    gone: set[int] = set()
    for position in store.erasures.positions():
        if position >= size:
            for event_id, parts in named_parts(store, position).items():
                at = store.position_of(event_id) if events.ARTICLE in parts else None
                if at is not None and at < size:
                    gone.add(at)
    return gone


def pending(archive: Archive) -> list[Path]:
    """Return the folders of the index, in the archive or in the user's cache, that may hold what was erased."""
    erasures = archive.store.erasures.positions()
    if not erasures:
        return []
    found: list[Path] = []
    for folder in (archive.path / "index", _cached(archive)):
        generations = Generations(folder)
        current = generations.current()
        found += generations.older(erasures[-1] + 1)
        if current is not None and erased_since(archive, current.state.size):
            found.append(current.folder)
    return found


def purge(archive: Archive, progress: Callable[[int, int], None] = lambda _done, _total: None) -> list[Path]:
    """Let the index go on without what was erased, and remove all other copies; return the folders that are left.

    Where it cannot be brought up to date it is removed: the next search builds it. Copies in the user's cache and those
    that a reader of a folder which cannot be written left behind go wholly. Folders are left where another process is
    building for too long, or the file system refuses.
    """
    from index.index import Index

    shutil.rmtree(_cached(archive), ignore_errors=True)
    database.remove_copies(archive.id)
    generations = Generations(archive.path / "index")
    if not generations.folder.is_dir():
        return []
    try:
        if generations.current() is not None:
            Index(archive, progress=progress).catch_up(timeout=_TIMEOUT)
        with generations.building(timeout=_TIMEOUT):
            generations.sweep(archive.size() + 1)
    except IndexBusyError:
        pass
    except SearchError:
        _drop(generations)
    return pending(archive)


def _drop(generations: Generations) -> None:
    try:
        with generations.building(timeout=_TIMEOUT):
            generations.drop()
    except SearchError:
        # What is left is told by the caller.
        return


def _cached(archive: Archive) -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("morgue") / archive.id / "index"
