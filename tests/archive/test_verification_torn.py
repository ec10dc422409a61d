"""Verification of a file of which pages cannot be read, and of rows that only a writer with other ideas would leave."""

# ruff: noqa: S608, ISC004 - the statements are the tests' own
from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from archive import parts
from archive.archive import Archive
from archive.store import EventStore
from archive.verification import Problem, verify
from archive.verification.lookups import Fingerprint
from archive.verification.payload import ROWS_OF_EVENTS
from tests.archive import raw
from tests.archive.damage import EVENTS, copied, problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = 16_384


@pytest.fixture
def damaged(sound: Path, tmp_path: Path) -> Path:
    """Give a copy of a sound archive, to be damaged."""
    return copied(sound, tmp_path / "damaged")


def leaf_pages(folder: Path, table: str) -> list[int]:
    """Return the numbers of the pages that hold a table's rows, in their order; overflow pages are not among them."""
    with raw.connected(folder) as connection:
        try:
            found = connection.execute(
                "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,)
            ).fetchall()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite is built without dbstat")
    return [number for (number,) in found]


def tear(folder: Path, page: int) -> None:
    """Overwrite a page by what no page begins with."""
    with (folder / "events.db").open("r+b") as stream:
        stream.seek((page - 1) * PAGE)
        stream.write(b"\xff" * 64)


