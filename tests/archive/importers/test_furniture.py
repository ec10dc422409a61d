"""The furniture of pages: lines that are it, and lines of articles that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers import boilerplate, furniture
from archive.importers.lines import top_lines

SENTENCE = "The ferry returned to the harbour on Tuesday, its captain said."


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Home", "navigation"),
        ("Skip to main content", "navigation"),
        ("Home | News | Politics | Sport", "navigation"),
        ("Share on Facebook", "share"),
        ("Print Friendly, PDF & Email", "share"),
        ("Facebook Twitter WhatsApp Email", "share"),
        ("12 Shares", "share"),
        ("Follow us on Twitter @harbour", "follow"),
        ("Sign up for our newsletter, the best of the harbour every morning.", "subscribe"),
        ("Post a comment", "comments"),
        ("Comments (23)", "comments"),
        ("3 Comments", "comments"),
        ("You are replying to: .", "comments"),
        ("Your email address will not be published. Required fields are marked *", "comments"),
        ("Related News", "related"),
        ("Most Visited in Politics", "related"),
        ("READ ALSO: Ferry stays in the harbour", "related"),
        ("ADVERTISEMENT", "advertisement"),
        ("© 2021 Harbour Courier. All rights reserved.", "copyright"),
        ("Copyright © Harbour Courier 2021", "copyright"),
        ("Terms of Use", "imprint"),
        ("We use cookies to make this site better.", "cookies"),
        ("Tags: ferry, harbour, council", "tags"),
        ("Source of the photo:", "photo-label"),
        ("Original News :", "source-link"),
        ("###", "end-mark"),
        ("-30-", "end-mark"),
        ("ENDS", "end-mark"),
        ("Kommentar schreiben", "comments"),
        ("Lesen Sie auch: Die Fähre bleibt im Hafen", "related"),
        ("Partager sur Facebook", "share"),
        ("Tous droits réservés", "imprint"),
        ("Deja un comentario", "comments"),
        ("Leggi anche: Il traghetto", "related"),
        ("Leia também", "related"),
        ("Читайте также: Паром вернулся", "related"),
        ("Поделиться", "share"),
    ],
)
def test_furniture_is_known_by_its_words(line: str, rule: str) -> None:
    assert furniture.rule_of(line) == rule


@pytest.mark.parametrize(
    "line",
    [
        SENTENCE,
        "Ministers share the harbour",
        "Share of the harbour falls",
        "Home of the ferry is sold",
        "Comments on the council anger pilots",
        "Read more about the harbour in the council's report.",
        "Contact: Jane Doe, 202/555-0100",
        "Contact:",
        "Photo: Jane Doe/Harbour Courier",
        "Photo by Jane Doe",
        "Photographs of the ferry are shown",
        "Related work was done in Oslo",
        "(C) Any other matter that the council finds relevant",
        "Copyright law must change, pilots say",
        "8:00 - 10:00 1:00 - 3:00",
        "Most of the harbour is closed",
        "Latest storm was the worst",
        "Top of the mast",
        "12",
        "•",
        "",
    ],
)
def test_a_line_of_an_article_is_none(line: str) -> None:
    assert furniture.rule_of(line) is None


@pytest.mark.parametrize("line", ["Help", "Home", "Contact", "End", "Fine", "Print", SENTENCE, "", "•"])
def test_one_word_may_be_a_subheading_inside_an_article(line: str) -> None:
    assert furniture.rule_inside(line) is None


def test_inside_an_article_several_words_are_furniture() -> None:
    assert furniture.rule_inside("Share this article") == "share"
    assert furniture.rule_inside("Advertisement") == "advertisement"


@given(st.text(max_size=320))
def test_no_line_raises(line: str) -> None:
    furniture.rule_of(line)
    furniture.rule_inside(line)
    furniture.is_menu_item(line)
    furniture.is_empty_label(line)


# Where lines stand


def at_the_top(*lines: str) -> dict[int, str]:
    return boilerplate.at_the_top(top_lines("\n".join(lines)))


def at_the_end(*lines: str) -> dict[int, str]:
    return boilerplate.at_the_end(top_lines("\n".join(lines)))


def test_what_stands_between_the_items_of_a_menu_belongs_to_it() -> None:
    found = at_the_top("Home", "Harbour", "News", "Pilots", "Sport", "Culture", "Ferry Returns", SENTENCE)
    assert found == dict.fromkeys(range(6), "navigation")


def test_a_section_and_a_few_labels_are_no_menu() -> None:
    assert at_the_top("News", "Harbour", "Politics", "Ferry Returns", SENTENCE) == {}


def test_a_byline_or_a_date_ends_a_menu() -> None:
    assert 3 not in at_the_top("Home", "News", "Sport", "By Jane Doe", "Culture", "Opinion", "World", SENTENCE)
    assert 3 not in at_the_top("Home", "News", "Sport", "April 13, 2021", "Culture", "Opinion", "World", SENTENCE)


def test_headlines_below_the_furniture_of_a_tail_go_with_it() -> None:
    assert at_the_end(SENTENCE, "Related News", "Pilots strike", "Quay closed") == dict.fromkeys(range(1, 4), "related")


def test_a_long_list_behind_furniture_is_the_articles() -> None:
    assert at_the_end(SENTENCE, "Related News", *(f"Pilot {number}" for number in range(20))) == {1: "related"}


def test_a_paragraph_is_not_marked_for_where_it_stands() -> None:
    assert at_the_end("Share this article", SENTENCE, "Post a comment", SENTENCE) == {0: "share", 2: "comments"}


def test_lines_ahead_of_the_furniture_of_a_tail_stay() -> None:
    assert at_the_end(SENTENCE, "Jane Doe is a pilot", "Post a comment") == {2: "comments"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"{SENTENCE}Original News :", "Original News :"),
        (f"{SENTENCE} Tags:", "Tags:"),
        (f"{SENTENCE}\nPhoto:", "Photo:"),
    ],
)
def test_a_label_with_nothing_behind_it_ends_a_text(text: str, label: str) -> None:
    mark = boilerplate.trailing_label(text, len(text))
    assert mark is not None
    assert text[mark.start : mark.end] == label


@pytest.mark.parametrize("text", [SENTENCE, "Original News :", f"{SENTENCE} The captain said:", "", ":"])
def test_other_ends_are_the_articles(text: str) -> None:
    assert boilerplate.trailing_label(text, len(text)) is None
