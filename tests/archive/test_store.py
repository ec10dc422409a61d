"""The event store: gapless positions, all or nothing, and tables that refuse to be rewritten."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import merkle
from archive.archive import Archive
from archive.clock import stamp
from archive.errors import DamagedError, InvalidEventError, NotAnArchiveError, StorageError
from archive.ids import new_id
from archive.new_events import NewEvent, archive_created
from archive.store import EventStore, Recorded
from archive.verification import verify
from tests.archive import raw
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterator


def genesis(_: str) -> dict[str, bytes]:
    return archive_created("test")


def event(**parts: bytes) -> NewEvent:
    return NewEvent(type="morgue.article.tagged.v1", subject=new_id(), correlation=new_id(), parts=parts)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventStore]:
    """Give a store with nothing but its first event."""
    with EventStore.create(tmp_path / "log", genesis, lock_timeout=5) as created:
        yield created


def append(log: EventStore, count: int) -> None:
    with log.appending() as appender:
        for number in range(count):
            appender.append(event(note=str(number).encode()))


# Appending


def test_positions_are_gapless_from_0(log: EventStore) -> None:
    append(log, 3)
    append(log, 1)
    assert [recorded.position for recorded in log.events()] == [0, 1, 2, 3, 4]
    assert log.size() == 5


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 140), max_size=5))
def test_any_split_into_batches_gives_the_same_tree(batches: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, EventStore.create(Path(folder, "log"), genesis) as log:
        for count in batches:
            append(log, count)
        size = 1 + sum(batches)
        leaves = [merkle.leaf_hash(recorded.encoded) for recorded in log.events()]
        whole = merkle.append_leaves(0, (), leaves)
        assert log.head() == (size, whole.frontier)
        assert log.root() == merkle.root_of(size, whole.frontier)
        assert log.rows("SELECT level, number, hash FROM node ORDER BY 1, 2") == sorted(whole.nodes)
        assert list(log.read_hashes(0, 0, size)) == leaves
        for earlier in {0, 1, size // 2, size - 1, size}:
            part = merkle.append_leaves(0, (), leaves[:earlier])
            assert log.root(earlier) == merkle.root_of(earlier, part.frontier)


def test_nothing_of_a_block_that_raises_is_in_the_log(log: EventStore) -> None:
    before = log.head()
    with pytest.raises(KeyboardInterrupt), log.appending() as appender:  # noqa: PT012
        appender.append(event(note=b"x"))
        assert log.event(1) is not None, "what is appended is seen inside of the block"
        raise KeyboardInterrupt
    assert log.event(1) is None
    assert log.head() == before
    append(log, 1)
    assert log.size() == 2


def test_an_event_that_is_refused_leaves_the_others(log: EventStore) -> None:
    with log.appending() as appender:
        appender.append(event(note=b"1"))
        for bad in (
            attrs.evolve(event(), subject="Jane Doe"),
            attrs.evolve(event(), correlation="run"),
            attrs.evolve(event(), causation="0"),
            attrs.evolve(event(), type="article.tagged"),
            event(**{"not a name": b""}),
            event(**{"x" * 40: b""}),
        ):
            with pytest.raises(InvalidEventError):
                appender.append(bad)
        assert appender.append(event(note=b"2"))[0] == 2
    assert log.size() == 3


def test_a_block_that_appends_nothing_changes_nothing(log: EventStore) -> None:
    before = log.head()
    append(log, 0)
    assert log.head() == before


def test_a_clock_that_is_set_back_makes_no_event_older(log: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for microseconds in (4_000_000_000_000_000, 0, 5_000_000_000_000_000, 1):
        monkeypatch.setattr("archive.appending.now", lambda moment=microseconds: stamp(moment))
        append(log, 2)
    times = [recorded.attribute("time") for recorded in log.events()]
    assert all(one <= other for one, other in pairwise(times))
    assert times[-1] == stamp(5_000_000_000_000_000)


@pytest.mark.parametrize("length", [0, 1, (1 << 20) + 1])
def test_a_part_is_read_back(log: EventStore, length: int) -> None:
    content = bytes(length)
    with log.appending() as appender:
        position, envelope = appender.append(event(note=content, other=b"o"))
    assert log.part(position, "note") == content
    assert [len(chunk) for chunk in log.part_chunks(position, "note")] == ([1 << 20, 1] if length > 1 else [length])
    assert set(envelope.commitments) == {"note", "other"}
    with pytest.raises(DamagedError, match="missing"):
        log.part(position, "third")


def test_an_event_is_found_by_its_id_and_its_keys(log: EventStore) -> None:
    with log.appending() as appender:
        for keys in ([5, 5, -1], [5], []):
            appender.append(event(), keys)
        assert log.find(5) == [1, 2]
    assert (log.find(5), log.find(-1), log.find(6)) == ([1, 2], [1], [])
    second = log.event(2)
    assert second is not None
    assert log.position_of(second.envelope.id) == 2
    assert log.position_of(new_id()) is None


def test_what_a_transaction_has_appended_is_read_inside_it(log: EventStore) -> None:
    with log.appending() as appender:
        for number in range(3):
            position, envelope = appender.append(event(note=b"%d" % number), [number])
            assert log.part(position, "note") == b"%d" % number
            assert log.position_of(envelope.id) == position
        assert [recorded.position for recorded in log.events()] == [0, 1, 2, 3]


@settings(max_examples=30, deadline=None)
@given(
    there=st.lists(st.lists(st.integers(-3, 3), max_size=3), max_size=4),
    ahead=st.sets(st.integers(-4, 4)),
    new=st.lists(st.lists(st.integers(-3, 3), max_size=3), max_size=4),
)
def test_keys_that_were_looked_up_ahead_are_found_as_others_are(
    there: list[list[int]], ahead: set[int], new: list[list[int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, EventStore.create(Path(folder) / "log", genesis) as log:
        with log.appending() as appender:
            for keys in there:
                appender.append(event(), keys)
        with log.appending() as appender:
            appender.look_up(ahead)
            for position, keys in enumerate(new, len(there) + 1):
                appender.append(event(), keys)
                expected = {key: [at for at, known in enumerate([*there, *new], 1) if key in known and at <= position]
                            for key in range(-4, 5)}  # fmt: skip
                assert {key: log.find(key) for key in expected} == expected
        everything = [*there, *new]
        for key in range(-4, 5):
            assert log.find(key) == [at for at, known in enumerate(everything, 1) if key in known]


def test_keys_of_a_transaction_that_failed_are_forgotten(log: EventStore) -> None:
    def fail() -> None:
        with log.appending() as appender:
            appender.look_up([7])
            appender.append(event(), [7])
            assert log.find(7) == [1]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert log.find(7) == []
    assert log.size() == 1


def test_many_keys_are_looked_up_at_once(log: EventStore) -> None:
    with log.appending() as appender:
        appender.append(event(), range(3000))
    with log.appending() as appender:
        appender.look_up(range(-10, 3000, 2))
        assert [key for key, positions in appender.known.items() if positions] == list(range(0, 3000, 2))


def test_a_snapshot_shows_one_state(log: EventStore) -> None:
    with log.snapshot():
        assert log.size() == 1
        with EventStore(log.folder) as other:
            append(other, 2)
        assert log.size() == 1
        assert len(list(log.events())) == 1
    assert log.size() == 3


@pytest.mark.parametrize("size", [-1, 2, 1 << 40])
def test_there_is_no_root_of_what_was_never_there(log: EventStore, size: int) -> None:
    with pytest.raises(ValueError, match="1 events"):
        log.root(size)


# Damage is not read as if it was nothing


def test_a_missing_event_is_not_passed_over(log: EventStore) -> None:
    append(log, 5)
    with raw.unguarded(log.folder) as connection:
        connection.execute("DELETE FROM event WHERE position = 3")
    with pytest.raises(DamagedError) as error:
        list(log.events())
    assert error.value.position == 3


def test_a_head_without_its_last_event_takes_no_more(log: EventStore) -> None:
    append(log, 5)
    with raw.unguarded(log.folder) as connection:
        connection.execute("DELETE FROM event WHERE position = 5")
    with pytest.raises(DamagedError) as error:
        append(log, 1)
    assert error.value.position == 5


def test_a_head_that_was_set_back_takes_no_more(log: EventStore) -> None:
    before = log.rows("SELECT size, frontier FROM head")[0]
    append(log, 5)
    with raw.unguarded(log.folder) as connection:
        connection.execute("UPDATE head SET size = ?, frontier = ?", before)
    with pytest.raises(DamagedError, match="next position"):
        append(log, 1)


@pytest.mark.parametrize("encoded", [b'{"id":"', b'{"id":"\xff"}', b'{"a":"b","id":"x'])
def test_an_envelope_that_cannot_be_read_is_named(encoded: bytes) -> None:
    recorded = Recorded(7, encoded)
    with pytest.raises(DamagedError) as error:
        _ = recorded.envelope
    assert error.value.position == 7
    with pytest.raises(DamagedError) as error:
        recorded.attribute("id")
    assert error.value.position == 7


# Creating and opening


def test_the_database_says_whose_it_is_and_is_safe(log: EventStore) -> None:
    append(log, 1)
    with raw.connected(log.folder) as connection:
        for name, value in {"application_id": 0x6D6F7267, "user_version": 1, "page_size": 16384}.items():
            assert connection.execute(f"PRAGMA {name}").fetchone() == (value,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert log._writer is not None
    for name, value in {"synchronous": 2, "secure_delete": 1, "mmap_size": 0, "trusted_schema": 0}.items():
        assert log._writer.execute(f"PRAGMA {name}").fetchone() == (value,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        log._reader.execute("DELETE FROM lookup")


def test_creating_makes_the_names_of_all_new_folders_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A folder that was made on the way is as new as the archive itself.
    synced = set()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", noted)
    folder = tmp_path / "new" / "newer" / "archive"
    with Archive.create(folder):
        assert {above.stat().st_ino for above in (folder, *folder.parents[:3])} <= synced


@pytest.mark.parametrize("leftover", ["", "lock", "index"])
def test_a_creation_that_was_cut_short_is_made_good(tmp_path: Path, leftover: str) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    if leftover:
        (folder / leftover).touch()
    (folder / "events.db").touch()
    with pytest.raises(NotAnArchiveError, match="interrupted"):
        Archive.open(folder)
    with Archive.create(folder) as archive:
        add_all(archive, numbered(1))
        assert list(verify(archive)) == []


def test_a_creation_that_was_cut_short_in_its_transaction_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("archive.appending.new_id", lambda: "no id")
        with pytest.raises(InvalidEventError):
            Archive.create(tmp_path / "archive")
    with Archive.create(tmp_path / "archive") as archive:
        assert archive.size() == 1
        assert list(verify(archive)) == []


def test_a_creation_that_was_cut_short_in_its_journal_is_made_good(tmp_path: Path) -> None:
    # Until it is in WAL mode, a new file has a journal, which a reader has no right to roll back.
    (tmp_path / "open").mkdir()
    with raw.connected(tmp_path / "open") as connection:
        for statement in ("PRAGMA cache_size = 1", "BEGIN", "CREATE TABLE t (x)"):
            connection.execute(statement)
        connection.executemany("INSERT INTO t VALUES (?)", [(bytes(5000),)] * 20)
        subprocess.run(["cp", "-r", str(tmp_path / "open"), str(tmp_path / "archive")], check=True)
    assert (tmp_path / "archive" / "events.db-journal").exists()
    with pytest.raises(NotAnArchiveError, match="interrupted"):
        Archive.open(tmp_path / "archive")
    with Archive.create(tmp_path / "archive") as archive:
        add_all(archive, numbered(1))
        assert list(verify(archive)) == []


def test_an_archive_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    for name in ("empty", "missing"):
        with Archive.create(tmp_path / name):
            assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["caf\u00e9 ?#%41&x=y", "caf\udce9", "a b'c\"d"])
def test_a_folder_may_be_called_anything(tmp_path: Path, name: str) -> None:
    with Archive.create(tmp_path / name) as archive:
        add_all(archive, numbered(1))
    with Archive.open(Path(f"/{tmp_path}", name)) as archive:
        assert archive.size() == 3
    assert {file.name for file in (tmp_path / name).iterdir()} <= {
        "events.db",
        "events.db-wal",
        "events.db-shm",
        "lock",
    }


def test_a_folder_may_be_named_relatively(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Archive.create(Path("archive")) as archive:
        assert archive.add(submission("Text.")).status == "added"


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(NotAnArchiveError, match="not empty"):
        Archive.create(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with raw.connected(tmp_path) as connection:
        connection.execute("CREATE TABLE event (x)")
    before = (tmp_path / "events.db").read_bytes()
    for use in (Archive.create, Archive.open):
        with pytest.raises(NotAnArchiveError, match="another program"):
            use(tmp_path)
    assert (tmp_path / "events.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\x00" + bytes(84), b"x" * 20_000])
def test_a_file_that_is_no_database_is_an_error_of_ours(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "events.db").write_bytes(content)
    for use in (Archive.create, Archive.open):
        with pytest.raises((DamagedError, NotAnArchiveError)):
            use(tmp_path)
    assert (tmp_path / "events.db").read_bytes() == content


def test_an_archive_of_a_later_format_is_not_opened(log: EventStore) -> None:
    for version, error in ((2, NotAnArchiveError), (0, DamagedError), (-1, DamagedError)):
        with raw.connected(log.folder) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        with pytest.raises(error):
            EventStore(log.folder)


@pytest.mark.parametrize("table", ["event", "payload", "lookup", "node", "head", "meta"])
def test_a_table_that_is_missing_is_damage(archive: Archive, table: str) -> None:
    archive.add(submission("Text."))
    archive.close()
    with raw.connected(archive.path) as connection:
        connection.execute(f"DROP TABLE {table}")
    try:
        with Archive.open(archive.path) as opened:
            assert list(verify(opened))
    except DamagedError:
        pass


def test_a_folder_that_is_a_file_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        Archive.create(tmp_path / "file")
    with pytest.raises(StorageError):
        Archive.create(tmp_path / "file" / "below")


def test_closing_twice_is_no_error(log: EventStore) -> None:
    append(log, 1)
    log.close()
    log.close()


def test_closing_empties_the_wal(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        add_all(archive, numbered(5))
    assert {file.name for file in (tmp_path / "archive").iterdir()} == {"events.db", "lock"}
