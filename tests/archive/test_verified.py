"""Verifying what came since an earlier verification, and against a checkpoint; how far that came is remembered."""

# ruff: noqa: S608 - the statements are the tests' own
from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs
import pytest

from archive import events, lookup, merkle
from archive.archive import Archive
from archive.ids import new_id
from archive.new_events import article_erased
from archive.verification import Problem, Verification, Verified
from archive.verification.verified import FILE, recall, remember
from tests.archive import raw
from tests.archive.damage import EVENTS, copied
from tests.archive.making import add_all, numbered
from tests.archive.test_erased_parts import erase

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def grown(sound: Path, tmp_path: Path) -> Path:
    """Give a copy of an archive that was verified, and to which 300 articles were added since."""
    folder = copied(sound, tmp_path / "grown")
    with Archive.open(folder) as archive:
        verified = whole(archive)
        assert verified is not None
        remember(folder, verified)
        add_all(archive, numbered(300, start=1000))
    return folder


def whole(archive: Archive) -> Verified | None:
    verification = Verification(archive)
    list(verification.problems())
    return verification.verified


def since(folder: Path) -> tuple[list[Problem], Verified | None, list[tuple[int, int]]]:
    """Verify what came since; return the problems, how far it came, and the steps of its progress."""
    steps: list[tuple[int, int]] = []
    with Archive.open(folder) as archive:
        verification = Verification(archive, since=recall(folder, archive.id))
        return list(verification.problems(lambda *step: steps.append(step))), verification.verified, steps


def spoil(folder: Path, *statements: str) -> None:
    with raw.unguarded(folder) as connection:
        for statement in statements:
            connection.execute(statement)


def test_only_what_came_since_is_looked_at(grown: Path) -> None:
    spoil(grown, "UPDATE payload SET data = zeroblob(length(data)) WHERE position = 9")
    found, verified, steps = since(grown)
    assert found == []
    assert verified is not None
    assert verified.size == EVENTS + 301
    assert steps[0][0] > EVENTS
    with Archive.open(grown) as archive:
        assert verified.root == archive.root().hex()


def test_going_on_step_by_step_leads_to_what_one_look_finds(grown: Path) -> None:
    with Archive.open(grown) as archive:
        at_once = whole(archive)
    _, verified, _ = since(grown)
    assert verified is not None
    assert at_once is not None
    assert attrs.evolve(verified, time=at_once.time) == at_once


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE payload SET data = zeroblob(length(data)) WHERE position = {EVENTS + 7}",
        f"UPDATE event SET envelope = x'7b7d' WHERE position = {EVENTS + 7}",
        f"DELETE FROM lookup WHERE position = {EVENTS + 7}",
        f"INSERT INTO lookup VALUES (17, {EVENTS + 7})",
        f"DELETE FROM event WHERE position = {EVENTS + 7}",
    ],
)
def test_damage_of_what_came_since_is_found(grown: Path, statement: str) -> None:
    spoil(grown, statement)
    found, verified, _ = since(grown)
    assert EVENTS + 7 in {problem.position for problem in found}
    assert verified is None


def test_what_was_verified_must_still_be_there(grown: Path) -> None:
    with Archive.open(grown) as archive:
        first = recall(grown, archive.id)
    assert first is not None
    assert first.size == EVENTS
    spoil(grown, "UPDATE event SET leaf = zeroblob(32) WHERE position = 261")
    found, verified, _ = since(grown)
    assert [problem.message for problem in found] == [
        f"the first {EVENTS} events are not those that were verified on {first.time}"
    ]
    assert verified is None


def test_a_log_that_is_shorter_than_what_was_verified_is_found(grown: Path, sound: Path) -> None:
    with Archive.open(grown) as archive:
        verified = whole(archive)
    assert verified is not None
    copied(sound, grown)
    remember(grown, verified)
    [problem], none, _ = since(grown)
    assert problem.message.startswith(f"the log has {EVENTS} events; when it was verified on ")
    assert none is None


def test_an_event_from_before_what_was_verified_is_found(grown: Path) -> None:
    with Archive.open(grown) as archive:
        verified = recall(grown, archive.id)
        assert verified is not None
        late = attrs.evolve(verified, latest={f"urn:uuid:{archive.id}": "2999-01-01T00:00:00.000000Z"})
    remember(grown, late)
    found, _, _ = since(grown)
    assert {problem.position for problem in found} == set(range(EVENTS, EVENTS + 301))


def test_an_erasure_since_is_looked_for_in_what_was_verified(grown: Path) -> None:
    with Archive.open(grown) as archive:
        erase(archive, 20)
        erase(archive, 30, zero=False)
    found, _, _ = since(grown)
    assert {problem.position for problem in found} == {30}
    assert all("purge pending" in problem.message for problem in found)


