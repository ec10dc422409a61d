"""Restoring: an archive is made of a backup. It goes on as the archive that it was, or, where it cannot, as a new one.

It goes on under the same identity where nothing can contradict it: whoever holds a checkpoint of the archive must find
that the log extends it. Where the last checkpoint that was signed is of events that the backup has not, or nobody here
knows what was signed as the private key is elsewhere, the backup is merged into a new archive, with an id and a key of
its own. What was erased since the backup was made is left out. docs/adr/0022-moving.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.archive import Archive
from archive.moving.backups import tidy
from archive.moving.carried import Tree
from archive.moving.importing import contradiction, fill
from archive.moving.merging import merge
from archive.moving.placing import new_folder
from archive.moving.planning import own_erasures
from archive.moving.sources import ArchiveSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.moving.carried import Source
    from archive.store import EventStore


@attrs.frozen(kw_only=True)
class Restored:
    """What became of a backup: the archive that was made of it, and its tree.

    `why_new` says why it does not go on under the identity of the backup, None where it does. `erased` are events that
    were erased since, and left out.
    """

    archive: str
    tree: Tree
    why_new: str | None
    erased: int


@attrs.frozen(kw_only=True)
class Maker:
    """What is recorded of a restoration, and how a key is made where it comes to a new archive."""

    make_key: Callable[[str], str | None] | None
    arguments: tuple[str, ...] = ()
    agent: str = ""


def restore(
    path: Path,
    source: Source,
    present: EventStore | None,
    maker: Maker,
    *,
    as_new: bool,
    progress: Callable[[int, int], None],
) -> Restored:
    """Make an archive of a backup that is opened as a source, in a folder that is missing or empty.

    `present` is an archive whose erasures are applied before anything is written. With `as_new` it becomes a new
    archive in any case. Raises UnverifiedError, NotAnArchiveError where there is something at the path, StorageError.
    """
    why = "--as-new asks for one"
    if not as_new:
        try:
            with new_folder(path) as folder:
                return _continued(folder, source, present, maker, progress)
        except _NotContinuedError as error:
            why = str(error)
    with new_folder(path) as folder:
        return _as_new(folder, source, present, maker, progress, why=why)


class _NotContinuedError(Exception):
    """The archive cannot go on under its identity; says why. Nothing is put in place."""


def _continued(
    folder: Path, source: Source, present: EventStore | None, maker: Maker, progress: Callable[[int, int], None]
) -> Restored:
    erasures = list(own_erasures(present)) if present is not None else []
    left_out = fill(folder, source, erasures, progress)
    with Archive.open(folder) as archive:
        why = contradiction(archive) or _unknown(archive)
        if why is not None:
            raise _NotContinuedError(why)
        erased = left_out + _take_erasures(archive, present, maker)
        tree = Tree(archive.size(), archive.root())
    tidy(folder)
    return Restored(archive=source.header.archive, tree=tree, why_new=None, erased=erased)


def _as_new(
    folder: Path,
    source: Source,
    present: EventStore | None,
    maker: Maker,
    progress: Callable[[int, int], None],
    *,
    why: str,
) -> Restored:
    with Archive.create(folder, make_key=maker.make_key) as archive:
        _take_erasures(archive, present, maker)
        outcome = merge(
            archive,
            source,
            accept_erasures=present is not None,
            command="restore",
            arguments=maker.arguments,
            agent=maker.agent,
            progress=progress,
        )
        restored = Restored(
            archive=archive.id,
            tree=Tree(archive.size(), archive.root()),
            why_new=why,
            erased=outcome.erased,
        )
    tidy(folder)
    return restored


def _take_erasures(archive: Archive, present: EventStore | None, maker: Maker) -> int:
    """Record in an archive what another one erased; return how many events that concerns here."""
    positions = [] if present is None else present.erasures.positions()
    if present is None or not positions:
        return 0
    source = ArchiveSource(present, positions)
    with source.opened():
        outcome = merge(
            archive,
            source,
            accept_erasures=True,
            command="restore",
            arguments=maker.arguments,
            agent=maker.agent,
        )
    return outcome.erased


def _unknown(archive: Archive) -> str | None:
    """Return why nobody here can know which checkpoints were signed, None where it is known, or none ever was."""
    from archive import keys
    from archive.proofs.key_history import key_history

    if not key_history(archive) or keys.path_of(archive.id).exists():
        return None
    return "its private key is not here, so nobody here knows which checkpoints were signed with it"
