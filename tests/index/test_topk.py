"""The best hits first: the same as by looking at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index import topk
from index.search import Request
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex
from tests.index.test_search import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

_phrases = st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=3).map(lambda words: f'"{" ".join(words)}"')
_words = st.sampled_from([*VOCABULARY, "unheard"])
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
        for start in range(0, 300, 75):
            clippings = [
                Clipping(
                    text=" ".join(words[(number * step) % len(words)] for step in range(1, 3 + number % 9))
                    + f" {number}",
                    title=words[number % len(words)] if number % 3 else None,
                    key=f"k{number % 40}" if number % 5 == 0 else None,
                )
                for number in range(start, start + 75)
            ]
            add_all(archive, clippings)
            index.catch_up()
        yield index


@settings(deadline=None)
@given(
    query=QUERIES,
    limit=st.integers(1, 40),
    offset=st.integers(0, 30),
    step=st.sampled_from([1, 5, 64]),
    few=st.sampled_from([0, 256]),
)
def test_a_page_is_the_same_whether_all_hits_are_counted_or_not(
    many: NotedIndex, query: str, limit: int, offset: int, step: int, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topk, "_STEP", step)
        patch.setattr(topk, "_FEW", few)
        counted = many.search(Request(query=query, limit=limit, offset=offset))
        uncounted = many.search(Request(query=query, limit=limit, offset=offset, count=False))
    assert uncounted.page == counted.page
    assert uncounted.total is None
    assert counted.total is not None
    assert len(counted.page) == max(0, min(limit, counted.total - offset))
