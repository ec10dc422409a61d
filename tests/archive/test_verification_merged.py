"""Verification of events that a merge brought: they have other clocks and sources, up to where their block ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from archive.ids import new_id
from archive.moving.merging import merge
from archive.moving.sources import source_at
from archive.verification.walk import Walk
from tests.archive import raw
from tests.archive.damage import copied, problems
from tests.archive.making import add_all, kinds, numbered

if TYPE_CHECKING:
    from pathlib import Path

EARLY, LATE = "2031-01-01T00:00:00.000000Z", "2031-01-02T00:00:00.000000Z"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Give an archive that took in another one between its own articles, and the position of the merge."""
    folder = tmp_path_factory.mktemp("merged")
    with Archive.create(folder / "there") as other:
        add_all(other, numbered(3, 100))
    with Archive.create(folder / "here") as archive:
        add_all(archive, numbered(2))
        with source_at(folder / "there", lock_timeout=5) as source:
            merge(archive, source)
        add_all(archive, numbered(2, 200))
        return folder / "here", kinds(archive).index("archive.merged")


@pytest.fixture
def walk(archive: Archive) -> Walk:
    """Give a walk over an archive that has nothing to be walked over."""
    return Walk(archive.store, archive.id, 0, {}, ())


def test_what_a_merge_brought_verifies(merged: tuple[Path, int]) -> None:
    assert problems(merged[0]) == []


def test_the_events_of_a_damaged_merge_are_not_told_one_by_one(merged: tuple[Path, int], tmp_path: Path) -> None:
    folder, position = merged
    spoiled = copied(folder, tmp_path / "spoiled")
    with raw.unguarded(spoiled) as connection:
        connection.execute("UPDATE payload SET data = x'00' WHERE position = ? AND part = 'merged'", (position,))
    assert {problem.position for problem in problems(spoiled)} == {position}


def test_a_block_ends_where_its_merge_says(walk: Walk) -> None:
    other = f"urn:uuid:{new_id()}"
    walk._block_end = 5
    assert [walk._is_in_block(position, other) for position in (4, 5, 6)] == [True, False, False]


def test_a_block_of_unknown_length_ends_with_the_archives_own_events(archive: Archive, walk: Walk) -> None:
    other = f"urn:uuid:{new_id()}"
    walk._block_unknown = True
    assert walk._is_in_block(5, other)
    assert walk._is_in_block(6, other)
    assert not walk._is_in_block(7, f"urn:uuid:{archive.id}")
    assert not walk._is_in_block(8, other)


def test_times_never_go_back_within_a_source(archive: Archive, walk: Walk) -> None:
    own = f"urn:uuid:{archive.id}"
    assert walk._time_wrong(1, own, EARLY) == []
    assert walk._time_wrong(2, own, LATE) == []
    assert walk._time_wrong(3, own, LATE) == []
    [message] = walk._time_wrong(4, own, EARLY)
    assert message == f"its time {EARLY} is before that of the event ahead"
    assert walk.latest == {own: LATE}


def test_an_event_of_another_source_that_no_merge_brought_is_told(walk: Walk) -> None:
    other = f"urn:uuid:{new_id()}"
    assert walk._time_wrong(1, other, EARLY) == [f"it is of {other}, and no merge brought it"]
    # That the first one is of another source is told by itself.
    assert walk._time_wrong(0, other, EARLY) == []
