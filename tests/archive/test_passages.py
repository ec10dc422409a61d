"""Passages of a text without its boilerplate, and the text with blanks in its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.passages import blanked, passages, spans_in_text
from archive.provenance import Boilerplate, Span

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda ends: (min(ends), max(ends))), max_size=4)


def test_what_stands_between_boilerplate_is_a_passage() -> None:
    assert passages("menu\nOne.\nad\nTwo.\nfooter", [(18, 24), (0, 4), (10, 12)]) == ("\nOne.\n", "\nTwo.\n")
    assert passages("One.", []) == ("One.",)
    assert passages("menu", [(0, 4)]) == ()


def test_only_spans_in_the_text_count() -> None:
    marks = [Boilerplate(span=Span(source=source, start=1, end=2), rule="menu") for source in ("text", "original")]
    assert spans_in_text(marks) == [(1, 2)]


@given(st.text(max_size=30), SPANS)
def test_blanks_move_nothing_and_leave_the_passages(text: str, spans: list[tuple[int, int]]) -> None:
    left = blanked(text, spans)
    assert len(left) == len(text)
    covered = {at for start, end in spans for at in range(start, end)}
    assert all(left[at] == ("\n" if at in covered else text[at]) for at in range(len(text)))
    assert "".join(left.split()) == "".join("".join(passages(text, spans)).split())
