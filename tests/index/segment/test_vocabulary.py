"""Numbering terms fast: never another term than the analysis gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import analysis
from index.segment import tokenizer
from index.segment.tokenizer import Tokenizer
from index.segment.vocabulary import Names, Vocabulary, chunked

_awkward = st.text(
    alphabet=st.sampled_from("aZsS0'’‘ʼ＇_ .-\n\t\u00a0“é\u0301ßİıKſ²Ⅷ中ا\u200d\u0000\x1c\x85\u2028\ud800\udfff"),
    max_size=40,
)


_texts = st.lists(st.one_of(st.text(max_size=60), _awkward, st.text(st.characters(), max_size=60)), max_size=6)


def terms_one_by_one(text: str) -> list[str]:
    vocabulary = Vocabulary()
    return [vocabulary.terms[number] for number in vocabulary.number(chunked([text])[0])]


def _in_parts(texts: list[str]) -> tuple[list[bytes], list[bytes]]:
    """Return the chunks of texts and their lengths, of the first text and of the others."""
    parts = [chunked(texts[:1]), chunked(texts[1:])]
    return [chunks for chunks, _ in parts], [lengths.tobytes() for _, lengths in parts]


@given(st.one_of(st.text(max_size=60), _awkward))
@settings(max_examples=1000, deadline=None)
def test_the_terms_are_those_of_the_analysis(text: str) -> None:
    assert terms_one_by_one(text) == analysis.terms(text)


@given(st.one_of(st.text(max_size=60), _awkward))
@settings(deadline=None)
def test_the_forms_are_the_folded_tokens(text: str) -> None:
    vocabulary = Vocabulary()
    numbers = vocabulary.number(chunked([text])[0])
    assert [vocabulary.forms[number] for number in numbers] == analysis.names(text)


@given(st.lists(_texts, max_size=3), st.sampled_from((2, 7, 64, 1 << 20)))
@settings(max_examples=600, deadline=None)
def test_texts_are_numbered_in_bulk_as_one_by_one(batches: list[list[str]], window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokenizer, "WINDOW", window)
        vocabulary = Vocabulary()
        bulk = Tokenizer(vocabulary)
        for texts in batches:
            numbers, lengths = bulk.number(*_in_parts(texts))
            assert lengths.tolist() == [len(analysis.forms(text)) for text in texts]
            found = [vocabulary.terms[number] for number in numbers.tolist()]
            assert found == [term for text in texts for term in analysis.terms(text)]


def test_many_different_words_of_any_length_are_numbered() -> None:
    # Enough of them for the tables to grow, in keys of every number of words, and met again.
    words = [
        letter * length + str(number) for number in range(9000) for letter, length in (("a", 2), ("я", 7), ("b", 27))
    ]
    text = " ".join(words + words[::-1])
    vocabulary = Vocabulary()
    numbers, lengths = Tokenizer(vocabulary).number(*_in_parts([text, text]))
    assert lengths.tolist() == [len(words) * 2] * 2
    forms = vocabulary.forms
    assert [forms[number] for number in numbers.tolist()] == (words + words[::-1]) * 2
    assert len(forms) == len(words)


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
    assert terms_one_by_one(text) == analysis.terms(text)


@given(st.text(max_size=30))
@settings(deadline=None)
def test_names_are_not_stemmed(text: str) -> None:
    names = Names()
    numbers = names.number(text)
    assert [names.terms[number] for number in numbers] == analysis.names(text)
