"""Words that must all be there, evaluated at one go: what a plan and a look at the places of the words give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index import adjacency, analysis, conjunction, lists
from index.evaluate import evaluate
from index.proximity import closeness, rerank, terms_of_all
from index.query.grammar import parse
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex
from tests.index.test_search import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading import View

QUERIES = st.lists(st.sampled_from([*VOCABULARY, "unheard"]), min_size=2, max_size=4, unique=True).map(" ".join)


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotedIndex]:
    """An index in several segments, of articles that have words once or often, in title and text; some not current."""
    with Archive.create(tmp_path_factory.mktemp("some") / "archive") as archive:
        index = NotedIndex(archive)
        words = VOCABULARY
        for start in range(0, 600, 200):
            clippings = [
                Clipping(
                    text=" ".join(words[number * step % len(words)] for step in range(1, 3 + number % 29))
                    + f" {number}",
                    title=f"{words[number % len(words)]} {words[number % 4]}" if number % 3 else None,
                    key=f"k{number % 60}" if number % 5 == 0 else None,
                )
                for number in range(start, start + 200)
            ]
            add_all(archive, clippings)
            index.catch_up()
        yield index


def _by_plan(view: View, query: str, wanted: int) -> tuple[list[tuple[int, float]], int]:
    """Return what `conjunction.best` returns, from all hits and the places of the words one by one."""
    node = parse(query)
    every = sorted(evaluate(view, node), key=lambda hit: -hit[1])
    searches, view.searches = view.searches, 0
    try:
        return rerank(view, every, terms_of_all(node), wanted), len(every)
    finally:
        view.searches = searches


@settings(deadline=None)
@given(
    query=QUERIES,
    wanted=st.integers(1, 200),
    back=st.integers(0, 700),
    quick=st.sampled_from([{}, {"_MANY": 0}, {"_FEW": 0}, {"_FEW": 1 << 30, "_MANY": 0}]),
)
def test_hits_and_scores_are_those_of_the_plan(
    some: NotedIndex, query: str, wanted: int, back: int, quick: dict[str, int]
) -> None:
    at = max(0, some.fresh().state.size - 1 - back)
    with some.view(at) as view, pytest.MonkeyPatch.context() as patch:
        for name, value in quick.items():
            patch.setattr(lists, name, value)
        assert conjunction.best(view, terms_of_all(parse(query)), wanted) == _by_plan(view, query, wanted)


def test_the_best_of_many_are_found_among_them(some: NotedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conjunction, "_SORTED", 0)
    with some.view() as view:
        one, other = VOCABULARY[:2]
        expected = _by_plan(view, f"{one} {other}", 5)
        assert expected[1] > 2 * 30
        assert any(closeness(view, [document for document, _ in expected[0]], [one, other]).values())
        assert conjunction.best(view, [one, other], 5) == expected


def test_too_many_to_be_scored_at_one_go_are_left_to_the_plan(
    some: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = VOCABULARY[:2]
    some.scored(one)
    expected = some.scored(f"{one} {other}")
    monkeypatch.setattr(conjunction, "TOGETHER", 10)
    with some.view() as view:
        assert conjunction.best(view, [one, other], 5) is None
    assert some.scored(f"{one} {other}") == expected


@pytest.mark.parametrize(
    "query", ["ship", "ship ship", "ship OR harbour", 'ship "old harbour"', "ship -old", "a title:b", "a b-c"]
)
def test_what_asks_for_more_than_words_is_left_to_the_plan(query: str) -> None:
    assert terms_of_all(parse(query)) == []


def test_the_terms_are_those_of_the_words() -> None:
    assert terms_of_all(parse("Ships old HARBOURS")) == ["ship", "old", "harbour"]


PHRASES = st.lists(st.sampled_from([*VOCABULARY[:6], "unheard"]), min_size=2, max_size=3).map(" ".join)


@settings(deadline=None)
@given(phrase=PHRASES, wanted=st.integers(1, 200), back=st.integers(0, 700))
def test_hits_and_scores_of_a_phrase_are_those_of_the_plan(
    some: NotedIndex, phrase: str, wanted: int, back: int
) -> None:
    at = max(0, some.fresh().state.size - 1 - back)
    with some.view(at) as view:
        terms = [term for word in phrase.split() for term in analysis.terms(word)]
        found = adjacency.best(view, terms, wanted)
        every = sorted(evaluate(view, parse(f'"{phrase}"')), key=lambda hit: -hit[1])
        if len(set(terms)) < len(terms):
            assert found is None
        else:
            assert found == (every[:wanted], len(every))


def test_a_phrase_of_words_that_many_have_is_left_to_the_plan(
    some: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = VOCABULARY[:2]
    some.scored(one)
    expected = some.scored(f'"{one} {other}"')
    assert expected
    monkeypatch.setattr(adjacency, "_MOST", 0)
    with some.view() as view:
        assert adjacency.best(view, [one, other], 5) is None
    assert some.scored(f'"{one} {other}"') == expected
