"""Usual events, looked at together: what is found of them is what looking at each alone finds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archive import lookup
from archive.archive import Archive
from archive.intake import gather
from archive.verification import Problem, usual, verify
from archive.verification.payload import ROWS_OF_EVENTS
from archive.verification.rows import Payloads
from tests.archive import raw
from tests.archive.damage import EVENTS, copied, problems
from tests.archive.making import add_all, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST = 20
"""By then envelopes of the usual lengths have been met often enough."""


@pytest.fixture
def damaged(sound: Path, tmp_path: Path) -> Path:
    """Give a copy of a sound archive, to be damaged."""
    return copied(sound, tmp_path / "damaged")


def looked_at(archive: Archive, start: int, end: int) -> Sequence[usual.Usual | None]:
    """Look at events `[start, end)` together."""
    found = archive.store.rows(
        "SELECT position, id, envelope, leaf FROM event WHERE position >= ? AND position < ? ORDER BY 1", start, end
    )
    return usual.look(found, archive.store.rows(ROWS_OF_EVENTS, start, end), archive.store.secret)


def test_ordinary_articles_are_usual_and_found_by_their_lookups(sound: Path) -> None:
    assert problems(sound) == []
    with Archive.open(sound) as archive:
        found = looked_at(archive, FIRST, FIRST + usual.BATCH)
        stored = archive.store.rows("SELECT position, key FROM lookup")
        assert len(found) == usual.BATCH
        for position, one in enumerate(found, FIRST):
            assert one is not None
            assert {*one.keys} == {key for at, key in stored if at == position}
            assert (one.source, one.time) == (f"urn:uuid:{archive.id}", archive.event(position).envelope.time)


def test_a_text_beside_its_original_is_usual(archive: Archive, tmp_path: Path) -> None:
    records = [{"id": f"{number:03}", "title": "Late", "body": f"Ferry {number:03} was late."} for number in range(40)]
    (tmp_path / "ferries.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    list(archive.add_many(gather([str(tmp_path / "ferries.jsonl")])))
    position = archive.size() - 3
    version = archive.version(position)
    assert not version.article.text_is_original
    assert list(verify(archive)) == []
    [one] = looked_at(archive, position, position + 1)
    assert one is not None
    text = archive.text(version)
    assert {*one.keys} == {*lookup.keys_of(archive.store.secret, version.article_id, version.article, text)}


DAMAGE = [
    "UPDATE payload SET data = zeroblob(length(data)) WHERE position = 30 AND part = 'original'",
    "UPDATE payload SET salt = randomblob(32) WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET salt = x'00' WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET checksum = zeroblob(32) WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET codec = 2 WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET codec = -1 WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET codec = 0.5 WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET data = 'text' WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET chunk = 1 WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET part = 'other' WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET part = CAST('origin' AS BLOB) WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET position = 30.5 WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET position = 30.5, chunk = 1 WHERE position = 30 AND part = 'origin'",
    "UPDATE payload SET position = 31, part = 'other' WHERE position = 30 AND part = 'origin'",
    "DELETE FROM payload WHERE position = 30",
    "DELETE FROM payload WHERE position = 30 AND part = 'origin'",
    "INSERT INTO payload VALUES (30, 'more', 0, zeroblob(32), 0, x'', zeroblob(32))",
    "DELETE FROM event WHERE position = 30",
    "UPDATE event SET leaf = zeroblob(32) WHERE position = 30",
    "UPDATE event SET id = replace(id, '-', '0') WHERE position = 30",
    'UPDATE event SET envelope = replace(envelope, \'"time":"2\', \'"time":"x\') WHERE position = 30',
    'UPDATE event SET envelope = CAST(replace(envelope, \'"time":"2\', \'"time":"9\') AS BLOB) WHERE position = 30',
    "UPDATE event SET envelope = CAST(replace(envelope, '\"1.0\"', '\"1.1\"') AS BLOB) WHERE position = 30",
    "UPDATE event SET envelope = CAST(replace(envelope, 'added', 'eaten') AS BLOB) WHERE position = 30",
]


@pytest.mark.parametrize("statement", DAMAGE)
def test_both_ways_find_the_same(damaged: Path, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute(statement)
    together = problems(damaged)
    monkeypatch.setattr(usual, "look", lambda found, _rows, _secret: [None] * len(found))
    assert together == problems(damaged)
    assert 30 in {problem.position for problem in together}


def test_a_row_of_no_event_is_found_whatever_its_chunk(damaged: Path) -> None:
    with raw.unguarded(damaged) as connection:
        connection.execute("INSERT INTO payload VALUES (30.5, 'more', 1, x'', 0, x'', randomblob(32))")
    assert Problem(None, "the payload table knows an event that the log has not") in problems(damaged)


@pytest.mark.parametrize("held", [0, 300, 1000])
def test_what_is_read_ahead_is_bounded_and_nothing_is_left_out(
    damaged: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr("archive.verification.rows._HELD", held)
    with Archive.open(damaged) as archive, archive.store.snapshot():
        rows, complete = Payloads(archive.store, FIRST, EVENTS).ahead(range(FIRST, EVENTS))
        assert {row[0] for row in rows} == {*range(FIRST, FIRST + complete)}
        assert 0 < complete <= held // 100 + 1
    assert problems(damaged) == []
    with raw.unguarded(damaged) as connection:
        connection.execute("UPDATE payload SET data = x'00' WHERE position IN (30, 31) AND part = 'original'")
    assert {problem.position for problem in problems(damaged)} == {30, 31}


def test_rows_are_read_ahead_up_to_the_last_of_an_event(sound: Path) -> None:
    with Archive.open(sound) as archive, archive.store.snapshot():
        payloads = Payloads(archive.store, FIRST, EVENTS)
        for start, end in ((FIRST, FIRST + 7), (FIRST + 7, FIRST + 8), (FIRST + 8, EVENTS)):
            rows, complete = payloads.ahead(range(start, end))
            assert (complete, rows) == (end - start, archive.store.rows(ROWS_OF_EVENTS, start, end))
            assert payloads.ahead(range(start, end)) == (rows, complete)
            payloads.drop(end - 2)
            assert payloads.of(end - 1) == archive.store.rows(ROWS_OF_EVENTS, end - 1, end)
            assert payloads.of(end - 1) == []


def test_payloads_that_are_large_together_are_looked_at_one_by_one(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usual, "_MOST", 100)
    with Archive.open(sound) as archive:
        assert looked_at(archive, FIRST, FIRST + 9) == [None] * 9
    assert problems(sound) == []


def test_nothing_is_usual_where_there_are_no_payloads(archive: Archive) -> None:
    add_all(archive, numbered(1))
    rows = archive.store.rows("SELECT position, id, envelope, leaf FROM event")
    assert usual.look(rows, [], archive.store.secret) == [None] * len(rows)
