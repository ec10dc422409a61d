"""Backups: a copy of an archive made while others add to it, verified, and put in place as a whole.

A backup is an archive like any other: a folder with `events.db` and `lock`, and nothing besides. The index is not in
it; it comes back by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import database, lock
from archive.errors import ArchiveError, DamagedError, OccupiedError, UnreadableError, UnverifiedError
from archive.moving.carried import Tree
from archive.moving.placing import new_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.store import EventStore
    from archive.verification import Problem


def back_up(store: EventStore, path: Path, progress: Callable[[str, int, int], None]) -> Tree:
    """Copy an archive to a folder that is missing or empty, verify the copy, and return the tree over its log.

    Others may add to the archive meanwhile: the copy is of the moment at which it began. `progress` is called with what
    is done (`copying`, `verifying`), and how much of it. Raises OccupiedError where there is something at the path,
    or it is within the archive, DamagedError where the copy does not verify, which then is not there; StorageError.
    """
    if store.folder.resolve() in path.resolve().parents:
        raise OccupiedError(f"{path} is in the archive itself, and would be lost with it; name a folder elsewhere")
    with new_folder(path) as folder:
        copy_into(store, folder, progress)
        try:
            return check(folder, progress)
        except UnverifiedError as error:
            raise DamagedError(
                None, f"{error.what}; no backup was made; to save what is sound: morgue export --salvage"
            ) from None


def copy_into(store: EventStore, folder: Path, progress: Callable[[str, int, int], None]) -> None:
    """Copy an archive's database into an empty folder. Raises StorageError, DamagedError."""
    with database.translated(folder):
        target = database.connect_copy(folder)
        try:
            store.copy(target, lambda done, total: progress("copying", done, total))
        finally:
            target.close()


def check(folder: Path, progress: Callable[[str, int, int], None]) -> Tree:
    """Verify a copy that nobody else has open, leave nothing but its two files, and return the tree over its log.

    Raises UnverifiedError, UnreadableError, StorageError.
    """
    from archive import failing
    from archive.archive import Archive
    from archive.verification import verify

    failed_before = failing.failures()
    try:
        with Archive.open(folder) as archive:
            for problem in verify(archive, lambda done, total: progress("verifying", done, total)):
                raise _unsound(folder, problem, failed=failing.failures() > failed_before)
            tree = Tree(archive.size(), archive.root())
    except UnreadableError:
        raise
    except DamagedError as error:
        raise UnverifiedError("the copy", error.what) from None
    tidy(folder)
    return tree


def _unsound(folder: Path, problem: Problem, *, failed: bool) -> ArchiveError:
    """Return what to say of a copy that does not verify, or that could not be read."""
    if failed:
        return UnreadableError(folder / database.FILE, problem.message)
    return UnverifiedError("the copy", str(problem))


def tidy(folder: Path) -> None:
    """Write a WAL back, and leave the database and the lock. Raises StorageError."""
    with database.translated(folder), lock.held(folder / database.LOCK, timeout=0):
        connection = database.connect_writer(folder)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            # The last one that closes a database in WAL mode removes the files beside it.
            connection.close()