def test_events_behind_a_page_that_cannot_be_read_are_looked_at(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute(f"UPDATE payload SET data = x'00' WHERE position = {EVENTS - 3} AND part = 'original'")
    [_, torn, *_, _last] = leaf_pages(damaged, "event")
    tear(damaged, torn)
    found = problems(damaged)
    missing = [problem for problem in found if "missing" in problem.message and problem.position is not None]
    assert missing
    assert EVENTS - 3 in {problem.position for problem in found}
    assert any("SQLite" in problem.message for problem in found)


def test_payloads_behind_a_page_that_cannot_be_read_are_looked_at(damaged: Path) -> None:
    pages = leaf_pages(damaged, "payload")
    tear(damaged, pages[len(pages) // 2])
    found = [problem for problem in problems(damaged) if problem.position is not None]
    assert found
    assert len({problem.position for problem in found}) < EVENTS / 2


def test_lookups_that_cannot_be_read_hide_nothing_else(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute("UPDATE payload SET data = x'00' WHERE position = 9 AND part = 'original'")
    pages = leaf_pages(damaged, "lookup")
    tear(damaged, pages[len(pages) // 2])
    assert 9 in {problem.position for problem in problems(damaged)}


def test_what_is_behind_missing_events_is_looked_at(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute("DELETE FROM event WHERE position BETWEEN 7 AND 9")
        connection.execute("UPDATE payload SET data = x'00' WHERE position = 40 AND part = 'original'")
    found = problems(damaged)
    assert Problem(7, "the events up to position 9 are missing") in found
    # Their payloads and their lookups are still there.
    assert {7, 8, 9} == {problem.position for problem in found if "payload table" in problem.message}
    assert 40 in {problem.position for problem in found}


def test_an_archive_without_a_head_is_looked_at_all_the_same(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute("DELETE FROM head")
        connection.execute("UPDATE payload SET data = x'00' WHERE position = 40 AND part = 'original'")
    assert {None, 40} <= {problem.position for problem in problems(damaged)}


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE payload SET salt = x'01' WHERE position = 1 AND chunk = 1", "a chunk behind the first one has a salt"),
        ("UPDATE payload SET codec = 7 WHERE position = 9 AND part = 'original'", "its codec 7 is unknown"),
        ("UPDATE payload SET codec = 'x' WHERE position = 9 AND part = 'original'", "a column is not of its type"),
        ("UPDATE payload SET codec = 1 - codec WHERE position = 9 AND part = 'original'", "match their checksum"),
        ("UPDATE payload SET salt = x'00' WHERE position = 9 AND part = 'original'", "its salt has 1 bytes"),
        ("UPDATE payload SET checksum = zeroblob(32) WHERE position = 9 AND part = 'original'", "match their checksum"),
        (
            "UPDATE payload SET salt = zeroblob(32), checksum = zeroblob(32) WHERE position = 9 AND part = 'original'",
            "match their checksum",
        ),
        (
            "UPDATE payload SET salt = zeroblob(32), checksum = zeroblob(32), data = zeroblob(length(data))"
            " WHERE position = 1 AND part = 'original' AND chunk = 0",
            "match their checksum",
        ),
        (
            "UPDATE payload SET salt = zeroblob(32), checksum = zeroblob(32), data = zeroblob(length(data))"
            " WHERE position = 9 AND part = 'original'",
            "is zeros, and no event tells of an erasure",
        ),
        ("UPDATE payload SET part = 'other' WHERE position = 9 AND part = 'origin'", "'other' that its envelope"),
        ("UPDATE payload SET part = 'other' WHERE position = 9 AND part = 'origin'", "'origin' is missing"),
    ],
)
def test_a_row_is_compared_column_by_column(damaged: Path, statement: str, message: str) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute(statement)
        ((position,),) = connection.execute("SELECT 1 + 8 * ?", (" 9 " in statement,)).fetchall()
    assert [problem for problem in problems(damaged) if problem.position == position and message in problem.message]


def test_bytes_that_are_cut_elsewhere_are_found(damaged: Path) -> None:
    with Archive.open(damaged) as archive:
        whole = archive.store.part(1, "original")
    cut = 1 << 19
    pieces = (whole[:cut], whole[cut:])
    with raw.unguarded(damaged) as connection:
        for chunk, piece in enumerate(pieces):
            connection.execute(
                "UPDATE payload SET codec = 0, data = ?, checksum = ? WHERE position = 1 AND part = 'original'"
                " AND chunk = ?",
                (piece, parts.checksum(parts.RAW, piece), chunk),
            )
    assert Problem(1, "part 'original': it is not cut where chunks end") in problems(damaged)


def test_a_row_at_half_a_position_is_found(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute("UPDATE payload SET position = 9.5 WHERE position = 9 AND part = 'original'")
        connection.execute("INSERT INTO lookup VALUES (17, 9.5)")
    messages = [problem.message for problem in problems(damaged) if problem.position is None]
    assert "the payload table knows an event that the log has not" in messages
    assert "the lookup table finds an article at 9.5, which is no position" in messages


def test_lookups_that_change_places_are_found(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute("UPDATE lookup SET position = -9 WHERE position = 9")
        connection.execute("UPDATE lookup SET position = 9 WHERE position = 10")
        connection.execute("UPDATE lookup SET position = 10 WHERE position = -9")
    assert {problem.position for problem in problems(damaged)} == {9, 10}


def test_a_fingerprint_knows_its_pairs_and_not_their_order() -> None:
    one, other, third = Fingerprint(), Fingerprint(), Fingerprint()
    other.place = third.place = one.place
    one.add((1, -(1 << 63), 1), 7)
    one.add((2,), 8)
    other.add((2,), 8)
    other.add((1, 1, -(1 << 63)), 7)
    third.add((2, -(1 << 63), 1), 7)
    third.add((1,), 8)
    assert one.product == other.product != third.product
    assert Fingerprint().place != one.place


def test_pairs_are_taken_in_as_they_are_added_and_only_integers() -> None:
    one, other = Fingerprint(7), Fingerprint(7)
    one.add((3, -4), 9)
    assert other.take([(-4, 9), (3, 9)])
    assert one.product == other.product
    assert not other.take([(3, 9.5)])
    assert not other.take([("3", 9)])


def test_nothing_is_repaired(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute("DELETE FROM lookup")
    before = (damaged / "events.db").read_bytes()
    with Archive.open(damaged) as archive:
        assert list(verify(archive)) != []
    assert (damaged / "events.db").read_bytes() == before


@pytest.mark.parametrize("value", [None, "3", b"3"])
def test_a_row_of_which_the_position_is_no_number_hides_no_damage(
    damaged: Path, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    # One flipped bit of a record's header makes NULL of a number, among rows that are in order by an index.
    stream = EventStore.stream

    def flipped(store: EventStore, sql: str, *arguments: object) -> Iterator[tuple[Any, ...]]:
        for number, row in enumerate(stream(store, sql, *arguments)):
            if sql == ROWS_OF_EVENTS and number == 7:
                yield value, *row[1:]
            yield row

    with raw.unguarded(damaged) as connection:
        connection.execute(f"UPDATE payload SET data = x'00' WHERE position = {EVENTS - 3} AND part = 'original'")
    monkeypatch.setattr(EventStore, "stream", flipped)
    assert {problem.position for problem in problems(damaged)} == {None, EVENTS - 3}