def test_one_part_that_was_erased_since_is_looked_for_among_the_others(grown: Path) -> None:
    with Archive.open(grown) as archive:
        recorded = archive.event(20).envelope
        erased = article_erased(
            article_id=recorded.subject,
            run_id=new_id(),
            causation=None,
            ground={},
            suppressed={},
            parts={recorded.id: {"origin"}},
        )
        with archive.store.appending() as appender:
            appender.append(erased, lookup.life_cycle_keys(events.ARTICLE_ERASED, recorded.subject))
    assert [problem.position for problem in since(grown)[0]] == [20]
    spoil(
        grown,
        "UPDATE payload SET salt = zeroblob(32), data = zeroblob(length(data)), checksum = zeroblob(32)"
        " WHERE position = 20 AND part = 'origin'",
    )
    assert since(grown)[0] == []


def test_an_index_and_constraints_are_not_checked_again(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.verification.tables.check_database", lambda _store: iter([Problem(None, "asked")]))
    assert since(grown)[0] == []
    with Archive.open(grown) as archive:
        assert list(Verification(archive).problems()) == [Problem(None, "asked")]


# Checkpoints


def against(folder: Path, size: int, root: bytes, *, incremental: bool = False) -> list[str]:
    with Archive.open(folder) as archive:
        older = recall(folder, archive.id) if incremental else None
        verification = Verification(archive, since=older, checkpoint=(size, root))
        return [problem.message for problem in verification.problems()]


@pytest.mark.parametrize("incremental", [False, True])
@pytest.mark.parametrize("size", [0, 1, 100, 256, EVENTS, EVENTS + 1, 512, EVENTS + 301])
def test_a_log_extends_its_own_checkpoints(grown: Path, size: int, incremental: bool) -> None:
    with Archive.open(grown) as archive:
        root = archive.root(size)
    assert against(grown, size, root, incremental=incremental) == []
    other = against(grown, size, bytes(32), incremental=incremental)
    assert other == [f"the first {size} events are not those of the checkpoint: their root hash is another"]


def test_a_checkpoint_is_compared_with_leaves_that_were_met(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(grown) as archive:
        root = archive.root(100)
    monkeypatch.delattr(merkle, "root_at")
    assert against(grown, 100, root) == []


def test_a_log_that_is_shorter_than_its_checkpoint_is_found(grown: Path) -> None:
    assert against(grown, 1000, bytes(32)) == [
        f"the log has {EVENTS + 301} events, the checkpoint 1000: its end is gone"
    ]


def test_a_log_that_was_written_anew_is_found_by_a_checkpoint_only(grown: Path) -> None:
    with Archive.open(grown) as archive:
        size, root = archive.size(), archive.root()
        envelopes = [event.encoded for event in archive.events()]
        leaves = archive.store.read_hashes(0, 0, EVENTS + 301)
    # The last two events change places, hashed anew with all that stands above them.
    envelopes[-1], envelopes[-2] = envelopes[-2], envelopes[-1]
    again = merkle.append_leaves(0, (), [*leaves[:-2], leaves[-1], leaves[-2]])
    assert merkle.root_of(again.size, again.frontier) != root
    spoil(
        grown,
        *(f"UPDATE {table} SET position = -1 WHERE position = {size - 1}" for table in ("event", "payload", "lookup")),
        *(
            f"UPDATE {table} SET position = {size - 1} WHERE position = {size - 2}"
            for table in ("event", "payload", "lookup")
        ),
        *(f"UPDATE {table} SET position = {size - 2} WHERE position = -1" for table in ("event", "payload", "lookup")),
        f"UPDATE head SET frontier = x'{merkle.pack_frontier(again.frontier).hex()}'",
    )
    assert [message for message in against(grown, size, root) if "checkpoint" in message]


# What is remembered


def test_what_was_verified_is_remembered_for_its_archive_alone(grown: Path) -> None:
    with Archive.open(grown) as archive:
        assert recall(grown, archive.id) is not None
        assert recall(grown, "018f0000-0000-7000-8000-000000000001") is None
    assert (grown / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in grown.iterdir() if path.name.startswith(FILE)] == [FILE]


@pytest.mark.parametrize("spoiled", ["", "[]", "{}", "\x00", "[" * 9999, '{"size": "9"}'])
def test_what_cannot_be_read_is_not_known(grown: Path, spoiled: str) -> None:
    (grown / FILE).write_text(spoiled)
    with Archive.open(grown) as archive:
        assert recall(grown, archive.id) is None


@pytest.mark.parametrize(("member", "value"), [("size", -1), ("root", 7), ("latest", {"a": 1}), ("time", None)])
def test_a_member_that_makes_no_sense_is_not_taken(grown: Path, member: str, value: object) -> None:
    kept = json.loads((grown / FILE).read_text())
    (grown / FILE).write_text(json.dumps({**kept, member: value}))
    assert recall(grown, kept["archive"]) is None


def test_an_archive_with_a_problem_is_not_verified(grown: Path) -> None:
    spoil(grown, "INSERT INTO lookup VALUES (17, 9)")
    with Archive.open(grown) as archive:
        assert whole(archive) is None
