"""Which segments are merged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.segment.policy import FEW_TOKENS, MOST, TOKENS_AT_MOST, groups_to_merge


@given(st.lists(st.integers(1, 100_000), max_size=60))
def test_groups_are_neighbours_that_cover_all(sizes: list[int]) -> None:
    groups = groups_to_merge(sizes, sizes)
    assert [number for first, last in groups for number in range(first, last)] == list(range(len(sizes)))
    assert all(first < last for first, last in groups)
    assert len(groups) <= max(MOST, 0)


@given(st.lists(st.integers(1, 1000), max_size=60))
def test_no_join_is_larger_than_was_allowed(sizes: list[int]) -> None:
    for first, last in groups_to_merge(sizes, sizes, largest=2000):
        assert last - first == 1 or sum(sizes[first:last]) <= 2000


@given(st.lists(st.integers(1, 100_000), max_size=60))
def test_a_rebuilt_index_leaves_half_of_the_places_free(sizes: list[int]) -> None:
    assert len(groups_to_merge(sizes, [FEW_TOKENS // 4] * len(sizes), rebuilt=True)) <= MOST // 2


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=60))
def test_a_small_rebuilt_index_is_one_segment(sizes: list[int]) -> None:
    few = [FEW_TOKENS // len(sizes)] * len(sizes)
    assert groups_to_merge(sizes, few, rebuilt=True) == [(0, len(sizes))]
    assert groups_to_merge(sizes[:3], [FEW_TOKENS] * len(sizes[:3]), rebuilt=True) == [
        (number, number + 1) for number in range(len(sizes[:3]))
    ]


def test_adding_beside_many_large_segments_rewrites_little() -> None:
    sizes = [11_000] * 9
    rewritten = 0
    for _ in range(1000):
        sizes.append(1)
        groups = groups_to_merge(sizes, sizes, largest=32_768)
        rewritten += sum(sum(sizes[first:last]) for first, last in groups if last - first > 1)
        sizes = [sum(sizes[first:last]) for first, last in groups]
        assert len(sizes) <= 9 + MOST // 2
    assert rewritten < 1000 * 15


def test_large_segments_that_cannot_grow_are_left_alone() -> None:
    sizes = [30_000] * 20
    for _ in range(200):
        sizes.append(1)
        groups = groups_to_merge(sizes, sizes, largest=32_768)
        assert all(last - first == 1 for first, last in groups if sizes[first] == 30_000)
        sizes = [sum(sizes[first:last]) for first, last in groups]
    assert len(sizes) <= 20 + MOST


def test_adding_one_by_one_opens_few_segments_and_rewrites_little() -> None:
    sizes: list[int] = []
    rewritten = 0
    for _ in range(5000):
        sizes.append(1)
        groups = groups_to_merge(sizes, sizes)
        rewritten += sum(sum(sizes[first:last]) for first, last in groups if last - first > 1)
        sizes = [sum(sizes[first:last]) for first, last in groups]
        assert len(sizes) <= MOST
    assert sum(sizes) == 5000
    assert rewritten < 5000 * 15


def test_a_large_index_is_not_rewritten_for_a_small_add() -> None:
    sizes = [200_000] * 5
    for _ in range(1000):
        sizes.append(1)
        groups = groups_to_merge(sizes, sizes)
        assert all(last - first == 1 for first, last in groups if sizes[first] == 200_000)
        sizes = [sum(sizes[first:last]) for first, last in groups]
    assert len(sizes) <= MOST


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, TOKENS_AT_MOST)), max_size=40))
def test_no_segment_gets_more_tokens_than_its_streams_hold(segments: list[tuple[int, int]]) -> None:
    sizes, tokens = [size for size, _ in segments], [held for _, held in segments]
    for first, last in groups_to_merge(sizes, tokens):
        assert sum(tokens[first:last]) <= TOKENS_AT_MOST
