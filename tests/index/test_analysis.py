"""Analysis: what a word is, and that its spelling does not matter."""

from __future__ import annotations

import re
from itertools import product
from unicodedata import category, normalize, ucd_3_2_0

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import analysis
from index.analysis import fold, names, terms, tokens
from index.marks import MARKS

# What is composed only outside of the basic plane is left to itself: scripts of manuscripts, not of newspapers.
ANY_TEXT = st.text(
    st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]) | st.sampled_from("aes'’ʼ\u0301\u00ad -")
)
LETTERS = st.text(st.sampled_from("aeiosztnéüñçøłœæþðßñΑαςσΣώЖжйёıµ"), min_size=1, max_size=12)


@given(st.text())
def test_any_text_is_read_and_no_term_is_empty(text: str) -> None:
    assert all(terms(text))
    assert all(names(text))


@given(ANY_TEXT)
def test_a_tokens_span_reads_the_token(text: str) -> None:
    read = list(tokens(text))
    assert [token.term for token in read] == terms(text)
    before = 0
    for token in read:
        assert before <= token.start < token.end <= len(text)
        assert terms(text[token.start : token.end]) == [token.term]
        before = token.end


@given(
    ANY_TEXT | st.lists(st.sampled_from(["Iran's", "ship", "l'eau", "s", "x’s", "été", "—"])).map(" ".join),
    st.integers(1, 4),
    st.data(),
)
def test_law_places_up_to_some_positions_apart_are_as_far_apart_as_the_tokens(
    text: str, within: int, data: st.DataObject
) -> None:
    every = list(tokens(text))
    wanted = data.draw(st.sets(st.sampled_from([token.term for token in every]))) if every else set()
    expected = [(number, token) for number, token in enumerate(every) if token.term in wanted]
    found = list(analysis.places_of(text, wanted, within))
    assert [token for _, token in found] == [token for _, token in expected]
    for (place, _), (number, _) in zip(found, expected, strict=True):
        for (other, _), (second, _) in zip(found, expected, strict=True):
            apart = abs(second - number)
            assert abs(other - place) == apart if apart <= within else within < abs(other - place)


@given(ANY_TEXT)
def test_composed_and_decomposed_spellings_give_the_same_terms(text: str) -> None:
    composed, decomposed = normalize("NFC", text), normalize("NFD", text)
    assert terms(composed) == terms(decomposed)
    assert names(composed) == names(decomposed)


@given(LETTERS)
def test_case_does_not_matter(word: str) -> None:
    for spelling in (word.upper(), word.lower(), word.title(), word.casefold()):
        assert names(spelling) == names(word)
        assert terms(spelling) == terms(word)


@given(LETTERS)
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize(
    ("spellings", "term"),
    [
        (["Téhéran", "TEHERAN", "Te\u0301he\u0301ran"], "teheran"),
        (["Łódź", "LODZ", "Łódz\u0301"], "lodz"),
        (["Straße", "STRASSE"], "strasse"),
        (["İstanbul", "ISTANBUL", "ıstanbul", "istanbul"], "istanbul"),
        (["Ærø", "aero"], "aero"),
        (["ﬁsh", "fish", "ｆｉｓｈ"], "fish"),
        (["Αθήνας", "ΑΘΗΝΑΣ"], "αθηνασ"),
        (["Ёлка", "елка"], "елка"),
        (["がス", "か\u3099ス"], "かス"),
        (["co\u00adoperate", "cooperate"], "cooperate"),
        (["葛\ufe00城", "葛城"], "葛城"),
        (["می\u200c", "می"], "می"),
        (["ﾞ"], "ﾞ"),
    ],
)
def test_spellings_of_one_name_are_one_term(spellings: list[str], term: str) -> None:
    assert {tuple(names(spelling)) for spelling in spellings} == {(term,)}


