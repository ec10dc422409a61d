"""Verification: an archive that is sound has no problem; whatever is changed, lost or put in is found and named."""

# ruff: noqa: S608, ISC004 - the statements are the tests' own
from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from archive import merkle, parts
from archive.archive import Archive
from archive.clock import stamp
from archive.verification import Problem, verify
from tests.archive import raw
from tests.archive.damage import EVENTS, copied, problems
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def damaged(sound: Path, tmp_path: Path) -> Path:
    """Give a copy of it, to be damaged."""
    return copied(sound, tmp_path / "damaged")


def test_a_sound_archive_has_no_problem(sound: Path) -> None:
    assert problems(sound) == []


def test_an_empty_archive_has_no_problem(archive: Archive) -> None:
    assert list(verify(archive)) == []


def test_progress_is_told(sound: Path) -> None:
    seen: list[tuple[int, int]] = []
    with Archive.open(sound) as archive:
        assert list(verify(archive, lambda done, total: seen.append((done, total)))) == []
    assert seen[-1] == (EVENTS, EVENTS)


def test_what_is_added_meanwhile_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.verification.walk.PAGE", 2)
    with Archive.create(tmp_path / "archive") as archive, Archive.open(tmp_path / "archive") as other:
        add_all(archive, numbered(5))

        def add_another(done: int, _total: int) -> None:
            add_all(other, numbered(1, start=100 + done))

        assert list(verify(archive, add_another)) == []
        assert list(verify(archive)) == []


# What a person would do


def changed(folder: Path, *statements: str) -> list[Problem]:
    with raw.unguarded(folder) as connection:
        for statement in statements:
            connection.execute(statement)
    return problems(folder)


def positions(found: list[Problem]) -> set[int | None]:
    assert found
    return {problem.position for problem in found}


def test_an_event_that_is_gone_is_found(damaged: Path) -> None:
    found = changed(damaged, "DELETE FROM event WHERE position = 7")
    assert Problem(7, "the event is missing; the next one has position 8") in found


def test_a_log_that_was_cut_is_found(damaged: Path) -> None:
    found = changed(
        damaged,
        "DELETE FROM event WHERE position > 200",
        "DELETE FROM payload WHERE position > 200",
        "DELETE FROM lookup WHERE position > 200",
    )
    assert any("head" in problem.message for problem in found)


def test_a_log_that_was_cut_with_its_head_is_found_by_its_nodes(damaged: Path) -> None:
    with Archive.open(damaged) as archive:
        leaves = archive.store.read_hashes(0, 0, 201)
    frontier = merkle.pack_frontier(merkle.append_leaves(0, (), leaves).frontier)
    found = changed(
        damaged,
        *(f"DELETE FROM {table} WHERE position > 200" for table in ("event", "payload", "lookup")),
        f"UPDATE head SET size = 201, frontier = x'{frontier.hex()}'",
    )
    assert any("nodes" in problem.message for problem in found)


def test_an_original_that_is_damaged_is_found_for_its_amended_version_too(damaged: Path) -> None:
    found = changed(damaged, "UPDATE payload SET data = x'00' WHERE position = 5 AND part = 'original'")
    assert {5, EVENTS - 1} <= positions(found)


def test_two_events_that_changed_places_are_found(damaged: Path) -> None:
    found = changed(
        damaged,
        "UPDATE event SET position = -1 WHERE position = 5",
        "UPDATE event SET position = 5 WHERE position = 6",
        "UPDATE event SET position = 6 WHERE position = -1",
    )
    assert {5, 6} <= positions(found)


def test_an_envelope_that_was_hashed_anew_is_found(damaged: Path) -> None:
    with Archive.open(damaged) as archive:
        encoded = archive.event(9).encoded.replace(b"added.v1", b"added.v2")
    leaf = merkle.leaf_hash(encoded)
    found = changed(
        damaged, f"UPDATE event SET envelope = x'{encoded.hex()}', leaf = x'{leaf.hex()}' WHERE position = 9"
    )
    assert "the tree's node over positions 0 to 255 is missing or wrong" in {problem.message for problem in found}


def test_a_payload_that_was_replaced_with_its_checksum_is_found(damaged: Path) -> None:
    data = b"Another text."
    check = parts.checksum(parts.RAW, data)
    found = changed(
        damaged,
        f"UPDATE payload SET codec = 0, data = x'{data.hex()}', checksum = x'{check.hex()}'"
        " WHERE position = 9 AND part = 'original'",
    )
    assert found == [Problem(9, "part 'original' is not what its envelope commits to")]


def test_two_payloads_that_changed_places_are_found(damaged: Path) -> None:
    found = changed(
        damaged,
        "UPDATE payload SET position = -1 WHERE position = 8",
        "UPDATE payload SET position = 8 WHERE position = 9",
        "UPDATE payload SET position = 9 WHERE position = -1",
    )
    assert {8, 9} <= positions(found)


def test_a_chunk_that_is_gone_is_found(damaged: Path) -> None:
    assert positions(changed(damaged, "DELETE FROM payload WHERE chunk = 1")) == {1}


