"""Carets stand under the right columns, whatever the query is made of."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query.errors import QueryError, Span, shown


def lines(query: str, start: int, end: int) -> list[str]:
    return QueryError("wrong", query=query, span=Span(start, end)).underlined().split("\n")


def test_the_span_is_underlined_below_the_message_and_the_query() -> None:
    assert lines("natanz ( a", 7, 8) == ["wrong", "natanz ( a", "       ^"]
    assert lines("a AND", 2, 5) == ["wrong", "a AND", "  ^^^"]


def test_an_empty_span_has_one_caret_even_behind_the_end() -> None:
    assert lines("ab", 2, 2) == ["wrong", "ab", "  ^"]
    assert lines("", 0, 0) == ["wrong", "", "^"]
    assert lines("ab", 1, 1) == ["wrong", "ab", " ^"]


@pytest.mark.parametrize(
    ("query", "place", "carets"),
    [
        ("東京 (", "(", "     ^"),
        ("a 東京 b", "東京", "  ^^^^"),
        ("e\u0301 (", "(", "  ^"),
        ("ae\u0301b", "\u0301", " ^"),
        ("\u1112\u1161\u11ab (", "(", "   ^"),
        ("نه\u200cان (", "(", "     ^"),
    ],
)
def test_carets_heed_wide_characters_and_marks(query: str, place: str, carets: str) -> None:
    start = query.index(place)
    assert lines(query, start, start + len(place)) == ["wrong", query, carets]


def test_what_would_steer_a_terminal_is_not_shown() -> None:
    query = "a\tb\nc\r\x1b[\u202ed\udc80("
    assert lines(query, query.index("("), len(query))[1:] == ["a b c  [d\ufffd(", "          ^"]


def test_a_long_query_is_cut_to_the_part_around_the_span() -> None:
    for start in (0, 100, 199):
        _, query, carets = lines("x" * start + "(" + "x" * (199 - start), start, start + 1)
        assert len(query) <= 80
        assert query[carets.index("^")] == "("
        assert query.startswith("…") == (start > 0)
        assert query.endswith("…") == (start < 199)
    _, query, carets = lines("x" * 200, 0, 200)
    assert query == "x" * 78 + "…"
    assert carets == "^" * 78


def test_a_query_of_eighty_columns_is_not_cut() -> None:
    assert lines("x" * 80, 79, 80)[1:] == ["x" * 80, " " * 79 + "^"]


@pytest.mark.parametrize("length", [80, 200])
def test_a_caret_behind_the_end_of_a_long_query_fits_too(length: int) -> None:
    assert lines("x" * length, length, length)[1:] == ["…" + "x" * 77, " " * 78 + "^"]


def test_a_mark_is_not_shown_without_its_letter() -> None:
    _, query, carets = lines("京\u0301" * 100 + "(", 200, 201)
    assert query == "…" + "京\u0301" * 38 + "("
    assert carets == " " * 77 + "^"


def test_a_query_error_says_its_message_and_keeps_its_parts() -> None:
    error = QueryError("wrong", query="q", span=Span(0, 1), hint="right")
    assert (str(error), error.query, error.span, error.hint) == ("wrong", "q", (0, 1), "right")


def test_text_quoted_in_a_message_is_cut_and_harmless() -> None:
    assert shown("a\x1bb") == "a b"
    assert shown("x" * 30) == "x" * 30
    assert shown("x" * 31) == "x" * 29 + "…"
    assert shown("京" * 20) == "京" * 14 + "…"


def columns(text: str) -> int:
    return sum(
        0
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


@given(st.text(st.sampled_from('ab ("\t京🌍é\u0301\u200c\u202e\x07')), st.data())
def test_law_three_lines_of_eighty_columns_with_the_carets_under_the_span(query: str, data: st.DataObject) -> None:
    query *= data.draw(st.integers(1, 30))
    start = data.draw(st.integers(0, len(query)))
    end = data.draw(st.integers(start, len(query)))
    message, line, carets = lines(query, start, end)
    assert message == "wrong"
    assert columns(line) <= 80
    assert len(carets) <= 80
    assert set(carets.lstrip(" ")) == {"^"}
    if columns(query) + 1 <= 80:
        margin = len(carets) - len(carets.lstrip(" "))
        before = columns(query[:start].replace("\t", " "))
        on_a_mark = 0 < start < len(query) and columns(query[start]) == 0
        assert margin <= before if on_a_mark else margin == before
