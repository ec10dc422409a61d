"""Building: catching up and rebuilding come to the same, and a crash of either leaves what was there."""

from __future__ import annotations

import hashlib
import sys
import zlib
from contextlib import nullcontext, suppress
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index import batches, builder, tasks
from index.errors import UnsearchableError
from index.processes import TaskFailedError
from index.projection import projected
from index.search import SORTS
from index.segment import collector, policy
from index.segment.policy import MOST
from index.segment.vocabulary import Vocabulary
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex, all_positions, matched, segments
from tests.index.test_search import CORPORA, QUERIES, same

if TYPE_CHECKING:
    from collections.abc import Iterator


@settings(max_examples=12, deadline=None)
@given(CORPORA, st.sets(st.integers(0, 24), max_size=12))
def test_a_rebuild_equals_catching_up_in_any_split(clippings: list[Clipping], cuts: set[int]) -> None:
    with TemporaryDirectory() as folder, Archive.create(Path(folder, "archive")) as archive:
        index = NotedIndex(archive)
        edges = [0, *sorted(cut for cut in cuts if cut <= len(clippings)), len(clippings)]
        for start, end in pairwise(edges):
            add_all(archive, clippings[start:end])
            index.catch_up()
        searches = [(query, sort) for query in QUERIES for sort in SORTS]
        before = [index.scored(query, sort=sort) for query, sort in searches]
        caught_up = index.fresh().state
        rebuilt = index.rebuild().state
        assert caught_up._replace(segments=()) == rebuilt._replace(segments=())
        for (query, sort), found in zip(searches, before, strict=True):
            same(index.scored(query, sort=sort), found)


def test_adding_one_by_one_keeps_few_segments_in_the_order_of_the_log(archive: Archive, index: NotedIndex) -> None:
    positions = []
    for number in range(40):
        positions.append(add(archive, f"ships came in, number {number}"))
        index.catch_up()
        with index.view() as view:
            assert len(segments(view)) <= MOST
            assert all_positions(view) == positions
    assert index.found("ships") == positions
    assert len(list(index.generations.folder.iterdir())) == 4


