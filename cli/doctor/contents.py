"""What is in an archive, as far as a glance tells: its log, its index, its keys, what an erasure left to do."""

from __future__ import annotations

import os
import shlex
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.doctor.finding import Finding
from cli.doctor.place import permissions, size
from cli.facts import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.archive import Archive

_AHEAD = 2
"""Seconds that a clock may be behind the log before it is worth a word: clocks are set right by as much."""

_FIRST_YEAR, _LAST_YEAR = 2026, 2075
"""A clock that shows a year outside of these was never set, or is broken."""


def examine(archive: Archive) -> Iterator[Finding]:
    """Yield what there is to say about an archive that opens."""
    yield clock(datetime.now(UTC), archive.event(archive.size() - 1).attribute("time"))
    yield _verified(archive)
    yield _purge(archive)
    yield from _index(archive)
    yield _leftovers(archive.path)
    yield from keys(archive.id)


def clock(now: datetime, last: str) -> Finding:
    """Judge the clock by the time of the log's last event, in the form of envelopes."""
    behind = (datetime.fromisoformat(last) - now).total_seconds()
    shown = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    if not _FIRST_YEAR <= now.year <= _LAST_YEAR:
        return Finding(
            "clock", "problem", f"it shows {shown}, which cannot be", "set the clock before anything is added"
        )
    if behind > _AHEAD:
        return Finding(
            "clock",
            "warning",
            f"it shows {shown}, {behind:,.0f} s before the last event: this clock is behind, or one was ahead",
            f"set the clock; until it shows {last[:19]}Z, new events take the time of the last one",
        )
    return Finding("clock", "ok", f"{shown}, after the last event")


def keys(archive_id: str) -> Iterator[Finding]:
    """Yield what there is to say about the folder of private keys and the key of an archive."""
    from archive import keys as kept

    folder = kept.folder()
    if not folder.exists():
        yield Finding("keys", "note", f"there is no folder of keys at {folder}: nothing can be signed here")
        return
    found = permissions(folder, "keys")
    key = kept.path_of(archive_id)
    if found.level in {"warning", "problem"}:
        yield found
    elif not key.exists():
        yield Finding("keys", "note", f"the private key of this archive is not in {folder}")
    elif stat.S_IMODE(key.stat().st_mode) & 0o077 or not os.access(key, os.R_OK):
        yield Finding(
            "keys", "warning", f"{key} can be read by others, or not by you", f"run: chmod 600 {shlex.quote(str(key))}"
        )
    else:
        yield Finding("keys", "ok", str(key))


def _verified(archive: Archive) -> Finding:
    from archive.verification.verified import recall

    verified = recall(archive.path, archive.id)
    if verified is None:
        return Finding("verified", "note", "never, as far as is known", "run: morgue verify")
    since = archive.size() - verified.size
    if since < 0 or archive.root(verified.size).hex() != verified.root:
        return Finding(
            "verified",
            "problem",
            f"the log is not the one that was verified on {verified.time[:10]} with {counted(verified.size, 'event')}",
            "run: morgue verify; was an older copy put back?",
            damaged=True,
        )
    return Finding("verified", "ok", f"on {verified.time[:10]}; {counted(since, 'event')} since")


def _purge(archive: Archive) -> Finding:
    """Look whether what was erased is gone: costs a look at each erased part."""
    store = archive.store
    pending = 0
    for event_id, erased in store.erasures.by_event().items():
        position = store.position_of(event_id)
        if position is not None:
            chunks = [chunk for part in erased.parts for chunk in store.stored_chunks(position, part)]
            pending += not all(chunk.is_erased for chunk in chunks)
    if pending or (archive.path / "purge").exists():
        said = f"{counted(pending, 'event')} still to be overwritten" if pending else "old bytes may be in the WAL"
        return Finding(
            "erasures", "warning", f"purge pending: {said}", "end what reads the archive, then add something"
        )
    return Finding("erasures", "ok", "nothing is pending")


def _index(archive: Archive) -> Iterator[Finding]:
    from index.errors import SearchError
    from index.index import Index
    from index.schema_hash import schema_hash

    rebuild = "run: morgue index --rebuild"
    try:
        index = Index(archive)
        current = index.generations.current()
        if current is None:
            yield Finding("index", "note", "there is none, or it cannot be read; the next search builds it")
            return
        testimony = index.witness()
        if testimony is not None:
            yield Finding(
                "index", "problem", testimony, "run: morgue verify; was an older copy put back?", damaged=True
            )
            return
        held = sum(file.stat().st_size for file in current.folder.iterdir())
        behind = archive.size() - current.state.size
        if current.state.archive != archive.id:
            yield Finding("index", "problem", "it is another archive's", rebuild)
        elif current.state.schema != schema_hash():
            yield Finding("index", "warning", "it was built by another version of morgue", rebuild)
        elif behind:
            yield Finding("index", "note", f"{counted(behind, 'event')} behind; the next search catches up")
        else:
            yield Finding("index", "ok", f"up to date, {counted(current.state.documents, 'document')}, {size(held)}")
    except (SearchError, OSError) as error:
        yield Finding("index", "problem", str(error), rebuild)


def _leftovers(folder: Path) -> Finding:
    """Look for what builders and backups that were killed have left; the next build removes what is the index's."""
    index = folder / "index"
    try:
        current = (index / "CURRENT").read_text("ascii").strip()
    except (OSError, ValueError):
        current = ""
    found = list(folder.glob("verified.json.*"))
    if index.is_dir():
        found += [path for path in index.iterdir() if path.name.isdigit() and current.isdigit() and path.name > current]
        found += list(index.rglob("merge-*"))
    if not found:
        return Finding("leftovers", "ok", "none")
    held = sum(file.stat().st_size for path in found for file in (path, *path.rglob("*")) if file.is_file())
    return Finding(
        "leftovers",
        "note",
        f"{counted(len(found), 'file or folder', 'files or folders')} of interrupted work, {size(held)}",
        "run: morgue index",
    )
