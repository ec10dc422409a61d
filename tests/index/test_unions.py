"""What any of many terms has is the same with numpy as without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import leaves, nearby, topk
from index.leaves import TermsLeaf
from index.query.ast import to_query
from tests.index.test_language import MOMENTS, NEAR, QUERIES, VOCABULARY, many

if TYPE_CHECKING:
    from index.query.ast import Node
    from tests.index.test_language import Corpus

__all__ = ["many"]

TERMS = st.lists(st.sampled_from([*map(str.lower, VOCABULARY), "happi", "harbour", "unheard"]), min_size=2, unique=True)


@settings(deadline=None, max_examples=60)
@given(terms=TERMS, back=st.integers(0, 30))
def test_documents_and_places_are_those_of_the_terms_one_by_one(many: Corpus, terms: list[str], back: int) -> None:
    index, _ = many

    def found(most: int) -> list[tuple[list[tuple[int, int]], dict[int, list[int]]]]:
        with index.view(index.fresh().state.size - 1 - back) as view, pytest.MonkeyPatch.context() as patch:
            patch.setattr(leaves, "_MANY", most)
            leaf = TermsLeaf(view, "text", [term.encode() for term in terms], 1.0)
            return [
                (
                    list(leaf.frequencies(part, None).items()),
                    {document: list(some) for document, some in leaf.places(part, range(1, part.limit)).items()},
                )
                for part in view.parts
            ]

    assert found(-1) == found(1 << 60)


@settings(deadline=None, max_examples=60)
@given(query=QUERIES | NEAR, at=MOMENTS)
def test_a_first_search_finds_the_same_with_numpy_and_without(many: Corpus, query: Node, at: int | None) -> None:
    index, _ = many

    def found(most: int) -> list[int] | str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(leaves, "_MANY", most)
            patch.setattr(topk, "_CHECKED", most)
            patch.setattr(nearby, "_MANY", most)
            # A view of its own: the first search of a process.
            index._last = None
            return index.found(to_query(query), at=at, sort="position")

    assert found(-1) == found(1 << 60)
