"""The measures of a ranking, by hand; and what the collections are made of."""

from __future__ import annotations

from math import log2

import pytest

from tests.search_quality.collections import cranfield_gain, split_headline
from tests.search_quality.measures import average_precision, ndcg, precision


def test_average_precision_is_the_mean_of_precisions_at_relevant_documents() -> None:
    assert average_precision(["a", "x", "b"], {"a", "b", "unfound"}) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision(["a", "b"], {"a", "b"}) == 1
    assert average_precision([], {"a"}) == 0


def test_average_precision_looks_at_a_thousand_documents() -> None:
    ranking = [f"x{number}" for number in range(1000)] + ["a"]
    assert average_precision(ranking, {"a"}) == 0
    assert average_precision(ranking[1:], {"a"}) == pytest.approx(1 / 1000)


def test_precision_counts_a_short_ranking_as_filled_up() -> None:
    assert precision(["a", "x"], {"a", "b"}) == 0.1
    assert precision(["x"] * 10 + ["a"], {"a"}) == 0


def test_the_best_ranking_has_all_of_the_gain() -> None:
    gains = {"best": 4, "good": 2, "some": 1}
    assert ndcg(["best", "good", "some", "x"], gains) == 1
    turned = ndcg(["good", "best"], gains)
    assert turned == pytest.approx((2 + 4 / log2(3)) / (4 + 2 / log2(3) + 1 / 2))
    assert ndcg(["x"], gains) == 0


def test_no_more_than_ten_documents_gain() -> None:
    gains = {f"d{number}": 1 for number in range(20)}
    assert ndcg([f"d{number}" for number in range(10)], gains) == 1


def test_the_codes_of_cranfield_are_best_first() -> None:
    assert [cranfield_gain(code) for code in (1, 2, 3, 4, -1)] == [4, 3, 2, 1, 1]


@pytest.mark.parametrize(
    ("body", "headline", "rest"),
    [
        ("Ferry runs aground in fog\nNobody was hurt .", "Ferry runs aground in fog", "Nobody was hurt ."),
        (
            "http : / / ferry . example / 1\nMay 03 , 2013\nFerry runs aground again\nIt did .",
            "Ferry runs aground again",
            "It did .",
        ),
        ("Too short\n12 boats were out at sea", "", "Too short\n12 boats were out at sea"),
    ],
)
def test_the_headline_of_a_report_is_its_first_line_of_words(body: str, headline: str, rest: str) -> None:
    assert split_headline(body) == (headline, rest)
