"""The best hits first: the same as by looking at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index import topk
from index.evaluate import evaluate, plan_query
from index.leaves import TermLeaf
from index.query.grammar import parse
from index.search import Request
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex
from tests.index.test_search import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

_phrases = st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=3).map(lambda words: f'"{" ".join(words)}"')
# The last ones are in one article each: the rarest word is read first.
_words = st.sampled_from([*VOCABULARY, "unheard", "77", "1001"])
QUERIES = st.lists(_phrases | _words, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from(
        [" ".join(parts), " OR ".join(parts), f"{parts[0]} -{parts[-1]}", f"title:{parts[0]}"]
    )
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotedIndex]:
    """An index of many short articles, in several segments, some of them no longer current."""
    with Archive.create(tmp_path_factory.mktemp("many") / "archive") as archive:
        index = NotedIndex(archive)
        words = VOCABULARY
        for start in range(0, 1200, 400):
            clippings = [
                Clipping(
                    text=" ".join(words[(number * step) % len(words)] for step in range(1, 3 + number % 29))
                    + f" {number}",
                    title=words[number % len(words)] if number % 3 else None,
                    key=f"k{number % 120}" if number % 5 == 0 else None,
                )
                for number in range(start, start + 400)
            ]
            add_all(archive, clippings)
            index.catch_up()
        yield index


# What is patched to have hits found in each of the three ways, however few there are.
WAYS: dict[str, dict[str, object]] = {
    "all at once": {"_FEW": 10**9, "_worth_numpy": lambda _view, _plan: False},
    "by blocks, one document at a time": {"_FEW": 0, "_STEP": 1, "_worth_numpy": lambda _view, _plan: False},
    "by blocks": {"_FEW": 0, "_worth_numpy": lambda _view, _plan: False},
    "with numpy": {"_worth_numpy": lambda _view, _plan: True},
}


@settings(deadline=None)
@given(query=QUERIES, limit=st.integers(1, 1300), offset=st.integers(0, 30), way=st.sampled_from(list(WAYS)))
def test_the_best_are_the_first_of_all_in_the_order_of_their_scores(
    many: NotedIndex, query: str, limit: int, offset: int, way: str
) -> None:
    with many.view() as view:
        every = sorted(evaluate(view, parse(query)), key=lambda hit: -hit[1])
        with pytest.MonkeyPatch.context() as patch:
            for name, value in WAYS[way].items():
                patch.setattr(topk, name, value)
            assert topk.best_of(view, plan_query(view, parse(query)), limit) == every[:limit]
            page = many.search(Request(query=query, limit=limit, offset=offset, count=False))
        whole = many.search(Request(query=query, limit=limit + offset))
        assert page.page == whole.page[offset:]
        assert page.total is None
        assert whole.total == len(every)


@pytest.mark.parametrize("query", ["text:(77 OR pilot)", "text:(21 OR harbour)", "text:(112 OR pilot)"])
def test_no_hit_comes_twice_that_has_a_rare_word_and_a_common_one(
    many: NotedIndex, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WAYS["by blocks"].items():
        monkeypatch.setattr(topk, name, value)
    with many.view() as view:
        every = sorted(evaluate(view, parse(query)), key=lambda hit: -hit[1])
        for limit in (1, 2, 3, 10, 20):
            assert topk.best_of(view, plan_query(view, parse(query)), limit) == every[:limit]


def test_blocks_that_cannot_hold_a_hit_are_not_read(many: NotedIndex) -> None:
    with many.view() as view:
        part = view.parts[0]
        plan = plan_query(view, parse("text:ship"))
        [leaf] = plan.leaves()
        assert isinstance(leaf, TermLeaf)
        every = [block for _, block in leaf.promising(part, 0.0)]
        assert len(every) > 1
        assert leaf.promising(part, leaf.bound(part) * 1.01) == []
        assert {block for _, block in leaf.promising(part, leaf.bound(part))} <= set(every)
