"""Importing: an archive is made of a log that comes from elsewhere, with the same events, positions, root and identity.

It is made beside the place where it is to be, checked as it is made, and put in place when it is whole. All that is
derived is made anew: leaf hashes, tree, lookup keys under a new secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import database, lock
from archive.archive import Archive
from archive.errors import ConflictError, InconsistentError, NotProvedError, UnverifiedError
from archive.moving.backups import tidy
from archive.moving.carried import Tree
from archive.moving.merging import MergeOutcome, merge
from archive.moving.placing import new_folder
from archive.moving.planning import plan
from archive.moving.taking import Taking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from archive.moving.carried import Source
    from archive.moving.erasures import Erasure


def import_whole(path: Path, source: Source, progress: Callable[[int, int], None]) -> Tree:
    """Make an archive of a whole log, in a folder that is missing or empty; return the tree over it.

    Raises UnverifiedError where the log is not what was recorded, ConflictError where this machine has signed another
    history of the same archive, NotAnArchiveError where there is something at the path, StorageError.
    """
    with new_folder(path) as folder:
        fill(folder, source, (), progress)
        with Archive.open(folder) as archive:
            tree = Tree(archive.size(), archive.root())
            found = contradiction(archive)
        if found is not None:
            raise ConflictError(
                source.name, f"{found}; to take its events into an archive of their own: morgue restore"
            )
        tidy(folder)
    return tree


def import_some(
    path: Path,
    source: Source,
    *,
    make_key: Callable[[str], str | None] | None,
    command: str,
    arguments: tuple[str, ...],
    agent: str,
    progress: Callable[[int, int], None],
) -> MergeOutcome:
    """Make a new archive, in a folder that is missing or empty, and merge into it what comes from elsewhere.

    Raises as `import_whole` and `archive.moving.merging.merge`.
    """
    with new_folder(path) as folder:
        with Archive.create(folder, make_key=make_key) as archive:
            outcome = merge(archive, source, command=command, arguments=arguments, agent=agent, progress=progress)
        tidy(folder)
    return outcome


def fill(folder: Path, source: Source, erased: Iterable[Erasure], progress: Callable[[int, int], None]) -> int:
    """Write a whole log into an empty folder, without what some erasures name; return how many events these concern.

    These are erasures that the log does not know: who calls this adds them. Raises UnverifiedError, StorageError.
    """
    tree = source.header.tree
    if tree is None:
        raise UnverifiedError(source.name, "it holds some events of a log only")
    with database.translated(folder), lock.held(folder / database.LOCK, timeout=0):
        connection = database.connect_writer(folder, create=True)
        try:
            from archive.creating import create_empty

            connection.execute("BEGIN IMMEDIATE")
            create_empty(connection, source.header.archive)
            connection.execute("COMMIT")
        finally:
            connection.close()
    with Archive.open(folder) as archive:
        with archive.store.appending() as appender:
            found = plan(archive, source)
            taking = Taking(archive, source, appender, found, accept=False)
            taking.leave_out(erased)
            for done, carried in enumerate(source.events(), 1):
                taking.take(carried)
                progress(done, tree.size)
            for follows, _ in taking.anew:
                raise UnverifiedError(source.name, f"the erasure {follows} is not in force, and was applied")
        if (archive.size(), archive.root()) != tree:
            raise UnverifiedError(source.name, "the root over its events is not the one that it states")
    return len(taking.erased)


def contradiction(archive: Archive) -> str | None:
    """Return what speaks against going on under the identity of an archive that was copied to here.

    That is the last checkpoint which was signed for it on this machine, where its log does not extend that. None where
    none is known.
    """
    from archive import keys
    from archive.proofs.signing import compare_with_log

    last = keys.last_signed(keys.path_of(archive.id))
    if last is None:
        return None
    try:
        compare_with_log(archive, last)
    except (InconsistentError, NotProvedError) as error:
        return str(error)
    return None
