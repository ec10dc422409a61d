"""Numbering terms fast: never another term than the analysis gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import analysis
from index.segment.vocabulary import Vocabulary

_awkward = st.text(
    alphabet=st.sampled_from("aZsS0'’‘ʼ＇_ .-\n\t\u00a0“é\u0301ßİıKſ²Ⅷ中ا\u200d\u0000\x1c\x85\u2028"), max_size=40
)


def terms_by_vocabulary(text: str) -> list[str]:
    vocabulary = Vocabulary()
    numbers = vocabulary.number(text)
    spelt = list(vocabulary.terms)
    return [spelt[number] for number in numbers]


@given(st.one_of(st.text(max_size=60), _awkward))
@settings(max_examples=1000, deadline=None)
def test_the_terms_are_those_of_the_analysis(text: str) -> None:
    assert terms_by_vocabulary(text) == analysis.terms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Iran's",
        "the 's thing",
        "x's's",
        "James' dogs'",
        "rock'n'roll",
        "it’s “done” – 5’s",
        "IRAN'S.",
        "foo_bar's_x",
        "'s",
    ],
)
def test_apostrophes_are_read_as_the_analysis_reads_them(text: str) -> None:
    assert terms_by_vocabulary(text) == analysis.terms(text)


@given(st.text(max_size=30))
def test_names_are_not_stemmed(text: str) -> None:
    vocabulary = Vocabulary()
    numbers = vocabulary.number_names(text)
    assert [list(vocabulary.terms)[number] for number in numbers] == analysis.names(text)
