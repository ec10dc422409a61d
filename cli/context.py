"""Which archive a command works on, and how it is opened."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import typer

    from archive.archive import Archive
    from index.index import Index


class Settings(NamedTuple):
    """The global options. `archive` is None where none is named: then it is the default one.

    `arguments` are the words of the command line, as a run records them.
    """

    archive: Path | None
    lock_timeout: float
    arguments: tuple[str, ...] = ()

    def path(self) -> Path:
        """Return the folder of the archive."""
        if self.archive is not None:
            return self.archive
        from platformdirs import user_data_path

        return user_data_path("morgue")


@contextmanager
def opened(context: typer.Context, *, create_default: bool = False) -> Iterator[Archive]:
    """Open the archive of a command for a `with` block; with `create_default`, an unnamed one is made when missing.

    Raises NoSuchArchiveError, NotAnArchiveError, StorageError, DamagedError, BusyError.
    """
    from archive.archive import Archive
    from archive.errors import NoSuchArchiveError

    settings: Settings = context.obj
    try:
        archive = Archive.open(settings.path(), lock_timeout=settings.lock_timeout)
    except NoSuchArchiveError:
        if settings.archive is not None or not create_default:
            raise
        archive = created(settings, settings.path())
    with archive:
        yield archive


def created(settings: Settings, path: Path) -> Archive:
    """Create an archive with a key to sign with; where that cannot be kept, say so and do without it.

    An archive that is there already is opened. Raises NotAnArchiveError, StorageError, BusyError.
    """
    from archive.archive import Archive

    return Archive.create(path, lock_timeout=settings.lock_timeout, make_key=key_maker())


def key_maker() -> Callable[[str], str | None]:
    """Return what makes the key of a new archive, given its id, and returns the public half; None where it cannot."""
    from archive.errors import SigningKeyError

    def make_key(archive_id: str) -> str | None:
        from archive import keys

        try:
            return str(keys.create(archive_id).verifier)
        except SigningKeyError as error:
            from cli.terminal import note

            note(f"the archive is created without a key to sign with: {error}. Make one later with: morgue key --new")
            return None

    return make_key


@contextmanager
def indexed(archive: Archive, *, quiet: bool = False) -> Iterator[Index]:
    """Yield the archive's index, with a progress bar and, unless `quiet`, notes on standard error."""
    from cli.terminal import note
    from index.index import Index

    with progress_bar("indexing") as bar:
        yield Index(archive, note=(lambda _sentence: None) if quiet else note, progress=bar.step)


def catch_up(archive: Archive) -> None:
    """Bring the index along after a change; where that cannot be now, the next search does it, and nothing is lost."""
    from cli.terminal import note
    from index.errors import IndexBusyError, SearchError

    try:
        with indexed(archive, quiet=True) as index:
            index.catch_up()
    except IndexBusyError:
        pass  # Whoever builds it now, or the next search, takes these articles along.
    except SearchError as error:
        note(f"recorded, but not indexed: {error}")
