"""Search: which articles, in which order, as of which event."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index.errors import BadPositionError
from index.query.errors import QueryError
from index.search import SORTS, Request
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from index.search import Sort

VOCABULARY = ["ship", "harbour", "pilot", "storm", "quay"]
QUERIES = ["ship", "ship storm", '"ship storm"', "ship OR pilot OR quay", "ship -storm", "-ship", "title:ship"]
QUERIES += ["publisher:courier OR publisher:news OR storm", "published:2021.. ship", "ship harbour pilot storm quay"]
STAMPS = [None, None, "2019-05-01T00:00:00Z", "2020-05-01T00:00:00+02:00", "2031-01-01T00:00:00Z"]

PROSE = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=8).map(" ".join)
CLIPPINGS = st.builds(
    Clipping,
    text=PROSE,
    title=PROSE | st.none(),
    key=st.sampled_from(["one", "two", None]),
    captured=st.sampled_from(STAMPS),
    published=st.sampled_from([None, "2020", "2021-04", "XXXX-04-18"]),
    publisher=st.sampled_from([None, "Courier", "Harbour News"]),
    boilerplate=st.sampled_from([(), (), ((0, 5),), ((6, 13), (20, 25)), ((12, 999),)]),
)
CORPORA = st.lists(CLIPPINGS, min_size=1, max_size=24)


def same(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    """Make sure of the same hits in the same order with the same scores."""
    assert [position for position, _ in found] == [position for position, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(CORPORA, st.data())
def test_a_search_at_a_position_is_a_search_when_the_log_ended_there(
    clippings: list[Clipping], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder, Archive.create(Path(folder, "whole")) as whole:
        index = NotedIndex(whole)
        positions = []
        cuts = data.draw(st.sets(st.integers(0, len(clippings)), max_size=3))
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(clippings)], strict=True):
            positions += add_all(whole, clippings[start:end])
            index.catch_up()
        at = data.draw(st.integers(0, whole.size() - 1))
        with Archive.create(Path(folder, "beginning")) as beginning:
            early = NotedIndex(beginning)
            known = [number for number, position in enumerate(positions) if position <= at]
            counterpart: dict[int, int] = {}
            for number, position in zip(known, add_all(beginning, [clippings[n] for n in known]), strict=True):
                counterpart[positions[number]] = position
            for query in QUERIES:
                for sort in SORTS:
                    found = index.scored(query, at=at, sort=sort)
                    assert index.search(Request(query=query), at=at).position == at
                    same([(counterpart[p], score) for p, score in found], early.scored(query, sort=sort))


@settings(max_examples=20, deadline=None)
@given(CORPORA, st.integers(0, 26), st.integers(0, 26))
def test_pages_are_cut_from_one_list(clippings: list[Clipping], offset: int, limit: int) -> None:
    with TemporaryDirectory() as folder, Archive.create(Path(folder, "archive")) as archive:
        add_all(archive, clippings)
        index = NotedIndex(archive)
        for sort in SORTS:
            whole = index.scored("ship OR storm", sort=sort)
            results = index.search(Request(query="ship OR storm", sort=sort, offset=offset, limit=limit))
            assert results.total == len(whole)
            assert list(results.page) == whole[offset : offset + limit]
            assert [(hit.rank, hit.version.position) for hit in results] == [
                (rank, position) for rank, (position, _) in enumerate(results.page, offset + 1)
            ]


def test_a_page_from_the_middle_is_as_long_as_its_limit(archive: Archive, index: NotedIndex) -> None:
    positions = [add(archive, f"ships {number}") for number in range(5)]
    page = index.search(Request(query="ships", sort="position", offset=2, limit=2)).page
    assert [position for position, _ in page] == positions[2:4]


# What is current


def test_only_current_versions_are_found(archive: Archive, index: NotedIndex) -> None:
    first = add(archive, "The ships came in.", key="k")
    second = add(archive, "The ships went out.", key="k")
    assert index.found("ships") == [second]
    assert index.found("came") == []
    assert index.found("came", at=first) == [first]
    assert index.found("ships", at=second - 1) == [first]
    assert index.found("-zzz", at=second) == [second]


def test_an_older_capture_that_comes_later_is_not_current(archive: Archive, index: NotedIndex) -> None:
    new = add(archive, "The ships came in.", key="k", captured="2021-05-01T00:00:00Z")
    old = add(archive, "The ships went out.", key="k", captured="2020-05-01T00:00:00Z")
    assert index.found("ships") == [new]
    assert index.found("ships", at=old) == [new]
    assert index.found("went") == []


def test_a_return_to_an_older_text_is_the_newest_version(archive: Archive, index: NotedIndex) -> None:
    added = [
        add(archive, text, key="k", captured=f"202{year}-01-01T00:00:00Z")
        for year, text in enumerate(["ships came in", "ships went out", "ships came in"])
    ]
    assert len(set(added)) == 3
    assert index.found("ships") == [added[2]]
    assert [index.found("came", at=at) for at in added] == [[added[0]], [], [added[2]]]


def test_a_position_that_the_log_has_not_is_refused(archive: Archive, index: NotedIndex) -> None:
    add(archive, "ships")
    for at in (archive.size(), -1):
        with pytest.raises(BadPositionError, match=str(at)):
            index.search(Request(query="ships"), at=at)
    assert index.found("ships", at=0) == []


# In which order


def test_a_word_in_the_title_counts_more(archive: Archive, index: NotedIndex) -> None:
    texted = add(archive, "The storm came over the harbour town", title="Wind")
    titled = add(archive, "Wind came over the harbour town", title="Storm")
    assert index.found("storm") == [titled, texted]
    assert index.found("wind") == [texted, titled]


def test_equal_hits_stand_in_the_order_of_the_log(archive: Archive, index: NotedIndex) -> None:
    positions = []
    # In segments of different make-up, where sums of scores could differ in the last digit.
    for number in range(6):
        positions.append(add(archive, f"ship storm pilot harbour {number}"))
        add_all(archive, [Clipping(text=f"{' '.join(VOCABULARY[: number % 4])} {number} x{n}") for n in range(number)])
        index.catch_up()
    assert index.found('"storm pilot harbour"') == positions
    hits = index.scored("ship OR storm OR pilot OR harbour")
    assert [position for position, _ in hits[:6]] == positions
    assert len({score for _, score in hits[:6]}) == 1


def test_by_date_what_has_none_comes_last_and_equals_follow_the_log(archive: Archive, index: NotedIndex) -> None:
    dates = ["2021-04-13", None, "2020", "2021-04-13T08:00:00+09:00", "XXXX-04-18", "2021-04-13", "2021"]
    april, undated, early, morning, yearless, again, year = (
        add(archive, f"ships {number}", published=published) for number, published in enumerate(dates)
    )
    assert index.found("ships", sort="oldest") == [early, year, morning, april, again, undated, yearless]
    assert index.found("ships", sort="newest") == [april, again, morning, year, early, undated, yearless]
    assert index.found("ships", sort="position") == [april, undated, early, morning, yearless, again, year]


@pytest.mark.parametrize("sort", SORTS)
def test_a_hit_scores_the_same_in_every_order(archive: Archive, index: NotedIndex, sort: Sort) -> None:
    for text in ("ship storm", "storm and then a ship", "ship harbour storm"):
        add(archive, text, published="2021")
    assert dict(index.scored("ship storm", sort=sort)) == dict(index.scored("ship storm"))


def test_any_word_finds_articles_with_one_of_them(archive: Archive, index: NotedIndex) -> None:
    one, both = add(archive, "a ship"), add(archive, "a ship storm")
    assert index.found("ship storm") == [both]
    assert index.found("ship storm", any_word=True) == [both, one]
    literal = Request(query="ship -storm OR (", literal=True, limit=None)
    assert index.search(literal).total == 0


def test_a_bad_query_is_told_before_anything_is_built(archive: Archive, index: NotedIndex) -> None:
    add(archive, "ships")
    with pytest.raises(QueryError):
        index.search(Request(query="ships ("))
    assert not index.generations.folder.exists()


# Dates


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("2021-04", {"2021-04", "2021-04-13", "2021-04-30T23:30:00-11:00"}),
        ("2021", {"2021", "2021-04", "2021-04-13", "2021-04-30T23:30:00-11:00", "2021-05-01T00:30:00+14:00"}),
        ("2021-04-30", {"2021-04-30T23:30:00-11:00"}),
        ("2021-05-01", {"2021-05-01T00:30:00+14:00"}),
        ("..2021-04-13", {"2021-04-13", "1999"}),
        ("2021-05..", {"2021-05-01T00:30:00+14:00"}),
        (
            "2020..2029",
            {"202X", "2021", "2021-04", "2021-04-13", "2021-04-30T23:30:00-11:00", "2021-05-01T00:30:00+14:00"},
        ),
        ("0001..9999", None),
    ],
)
def test_a_range_of_dates_holds_what_was_published_in_it_for_certain(
    archive: Archive, index: NotedIndex, query: str, expected: set[str] | None
) -> None:
    dates = ["2021", "2021-04", "2021-04-13", "2021-04-30T23:30:00-11:00", "2021-05-01T00:30:00+14:00", "202X", "1999"]
    added = {add(archive, f"ships {day}", published=day): day for day in [*dates, "XXXX-04-18", None]}
    found = {added[position] for position in index.found(f"published:{query}")}
    assert found == (set(dates) if expected is None else expected)
    # And not: all others, undated ones among them.
    assert {added[position] for position in index.found(f"-published:{query}")} == set(added.values()) - found
