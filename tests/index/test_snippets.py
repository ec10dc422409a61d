"""Snippets: the passage that shows why an article was found."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis import terms, tokens
from index.snippets import ELLIPSIS, WIDTH, snippet

VOCABULARY = ["natanz", "sabotage", "enrichment", "lavrov"]
WORDS = st.sampled_from(
    [
        *VOCABULARY,
        "the",
        "ship",
        "Natanz’s",
        "Lavrov,",
        "x" * 70,
        "—",
        "\n",
        "\n\n",
        "e\u0301te\u0301",
        "  ",
        "東京" * 40,
    ]
)
WORDY = st.lists(WORDS, max_size=120).map(" ".join)
TEXTS = WORDY | st.text(max_size=400)
QUERIES = st.sets(st.sampled_from(terms(" ".join([*VOCABULARY, "été"]))), max_size=4)
FILL = "and the ships went out again on that day. "


@given(TEXTS, QUERIES, st.integers(0, 500), st.integers(1, 300))
@example("", set(), 0, 1)
@example("x" * 1000, {"natanz"}, 0, 240)
def test_marks_cover_words_of_the_query_whatever_the_text(text: str, wanted: set[str], start: int, width: int) -> None:
    found = snippet(text, wanted, start=start, width=width)
    assert "\n" not in found.text
    before = 0
    for begin, end in found.marks:
        assert before <= begin < end <= len(found.text)
        assert set(terms(found.text[begin:end])) <= wanted
        before = end
    # And the other way round: no word of the query is left unmarked, unless it stands in a mark.
    marked = {token.start for token in tokens(found.text) if token.term in wanted}
    assert marked <= {begin for begin, _ in found.marks}


@given(WORDY, QUERIES, st.integers(0, 500))
def test_every_word_that_the_text_has_is_shown_where_all_fit(text: str, wanted: set[str], start: int) -> None:
    has = {token.term for token in tokens(text[start:])} & wanted or set(terms(text)) & wanted
    shown = set(terms(snippet(text, wanted, start=start).text)) & wanted
    # Four words of which each is far from the others do not fit; three do.
    assert len(shown) >= min(3, len(has))
    if len(has) <= 3:
        assert shown >= has & set(terms(text[start:])) if has & set(terms(text[start:])) else shown == has


@given(WORDY.filter(lambda text: len(text.split()) > 3))
def test_a_snippet_is_of_the_text_and_says_where_it_left_something_out(text: str) -> None:
    found = snippet(text, {"natanz"}).text
    line = " ".join(text.split())
    for piece in found.split(ELLIPSIS):
        assert piece.strip() in line
    if not found.startswith(ELLIPSIS):
        assert line.startswith(found.split(ELLIPSIS)[0].strip())
    if not found.endswith(ELLIPSIS):
        assert line.endswith(found.split(ELLIPSIS)[-1].strip())


def test_the_passage_with_more_of_the_words_is_shown() -> None:
    text = f"Natanz {FILL * 12} Sabotage at Natanz, they said. {FILL * 12} sabotage"
    found = snippet(text, {"natanz", "sabotag"})
    assert "Sabotage at Natanz, they said." in found.text
    assert [found.text[begin:end] for begin, end in found.marks] == ["Sabotage", "Natanz"]
    assert found.text.startswith(ELLIPSIS)
    assert found.text.endswith(ELLIPSIS)
    assert len(found.text) <= WIDTH + 2


def test_of_passages_with_all_words_the_one_where_they_stand_nearest_is_shown() -> None:
    text = f"Natanz and later on, some say, sabotage. {FILL * 9} Natanz sabotage. {FILL * 9}"
    assert "Natanz sabotage." in snippet(text, {"natanz", "sabotag"}).text


def test_words_far_apart_share_the_width() -> None:
    text = f"Natanz is a town. {FILL * 20} It was sabotage. {FILL * 20}"
    found = snippet(text, {"natanz", "sabotag"})
    assert [found.text[begin:end] for begin, end in found.marks] == ["Natanz", "sabotage"]
    assert f" {ELLIPSIS} " in found.text
    assert len(found.text) <= WIDTH + 10


def test_three_words_far_apart_are_all_shown() -> None:
    text = f"Natanz is a town. {FILL * 20} It was sabotage. {FILL * 20} Lavrov left."
    found = snippet(text, {"natanz", "sabotag", "lavrov"})
    assert [found.text[begin:end] for begin, end in found.marks] == ["Natanz", "sabotage", "Lavrov"]


def test_a_title_at_the_head_is_not_repeated_unless_only_it_has_the_words() -> None:
    title = "Natanz sabotage"
    text = f"{title}\n\nThe sabotage at the plant in Natanz went on. {FILL * 9}"
    assert snippet(text, {"natanz", "sabotag"}, start=len(title)).text.startswith(f"{ELLIPSIS}The sabotage")
    assert snippet(f"{title}\n\n{FILL}", {"natanz"}, start=len(title)).text.startswith(title)


def test_without_a_word_it_is_the_beginning_behind_the_title() -> None:
    assert snippet("Title\nThe ships went out.", set(), start=5) == (f"{ELLIPSIS}The ships went out.", ())
    assert snippet("Title", set(), start=5) == ("Title", ())
    assert snippet("", {"natanz"}) == ("", ())


@pytest.mark.parametrize("text", ["東京都" * 200, "x" * 1000, "https://example.org/" + "a" * 500])
def test_a_text_without_a_place_to_cut_is_shown_all_the_same(text: str) -> None:
    found = snippet(text, set()).text
    assert len(found) > 20
    assert text.startswith(found.removesuffix(ELLIPSIS))


def test_white_space_is_one_space_and_marks_still_fit() -> None:
    found = snippet("The\r town\tof \u00a0 Natanz \n\n was   quiet", {"natanz", "quiet"})
    assert found.text == "The town of Natanz was quiet"
    assert [found.text[begin:end] for begin, end in found.marks] == ["Natanz", "quiet"]


def test_a_word_longer_than_the_width_is_shown_whole() -> None:
    word = "na" * 200
    found = snippet(f"{FILL}{word} {FILL}", set(terms(word)))
    assert [found.text[begin:end] for begin, end in found.marks] == [word]
