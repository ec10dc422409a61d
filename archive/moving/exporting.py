"""Exporting: which events of an archive an export holds, and each of them checked before it is written."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from archive.errors import DamagedError, UnreadableError, UnverifiedError
from archive.ids import is_id
from archive.moving.carried import check_parts, checked_envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from pathlib import Path

    from archive.archive import Archive
    from archive.moving.carried import Carried, Header, Source


def chosen_positions(archive: Archive, identifiers: Iterable[str]) -> list[int]:
    """Return the positions of all events about the articles that some IDs name, ascending.

    Raises NoSuchArticleError, AmbiguousIdError, InvalidValueError.
    """
    chosen: set[int] = set()
    for identifier in identifiers:
        history = archive.history(identifier.lower()) if is_id(identifier.lower()) else []
        if not history:
            history = archive.history(archive.find(identifier).article_id)
        chosen.update(event.position for event in history)
    return sorted(chosen)


def is_withheld(archive: Archive, article_id: str) -> bool:
    """Tell whether an article is withheld: it is in no export for other programs, unless somebody names it."""
    from archive.states import state_of

    return state_of(archive, article_id).withheld is not None


class CheckedSource:
    """A source whose events are checked as they are read. `progress` is told events done and in all, if known."""

    def __init__(
        self, source: Source, progress: Callable[[int, int | None], None] = lambda _done, _total: None
    ) -> None:
        self.name = source.name
        self._source = source
        self._progress = progress

    @property
    def header(self) -> Header:
        """What it says of itself."""
        return self._source.header

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Hold one state of it for a `with` block."""
        with self._source.opened():
            yield

    def envelopes(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and envelope of each event."""
        return self._source.envelopes()

    def events(self, wanted: Container[int] | None = None) -> Iterator[Carried]:
        """Yield each event with its parts. Raises DamagedError at the first one that is not what was recorded."""
        tree = self.header.tree
        items = self._source.events(wanted)
        for done in count(1):
            try:
                if (carried := next(items, None)) is None:
                    return
                check_parts(self.name, carried, checked_envelope(self.name, carried.position, carried.encoded))
            except UnreadableError:
                raise
            except DamagedError as error:
                raise SalvageableError(error.position, error.what) from None
            except UnverifiedError as error:
                raise SalvageableError(None, error.what) from None
            yield carried
            self._progress(done, None if tree is None else tree.size)


class SalvageableError(DamagedError):
    """An archive is damaged, and can be exported without what is."""

    def __init__(self, position: int | None, what: str) -> None:
        super().__init__(position, what)
        self.args = (f"{self}; to save what is sound: morgue export --salvage",)


def write_lines(source: Source, write: Callable[[bytes], object]) -> None:
    """Write a source as JSON Lines, an event at a time. Raises what reading the source raises, OSError."""
    from archive.moving.lines import lines

    with source.opened():
        for line in lines(source):
            write(line)


def write_folder(source: Source, path: Path) -> int:
    """Write a source as a folder, which is missing or empty until all is in it; return how many events it holds.

    Raises NotAnArchiveError where there is something at the path, StorageError, and what reading the source raises.
    """
    from archive.moving import folders
    from archive.moving.placing import new_folder

    with source.opened(), new_folder(path) as folder:
        return folders.write_folder(source, folder)
