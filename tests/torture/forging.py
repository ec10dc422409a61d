"""A forger: an owner who reads a log into memory, changes what he likes, and writes all of it anew, consistently.

Ids, times and salts are as he chooses; leaves, tree, checksums, commitments and lookups are computed again, as whoever
has the code can. What he cannot have is the root hash that somebody else noted before.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import attrs

from archive import events, lookup, merkle, parts, schema
from archive.archive import Archive
from archive.envelope import Envelope, encode
from archive.ids import new_id
from archive.new_events import article_parts
from archive.verification import payload, versions
from tests.archive.making import submission

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path


@attrs.frozen
class Entry:
    """An event and the bytes of its parts, each with the rows that it is stored in."""

    envelope: Envelope
    contents: dict[str, bytes]
    stored: dict[str, tuple[parts.Chunk, ...]]


def read_log(folder: Path) -> list[Entry]:
    """Read a whole log."""
    entries = []
    with Archive.open(folder) as archive:
        for recorded in archive.events():
            envelope, at = recorded.envelope, recorded.position
            contents = {name: archive.store.part(at, name) for name in envelope.commitments}
            stored = {name: tuple(archive.store.stored_chunks(at, name)) for name in envelope.commitments}
            entries.append(Entry(envelope, contents, stored))
    return entries


def write_log(folder: Path, entries: list[Entry], like: Path) -> None:
    """Write a database with these events, and the identity of another one, into a new folder."""
    folder.mkdir()
    connection = sqlite3.connect(folder / "events.db", isolation_level=None)
    with Archive.open(like) as archive:
        meta = archive.store.rows("SELECT name, value FROM meta")
    connection.execute(f"PRAGMA page_size = {schema.PAGE_SIZE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    for statement in schema.STATEMENTS:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.FORMAT}")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta)
    leaves = []
    for position, entry in enumerate(entries):
        encoded = encode(entry.envelope)
        leaves.append(merkle.leaf_hash(encoded))
        connection.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (position, entry.envelope.id, encoded, leaves[-1]))
        for name, chunks in entry.stored.items():
            rows = [(position, name, number, *chunk) for number, chunk in enumerate(chunks)]
            connection.executemany("INSERT INTO payload VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    grown = merkle.append_leaves(0, (), leaves)
    connection.executemany("INSERT INTO node VALUES (?, ?, ?)", grown.nodes)
    connection.execute("INSERT INTO head VALUES (1, ?, ?)", (grown.size, merkle.pack_frontier(grown.frontier)))
    connection.execute("COMMIT")
    connection.executemany("INSERT INTO lookup VALUES (?, ?)", _lookups(folder))
    connection.close()


def _lookups(folder: Path) -> list[tuple[int, int]]:
    keys: list[tuple[int, int]] = []
    with Archive.open(folder) as archive:
        for recorded in archive.events():
            envelope, at = recorded.envelope, recorded.position
            found: list[int] = []
            if envelope.kind in events.LIFE_CYCLE_KINDS:
                found = lookup.life_cycle_keys(envelope.kind, envelope.subject)
            elif envelope.kind in events.ARTICLE_KINDS:
                rows = archive.store.rows(payload.ROWS_OF_EVENTS, at, at + 1)
                contents = payload.check(envelope.commitments, rows).contents
                found = list(versions.check(archive.store, recorded, envelope, contents).keys)
            keys += [(key, at) for key in set(found)]
    return keys


# What he may do to a log


def reorder(entries: list[Entry], chance: random.Random) -> None:
    """Exchange two events; each takes the other's time, so that times still rise."""
    first, second = sorted(chance.sample(range(1, len(entries)), 2))
    one, other = entries[first], entries[second]
    entries[first] = attrs.evolve(other, envelope=attrs.evolve(other.envelope, time=one.envelope.time))
    entries[second] = attrs.evolve(one, envelope=attrs.evolve(one.envelope, time=other.envelope.time))


def replace(entries: list[Entry], chance: random.Random) -> None:
    """Put another article in the place of one, under its ids and at its time."""
    at = _some_article(entries, chance)
    entries[at] = _forged(entries[at], chance)


def delete(entries: list[Entry], chance: random.Random) -> None:
    """Take an event out, and number those behind it anew."""
    del entries[chance.randrange(1, len(entries))]


def delete_and_fill(entries: list[Entry], chance: random.Random) -> None:
    """Take an event out, and append one, so that the log is as long as before."""
    delete(entries, chance)
    forged = _forged(entries[_some_article(entries, chance)], chance)
    ids = attrs.evolve(forged.envelope, id=new_id(), subject=new_id(), time=entries[-1].envelope.time)
    entries.append(attrs.evolve(forged, envelope=ids))


def insert(entries: list[Entry], chance: random.Random) -> None:
    """Put an article between others."""
    at = _some_article(entries, chance)
    forged = _forged(entries[at], chance)
    entries.insert(at, attrs.evolve(forged, envelope=attrs.evolve(forged.envelope, id=new_id(), subject=new_id())))


def salt_anew(entries: list[Entry], chance: random.Random) -> None:
    """Commit to the same bytes with other salts."""
    at = chance.randrange(len(entries))
    entries[at] = _packed(entries[at].envelope, entries[at].contents)


def date_back(entries: list[Entry], chance: random.Random) -> None:
    """Give an event the time of the one ahead of it."""
    at = chance.randrange(2, len(entries))
    earlier = attrs.evolve(entries[at].envelope, time=entries[at - 1].envelope.time)
    if earlier == entries[at].envelope:
        earlier = attrs.evolve(earlier, correlation=new_id())
    entries[at] = attrs.evolve(entries[at], envelope=earlier)


def cut(entries: list[Entry], chance: random.Random) -> None:
    """Take events off the end."""
    del entries[chance.randrange(1, len(entries)) :]


FORGERIES: tuple[Callable[[list[Entry], random.Random], None], ...] = (
    reorder,
    replace,
    delete,
    delete_and_fill,
    insert,
    salt_anew,
    date_back,
    cut,
)


def _some_article(entries: list[Entry], chance: random.Random) -> int:
    added = [at for at, entry in enumerate(entries) if entry.envelope.kind == events.ARTICLE_ADDED]
    return chance.choice(added)


def _forged(entry: Entry, chance: random.Random) -> Entry:
    made = submission(f"A forged text about the harbour, no. {chance.random()}.", title="Forged")
    return _packed(entry.envelope, article_parts(made))


def _packed(envelope: Envelope, contents: dict[str, bytes]) -> Entry:
    packed = [parts.pack(name, content) for name, content in contents.items()]
    commitments = {part.name: part.commitment for part in packed}
    return Entry(attrs.evolve(envelope, commitments=commitments), contents, {part.name: part.chunks for part in packed})