def test_an_erasure_that_no_event_tells_of_is_found(damaged: Path) -> None:
    found = changed(
        damaged,
        "UPDATE payload SET salt = zeroblob(32), data = zeroblob(length(data)), checksum = zeroblob(32)"
        " WHERE position = 9",
    )
    assert positions(found) == {9}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO payload SELECT position, 'more', chunk, salt, codec, data, checksum FROM payload WHERE"
        " position = 9 AND part = 'original'",
        "INSERT INTO payload SELECT position, part, 1, x'', codec, data, checksum FROM payload WHERE"
        " position = 9 AND part = 'original'",
        "DELETE FROM lookup WHERE position = 9 AND key IN (SELECT key FROM lookup WHERE position = 9 LIMIT 1)",
        "INSERT INTO lookup VALUES (17, 9)",
        "INSERT INTO lookup VALUES (17, 9), (18, 9)",
        "UPDATE event SET id = '018f0000-0000-7000-8000-000000000001' WHERE position = 9",
    ],
)
def test_what_was_put_in_or_taken_out_is_found_at_its_event(damaged: Path, statement: str) -> None:
    assert positions(changed(damaged, statement)) == {9}


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        (f"INSERT INTO lookup VALUES (17, {EVENTS})", EVENTS),
        ("INSERT INTO lookup VALUES (17, -1)", -1),
        ("INSERT INTO lookup VALUES (17, 0)", 0),
        (f"INSERT INTO payload VALUES ({EVENTS}, 'text', 0, zeroblob(32), 0, x'', zeroblob(32))", EVENTS),
        ("INSERT INTO node VALUES (2, 0, zeroblob(32))", None),
        ("INSERT INTO node VALUES (7, 5, zeroblob(32))", None),
        ("DELETE FROM node", 0),
        ("DELETE FROM head", None),
        ("UPDATE head SET size = size + 1", None),
        ("INSERT INTO head SELECT 2, size, frontier FROM head", None),
        ("DELETE FROM meta WHERE name = 'secret'", None),
        ("INSERT INTO meta VALUES ('note', x'00')", None),
        ("UPDATE meta SET value = x'00' WHERE name = 'secret'", None),
        ("UPDATE meta SET value = 'text' WHERE name = 'secret'", None),
        ("UPDATE meta SET value = CAST('018f0000-0000-7000-8000-000000000001' AS BLOB) WHERE name = 'archive'", 0),
        ("UPDATE event SET envelope = CAST(envelope AS TEXT) WHERE position = 9", 9),
        ("UPDATE payload SET data = CAST(data AS TEXT) WHERE position = 9", 9),
        ("UPDATE payload SET chunk = 'x' WHERE position = 9 AND part = 'article'", 9),
    ],
)
def test_rows_that_belong_to_nothing_are_found(damaged: Path, statement: str, position: int | None) -> None:
    assert position in positions(changed(damaged, statement))


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER event_is_never_changed",
        "DROP TRIGGER payload_is_only_erased",
        "DROP TRIGGER event_comes_next",
        "CREATE TRIGGER more AFTER INSERT ON event BEGIN SELECT 1; END",
        "CREATE TABLE more (x)",
        "CREATE VIEW more AS SELECT 1",
        "CREATE INDEX more ON payload (salt)",
    ],
)
def test_a_schema_that_was_changed_is_found(damaged: Path, statement: str) -> None:
    with raw.connected(damaged) as connection:
        connection.execute(statement)
    assert any("schema" in problem.message for problem in problems(damaged))


@pytest.mark.parametrize(
    ("table", "column", "message"),
    [
        ("event", "leaf", "the envelope does not match its leaf hash"),
        ("event", "envelope", "the envelope is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("payload", "checksum", "part 'archive': its bytes do not match their checksum"),
    ],
)
@pytest.mark.parametrize("position", [0, EVENTS - 1])
def test_the_first_and_the_last_event_are_looked_at(
    damaged: Path, table: str, column: str, message: str, position: int
) -> None:
    found = changed(damaged, f"UPDATE {table} SET {column} = zeroblob(32) WHERE position = {position}")
    assert message.replace("'archive'", "'article'" if position else "'archive'") in {
        problem.message for problem in found if problem.position == position
    }


def test_an_archive_of_another_id_says_of_its_first_event_so(damaged: Path) -> None:
    other = "018f0000-0000-7000-8000-000000000001"
    found = changed(damaged, f"UPDATE meta SET value = CAST('{other}' AS BLOB) WHERE name = 'archive'")
    assert any(problem.message.endswith(f"the meta table says {other}") for problem in found if problem.position == 0)


def test_damage_at_one_event_does_not_hide_that_at_another(damaged: Path) -> None:
    found = changed(
        damaged,
        "UPDATE payload SET data = zeroblob(length(data)) WHERE position = 9",
        "UPDATE event SET envelope = x'7b7d' WHERE position = 12",
        "UPDATE payload SET salt = zeroblob(32) WHERE position = 20 AND part = 'article'",
        "INSERT INTO lookup VALUES (17, 40)",
        "UPDATE head SET frontier = zeroblob(length(frontier))",
    )
    assert {9, 12, 20, 40, None} <= positions(found)


def test_an_event_from_before_the_one_ahead_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        monkeypatch.setattr("archive.appending.later", lambda before, now: min(before, now) if before else now)
        monkeypatch.setattr("archive.appending.now", lambda: stamp(0))
        add_all(archive, numbered(1))
        assert 1 in positions(list(verify(archive)))


def test_a_document_that_states_another_digest_is_found(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        made = submission("Text.")
        archive.add(attrs.evolve(made, original=b"Test."))
        assert list(verify(archive)) == [Problem(1, "the digest it states is not that of its original")]


def test_a_problem_says_where_it_is() -> None:
    assert str(Problem(7, "it is gone")) == "position 7: it is gone"
    assert str(Problem(None, "the head is gone")) == "the head is gone"