@pytest.mark.slow
@pytest.mark.parametrize("processors", [2, 4])
def test_processes_build_what_one_process_builds(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    add_all(archive, [Clipping(text=f"ships {number} came in", key=f"{number % 30}") for number in range(120)])
    expected = index.rebuild().state
    found = [index.scored(query) for query in ("ships came", "7 OR 8", "-9")]
    monkeypatch.setattr(builder, "EVENTS_FOR_PROCESSES", 1)
    monkeypatch.setattr(builder, "EVENTS_A_TASK", 40)
    monkeypatch.setattr(builder, "processors", lambda: processors)
    index.steps.clear()
    state = index.rebuild().state
    assert index.steps == sorted(index.steps)
    assert len(state.segments) <= MOST
    assert state._replace(segments=()) == expected._replace(segments=())
    for query, before in zip(("ships came", "7 OR 8", "-9"), found, strict=True):
        same(index.scored(query), before)


@pytest.mark.slow
@pytest.mark.parametrize("processors", [2, 4])
def test_a_task_that_fails_in_its_process_is_done_here(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    positions = add_all(archive, [Clipping(text=f"ships {number} came in") for number in range(40)])
    monkeypatch.setattr(builder, "EVENTS_FOR_PROCESSES", 1)
    monkeypatch.setattr(builder, "EVENTS_A_TASK", 40)
    monkeypatch.setattr(builder, "processors", lambda: processors)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    index.rebuild()
    assert index.found("ships") == positions


@pytest.mark.slow
def test_nothing_is_left_of_what_a_reader_had_read_that_fails(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions = add_all(archive, [Clipping(text=f"ships {number} came in") for number in range(40)])

    def failing(*range_: object) -> Iterator[object]:
        yield from islice(batches.batches(projected(*range_)), 3)  # type: ignore[arg-type]
        raise TaskFailedError("killed")

    monkeypatch.setattr(builder, "EVENTS_FOR_PROCESSES", 1)
    monkeypatch.setattr(builder, "processors", lambda: 2)
    monkeypatch.setattr(builder, "TOKENS_AT_ONCE", 1)
    monkeypatch.setattr(batches, "DOCUMENTS", 1)
    monkeypatch.setattr(policy, "FEW_TOKENS", 0)
    monkeypatch.setattr(tasks, "_read_ahead", lambda *range_: nullcontext(failing(*range_)))
    state = index.rebuild().state
    assert index.found("ships") == positions
    assert {file.name for file in index.fresh().folder.iterdir()} == {"state.json", *state.segments}


def test_a_task_that_is_none_says_how_they_are_called() -> None:
    with pytest.raises(SystemExit, match="usage"):
        tasks.main(["build"])


def test_a_segment_is_written_when_enough_tokens_are_collected(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions = add_all(archive, [Clipping(text=f"ships came in {number}") for number in range(9)])
    # Of each four words, and where it came from.
    monkeypatch.setattr(tasks, "TOKENS_A_SEGMENT", 13)
    monkeypatch.setattr(Vocabulary, "weight", 0)
    monkeypatch.setattr(batches, "DOCUMENTS", 1)
    monkeypatch.setattr(collector, "WAITING", 1)
    # Else so few tokens become one segment in the end.
    monkeypatch.setattr(policy, "FEW_TOKENS", 0)
    index.rebuild()
    with index.view() as view:
        assert segments(view) == [3, 3, 3]
        assert matched(view, "ships") == positions


def test_a_segment_is_written_when_enough_different_words_are_collected(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions = add_all(archive, [Clipping(text=f"ships came in {'x' * 400}{number}") for number in range(9)])
    monkeypatch.setattr(tasks, "TOKENS_A_SEGMENT", 200)
    monkeypatch.setattr(batches, "DOCUMENTS", 1)
    monkeypatch.setattr(collector, "WAITING", 1)
    # Else so few tokens become one segment in the end.
    monkeypatch.setattr(policy, "FEW_TOKENS", 0)
    index.rebuild()
    with index.view() as view:
        assert len(segments(view)) > 2
        assert matched(view, "ships") == positions


def test_a_catch_up_changes_no_file_of_the_generation_before(archive: Archive, index: NotedIndex) -> None:
    for number in range(9):
        add(archive, f"ships {number}")
        index.catch_up()
    old = index.fresh()
    digests = _digests(old.folder)
    add(archive, "ships again")
    new = index.catch_up()
    assert new.folder != old.folder
    assert _digests(old.folder) == digests


def _digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_the_state_sums_up_the_log(archive: Archive, index: NotedIndex) -> None:
    add(archive, "ships came in", title="Ships")
    index.catch_up()
    add(archive, "a storm")
    state = index.catch_up().state
    assert (state.documents, state.size, state.archive) == (2, archive.size(), archive.id)
    assert state.root == archive.root().hex()


def test_catching_up_with_nothing_new_is_the_same_generation(archive: Archive, index: NotedIndex) -> None:
    add(archive, "ships")
    assert index.catch_up() == index.catch_up() == index.fresh()


def test_progress_goes_up_to_all_events(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, [Clipping(text=f"ships {number}") for number in range(5)])
    index.catch_up()
    done, totals = zip(*index.steps, strict=True)
    assert list(done) == sorted(done)
    assert set(totals) == {archive.size()} == {done[-1]}
    index.steps.clear()
    add(archive, "ships again")
    index.catch_up()
    assert index.steps[-1] == (2, 2)


def test_no_text_is_in_the_index_but_values_of_names_for_counting(archive: Archive, index: NotedIndex) -> None:
    add(
        archive,
        "The quiet harbour of Quellin took in nine ships.",
        title="Quellin takes in ships",
        publisher="Port News",
    )
    index.catch_up()
    add(archive, "A storm went over the old quay at night.")
    generation = index.catch_up()
    stored = b"".join(_readable(file.read_bytes()) for file in generation.folder.iterdir())
    assert b"quellin" in stored
    for words in (b"harbour of Q", b"takes in shi", b"over the old", b"OVER THE OLD"):
        assert words.lower() not in stored.lower()
    assert stored.count(b"Port News") == 1


def _readable(data: bytes) -> bytes:
    """Return bytes with all that is behind what begins like a zlib stream."""
    unpacked = [data]
    for at in range(len(data)):
        if data[at : at + 1] == b"\x78":
            with suppress(zlib.error):
                unpacked.append(zlib.decompressobj().decompress(data[at:]))
    return b"\n".join(unpacked)


@pytest.mark.parametrize("onto_old", [True, False])
def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch, onto_old: bool
) -> None:
    kept = add(archive, "ships one")
    old = index.catch_up()
    add_all(archive, [Clipping(text=f"ships {number}") for number in range(9)])

    def failing(*range_: object) -> Iterator[object]:
        yield next(projected(*range_))  # type: ignore[arg-type]
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "projected", failing)
        with pytest.raises(UnsearchableError, match="No space left"):
            index.catch_up() if onto_old else index.rebuild()
        # A search says so and answers from the index that there is.
        assert index.found("ships") == [kept]
        assert "behind" in index.notes[-1]
    assert index.generations.current() == old
    # The next build clears the rest away, and nothing of the failed one is in it.
    assert len(index.found("ships")) == 10
    assert len([entry for entry in index.generations.folder.iterdir() if entry.is_dir()]) == 2