@pytest.mark.parametrize(
    "word",
    [
        "हिन्दी",
        "বাংলা",
        "தமிழ்",
        "తెలుగు",
        "ಕನ್ನಡ",
        "മലയാളം",
        "සිංහල",
        "ไทยที่",
        "ພາສາລາວ",
        "မြန်မာ",
        "ខ្មែរ",
        "ދިވެހި",
        "מִלָּה",
        "عَرَبِيّ",
        "می‌خواهم",
    ],
)
def test_marks_do_not_cut_a_word_apart(word: str) -> None:
    (token,) = tokens(f"({word}).")
    assert (token.start, token.end) == (1, 1 + len(word))


def test_every_mark_that_was_one_in_an_older_unicode_is_in_the_table() -> None:
    marks = re.compile(f"[{MARKS}]")
    kinds = {"Mn", "Mc", "Me"}
    known = [sign for sign in map(chr, range(0x10000)) if {category(sign), ucd_3_2_0.category(sign)} <= kinds]
    assert [mark for mark in known if not marks.match(mark)] == []
    assert not marks.match("a")
    assert not marks.match(" ")


@pytest.mark.parametrize("apostrophe", "'’ʼ＇")
def test_a_possessive_goes_whatever_its_apostrophe(apostrophe: str) -> None:
    assert terms(f"Putin{apostrophe}s plan") == ["putin", "plan"]
    assert terms(f"PUTIN{apostrophe}S PLAN") == ["putin", "plan"]
    assert names(f"O{apostrophe}Brien") == ["o", "brien"]
    assert names(f"x{apostrophe}sy x{apostrophe}s\u0301") == ["x", "sy", "x", "s"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't", ["don", "t"]),
        ("COVID-19", ["covid", "19"]),
        ("l'accord", ["l", "accord"]),
        ("U.S.", ["u", "s"]),
        ("snake_case", ["snake", "case"]),
        ("The end of the war", ["the", "end", "of", "the", "war"]),
        ("!?… — ", []),
        ("", []),
        ("\u0301", []),
    ],
)
def test_words_are_runs_of_letters_and_digits_and_none_is_left_out(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("calculate", "calculated"), ("plan", "planning"), ("sanction", "sanctions"), ("city", "cities")]
)
def test_forms_of_a_word_are_one_term_in_texts_and_several_in_names(one: str, other: str) -> None:
    assert terms(one) == terms(other)
    assert names(one) != names(other)


@given(st.text(max_size=80), st.sets(st.sampled_from(["ship", "eta", "été", "iran", "s", "straß", "中"]), min_size=1))
def test_wanted_tokens_are_those_of_all_tokens_that_have_a_wanted_term(text: str, forms: set[str]) -> None:
    mixed = f"{text} ships SHIPS Été Iran's Straße 中 {text}"
    wanted = {analysis.term_of(form) for form in forms}
    assert list(analysis.tokens_of(mixed, wanted)) == [
        token for token in analysis.tokens(mixed) if token.term in wanted
    ]


def test_wanted_tokens_are_found_between_apostrophes_and_typographic_signs() -> None:
    # All texts of up to six of these signs: what is an ending, and what is a token, shows within so many.
    for length in range(7):
        for text in map("".join, product("sa'’_", repeat=length)):
            for wanted in ({"s"}, {"a", "as"}):
                expected = [token for token in analysis.tokens(text) if token.term in wanted]
                assert list(analysis.tokens_of(text, wanted)) == expected, text
    typographic = "‘Iran’s “ships” – Iran—ship…\xa0ship"
    assert [typographic[start:end] for _, start, end in analysis.tokens_of(typographic, {"ship", "iran"})] == [
        "Iran", "ships", "Iran", "ship", "ship",
    ]  # fmt: skip


def test_no_word_of_english_loses_its_first_letter_to_stemming() -> None:
    # What `tokens_of` relies on: tried on every beginning of four letters with the endings that stemming knows.
    letters = "abcdefghijklmnopqrstuvwxyz"
    for first in letters:
        for second in letters:
            for ending in ("", "s", "ies", "ied", "ing", "ingly", "eed", "ational", "fulness", "y", "e", "ll"):
                word = f"{first}{second}{ending}"
                assert analysis.term_of(word)[0] == first
