"""Reading a generation: what is current at a position, and the statistics as of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from index.errors import TornIndexError
from index.reading import View
from index.search import SORTS
from tests.factories import Clipping, add_all
from tests.index.searching import all_positions, matched, scored_by_both, segments, superseded

if TYPE_CHECKING:
    from archive.archive import Archive
    from tests.index.searching import NotedIndex

TEXTS = ["ship", "ship ship storm", "storm", "harbour ship", "pilot", "ship storm pilot harbour", "harbour", "ship"]


@pytest.fixture
def positions(archive: Archive, index: NotedIndex) -> list[int]:
    """Eight versions in three segments; the third and the last are versions of the first article."""
    keys = {0: "k", 2: "k", 7: "k"}
    clippings = [Clipping(text=f"{text} {number}", key=keys.get(number)) for number, text in enumerate(TEXTS)]
    found = []
    for some in (clippings[:3], clippings[3:4], clippings[4:]):
        found += add_all(archive, some)
        index.catch_up()
    with index.view() as view:
        assert segments(view) == [3, 1, 4]
    return found


def test_document_numbers_follow_positions(index: NotedIndex, positions: list[int]) -> None:
    with index.view() as view:
        assert all_positions(view) == positions
        for document, position in enumerate(positions):
            assert view.document_at(position) == document
        assert view.document_at(0) == 0
        assert view.document_at(positions[-1] + 1) == len(positions)


def test_statistics_are_those_of_the_documents_by_then(index: NotedIndex, positions: list[int]) -> None:
    for count, position in enumerate(positions, 1):
        with index.view(at=position) as view:
            assert view.limit == count
            for term in ("ship", "storm", "pilot", "zzz"):
                expected = sum(term in text.split() for text in TEXTS[:count])
                assert view.document_frequency("text", term.encode()) == expected
            assert view.average_length("text") == sum(len(text.split()) + 1 for text in TEXTS[:count]) / count
            assert view.average_length("title") == 0.0


def test_what_is_current_changes_with_the_position(index: NotedIndex, positions: list[int]) -> None:
    first, second, third = (positions[number] for number in (0, 2, 7))
    current: dict[int, set[int]] = {}
    for at in positions:
        with index.view(at=at) as view:
            current[at] = set(matched(view, "-zzz"))
            assert set(superseded(view)).isdisjoint(current[at])
    assert first in current[first]
    assert {first, second} & current[second] == {second}
    assert {first, second, third} & current[third] == {third}
    assert len(current[third]) == len(positions) - 2


def test_a_score_is_bm25_with_the_statistics_of_the_position(index: NotedIndex, positions: list[int]) -> None:
    at = positions[3]
    with index.view(at=at) as view:
        scores = {view.position_of(number): score for number, score in scored_by_both(view, "text:storm")}
    average = (2 + 4 + 2 + 3) / 4
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))

    def bm25(frequency: int, length: int) -> float:
        return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / average))

    assert scores == {positions[1]: pytest.approx(bm25(1, 4)), positions[2]: pytest.approx(bm25(1, 2))}


def test_places_of_a_term_are_read_from_each_segment(index: NotedIndex, positions: list[int]) -> None:
    with index.view() as view:
        found: dict[int, list[int]] = {}
        for part in view.parts:
            entry = part.term("text", b"ship")
            if entry is not None:
                places = part.places(entry, range(part.limit))
                found |= {part.offset + document: list(here) for document, here in places.items()}
                assert part.places(entry, []) == {}
        assert found == {0: [0], 1: [0, 1], 3: [1], 5: [0], 7: [0]}


def test_before_the_first_article_there_is_nothing(index: NotedIndex, positions: list[int]) -> None:
    with index.view(at=0) as view:
        assert view.limit == 0
        assert matched(view, "-zzz") == []
        assert view.average_length("text") == 0.0


def test_an_index_of_no_articles_is_read_like_any(index: NotedIndex) -> None:
    with index.view() as view:
        assert view.limit == 0
        assert superseded(view) == []
        assert matched(view, "ship OR -ship") == []
    for sort in SORTS:
        assert index.found("ship", sort=sort) == []


def test_a_folder_that_is_gone_is_a_torn_index(index: NotedIndex, positions: list[int]) -> None:
    generation = index.fresh()
    for file in generation.folder.iterdir():
        file.unlink()
    with pytest.raises(TornIndexError):
        View(generation, 1)
