"""Reading a text: the fields with how each is known, and which lines are boilerplate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.reading import Reading, read_text

if TYPE_CHECKING:
    from archive.provenance import Candidate

BODY = (
    "The ferry returned to the harbour on Tuesday, three years after the storm, its captain said.\n\n"
    "She had waited for the tide in the lee of the island, and met the council in the evening.\n"
)
TITLE = "Ferry Returns After Three Years"


def read(text: str, *, title: str | None = None, url: str | None = None) -> Reading:
    reading = read_text(text, extractor="test/1", title=title, url=url)
    check(text, reading)
    return reading


def check(text: str, reading: Reading) -> None:
    """Make sure that every span names what stands there, and that boilerplate is in order without overlaps."""
    for candidates in reading.fields.values():
        for candidate in candidates:
            assert candidate.span is not None
            assert candidate.span.source == "text"
            assert text[candidate.span.start : candidate.span.end] == candidate.raw
    end = 0
    for mark in reading.boilerplate:
        assert end <= mark.span.start < mark.span.end <= len(text)
        assert text[mark.span.start : mark.span.end].strip() == text[mark.span.start : mark.span.end]
        end = mark.span.end


def values(reading: Reading) -> dict[str, object]:
    return {field: candidates[0].value for field, candidates in reading.fields.items()}


def marked(text: str, reading: Reading) -> list[tuple[str, str]]:
    return [(mark.rule, text[mark.span.start : mark.span.end]) for mark in reading.boilerplate]


def only(reading: Reading, field: str) -> Candidate:
    (candidate,) = reading.fields[field]
    return candidate


def test_all_that_stands_round_an_article_is_read_and_marked() -> None:
    text = (
        "Skip to content\n\nHome\nNews\nSport\nHarbour\nOpinion\n\nApril 14, 2021\n\n"
        f"{TITLE}\n\nBy Jane Doe, Reuters\n\nShare on Facebook\n\nOSLO, April 13 (NTB) – {BODY}\n"
        "(Reporting by Jane Doe in Oslo; Editing by John Roe)\n\n"
        "Follow us on Twitter @harbour\n\nRelated News\n\nPilots strike\nQuay closed\n\nPost a comment\n"
        "© 2021 Harbour Courier. All rights reserved.\n"
    )
    reading = read(text)
    assert values(reading) == {
        "title": TITLE,
        "authors": ("Jane Doe",),
        "agency": "Reuters",
        "place": "Oslo",
        "published": "2021-04-13",
        "page_date": "2021-04-14",
        "publisher": "Harbour Courier",
    }
    assert marked(text, reading) == [
        ("navigation", "Skip to content\n\nHome\nNews\nSport\nHarbour\nOpinion"),
        ("share", "Share on Facebook"),
        ("follow", "Follow us on Twitter @harbour"),
        ("related", "Related News\n\nPilots strike\nQuay closed"),
        ("comments", "Post a comment"),
        ("copyright", "© 2021 Harbour Courier. All rights reserved."),
    ]
    assert [(known.value, known.method) for known in reading.fields["agency"]] == [
        ("Reuters", "byline"),
        ("NTB", "dateline"),
    ]
    assert [(known.method, known.value) for known in reading.fields["authors"]] == [
        ("byline", ("Jane Doe",)),
        ("credit", ("Jane Doe",)),
    ]


def test_an_article_without_any_is_left_as_it_is() -> None:
    assert read(BODY) == Reading(fields={}, boilerplate=())
    assert read("") == Reading(fields={}, boilerplate=())
    assert read("Home") == Reading(fields={}, boilerplate=read("Home").boilerplate)


def test_pages_in_other_languages_are_read_and_marked_too() -> None:
    text = (
        "Startseite » Hafen » Fähre kehrt zurück\nFähre kehrt in den Hafen zurück\nVon Jane Doe und John Roe\n"
        "13.04.2021, 14:05 Uhr\n\n"
        "Oslo (dpa) - Die Fähre ist am Dienstag zurückgekehrt, drei Jahre nach dem Sturm, sagt der Kapitän.\n\n"
        "(dpa/jd)\n\nTeilen\nDrucken\nLesen Sie auch: Kapitän im Gespräch\n"
        "© 2021 Hafenkurier. Alle Rechte vorbehalten.\n"
    )
    reading = read(text)
    assert values(reading) == {
        "title": "Fähre kehrt in den Hafen zurück",
        "authors": ("Jane Doe", "John Roe"),
        "place": "Oslo",
        "agency": "dpa",
        "page_date": "2021-04-13",
        "publisher": "Hafenkurier",
    }
    assert [rule for rule, _ in marked(text, reading)] == ["breadcrumb", "share", "related", "copyright"]


# The title


def test_a_title_that_stands_again_is_marked_where_it_is_again() -> None:
    text = f"{TITLE}\n\n{TITLE}\n\n{BODY}"
    reading = read(text)
    title = only(reading, "title")
    assert title.span is not None
    assert title.span.start == 0
    assert marked(text, reading) == [("repeated-title", TITLE)]


@pytest.mark.parametrize("trail", [f"Home News {TITLE}", f"Home » News » {TITLE}", "Home > News > Harbour"])
def test_the_way_through_the_site_is_marked(trail: str) -> None:
    text = f"{trail}\n{TITLE}\n\n{BODY}"
    reading = read(text)
    assert values(reading) == {"title": TITLE}
    assert marked(text, reading) == [("breadcrumb", trail)]


def test_a_known_title_is_not_looked_for_but_marked_where_it_repeats() -> None:
    text = f"Council Notes\n\n{TITLE}\n\n{TITLE}\n\n{BODY}"
    reading = read(text, title=TITLE)
    assert "title" not in reading.fields
    assert marked(text, reading) == [("repeated-title", TITLE)]


def test_a_title_behind_a_long_menu_is_found() -> None:
    menu = "\n".join(["Home", "World", "Politics", "Business", "Sport", "Culture", "Opinion", "Weather", "Travel"] * 5)
    assert values(read(f"{menu}\n\n{TITLE}\n\n{BODY}")) == {"title": TITLE}


def test_a_page_title_gives_the_title_and_the_outlet() -> None:
    reading = read(f"{TITLE} | Harbour Courier\n\nCouncil Notes\n\n{TITLE}\n\n{BODY}")
    assert values(reading) == {"publisher": "Harbour Courier", "title": TITLE}
    assert only(reading, "publisher").method == "masthead"


def test_a_masthead_is_a_name_that_its_motto_says_again() -> None:
    reading = read(f"Harbour News\n\nAll Harbour News of the Coast\n\n{TITLE}\n\n{BODY}")
    assert values(reading) == {"title": TITLE, "publisher": "Harbour News"}
    assert "publisher" not in read(f"World News\n\nMore World News of the Day\n\n{TITLE}\n\n{BODY}").fields
    assert "publisher" not in read(f"Harbour News\n\n{TITLE}\n\n{BODY}").fields


# Dates


def test_a_date_alone_is_the_pages_and_not_asserted_as_published() -> None:
    reading = read(f"May 28, 2024\n\n{TITLE}\n\n{BODY}")
    assert values(reading) == {"title": TITLE, "page_date": "2024-05-28"}
    assert only(reading, "page_date").method == "page-date"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Published: April 13, 2021", "2021-04-13"),
        ("Posted on 13 April 2021", "2021-04-13"),
        ("Published on Tuesday, April 13, 2021", "2021-04-13"),
        ("Veröffentlicht am 13. April 2021", "2021-04-13"),
        ("Publié le 13 avril 2021", "2021-04-13"),
        ("Опубликовано: 13.04.2021", "2021-04-13"),
        ("Published: 2021-04-13T12:00:00+05:00", "2021-04-13T12:00:00+05:00"),
    ],
)
def test_a_date_that_says_so_is_when_it_was_published(line: str, value: str) -> None:
    reading = read(f"{TITLE}\n\n{line}\n\n{BODY}")
    assert only(reading, "published").value == value
    assert only(reading, "published").method == "heading"
    assert "page_date" not in reading.fields


@pytest.mark.parametrize(
    "line", ["Updated: April 13, 2021", "Published: 3/4/2021", "Posted April 13, 2021, changed May 2, 2022", "Posted"]
)
def test_other_dates_say_nothing(line: str) -> None:
    assert read(f"{TITLE}\n\n{line}\n\n{BODY}").fields.keys() <= {"title"}


@pytest.mark.parametrize(("page", "year"), [("April 18, 2021", 2021), ("April 19, 2021", 2021)])
def test_a_page_of_the_day_or_the_next_tells_a_datelines_year_and_says_so(page: str, year: int) -> None:
    reading = read(f"{page}\n\n{TITLE}\n\nMOSCOW, April 18 (IRNA) – {BODY}")
    whole, partial = reading.fields["published"]
    assert (whole.value, whole.method, whole.raw) == (f"{year}-04-18", "dateline", "April 18")
    assert whole.note == f"year from the page's date, {page}"
    assert (partial.value, partial.note) == ("XXXX-04-18", None)


@pytest.mark.parametrize("page", ["April 17, 2021", "April 28, 2021", "May 28, 2024"])
def test_a_page_of_any_other_day_does_not(page: str) -> None:
    reading = read(f"{page}\n\n{TITLE}\n\nMOSCOW, April 18 (IRNA) – {BODY}")
    assert only(reading, "published").value == "XXXX-04-18"


def test_the_last_day_of_a_year_is_of_the_year_ahead_of_the_page() -> None:
    reading = read(f"January 1, 2022\n\n{TITLE}\n\nMOSCOW, December 31 (IRNA) – {BODY}")
    assert reading.fields["published"][0].value == "2021-12-31"


def test_an_address_tells_a_datelines_year() -> None:
    text = f"{TITLE}\n\nMOSCOW, April 18 (IRNA) – {BODY}"
    url = "https://courier.example/2021/04/18/ferry"
    whole, _ = read(text, url=url).fields["published"]
    assert (whole.value, whole.note) == ("2021-04-18", f"year from the address, {url}")
    assert len(read(text, url="https://courier.example/2021/07/18/ferry").fields["published"]) == 1


def test_a_day_that_begins_a_sentence_is_what_the_article_tells_of() -> None:
    assert values(read(f"{TITLE}\n\nApril 13th, {BODY}")) == {"title": TITLE}


# Tags


@pytest.mark.parametrize(
    "line", ["Tags: ferry, harbour, New Quay", "TAGS: #ferry #harbour #New Quay", "Tags: ferry; harbour | New Quay"]
)
def test_a_list_of_tags_is_marked_and_its_tags_are_known(line: str) -> None:
    text = f"{TITLE}\n\n{BODY}\n{line}\n"
    reading = read(text)
    tags = only(reading, "tags")
    assert (tags.value, tags.method) == (("ferry", "harbour", "New Quay"), "tag-list")
    assert marked(text, reading) == [("tags", line)]


def test_a_label_of_tags_without_any_names_none() -> None:
    assert "tags" not in read(f"{TITLE}\n\n{BODY}\nTags:\n").fields


# Whatever comes

PIECES = st.sampled_from(
    [
        *("Home", "News", "Share", "Post a comment", "Related News", TITLE, "By Jane Doe", "© 2021 AFP", "Reuters"),
        *("April 18, 2021", "OSLO, April 18 (NTB) – The ferry.", "The ferry is back.", "Original News :", "(AP)"),
        *("Source: Xinhua", "Tags: ferry, harbour", "Mit Material von dpa", "•", "x " * 100, "Home News " + TITLE),
    ]
)


@given(st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n", "\r\n", " ", "\x0b"])), max_size=30))
def test_every_span_points_at_what_it_names(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + end for piece, end in pieces)
    read(text)
    read(text, title=TITLE, url="https://courier.example/2021/04/18/ferry")


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    read(text)


def test_texts_longer_than_what_is_looked_at_have_spans_at_both_ends() -> None:
    told = "\n".join(f"The ferry came in for the {number}th time, its captain said." for number in range(400))
    text = f"{TITLE}\n\n{told}\nPost a comment\n"
    assert marked(text, read(text)) == [("comments", "Post a comment")]
    menu = "World\n" * 20_000
    read(menu + TITLE)
    read("ferry " * 100_000)


def test_behind_a_menu_that_is_not_known_the_title_is_the_line_that_the_text_takes_up() -> None:
    menu = "\n".join(f"Pier {number}" for number in range(30))
    story = "The ferry returned to the harbour on Tuesday, three years after the storm, its captain said.\n" * 2
    assert values(read(f"{menu}\nFerry Returns Three Years After Storm\nTell us more\n\n{story}")) == {
        "title": "Ferry Returns Three Years After Storm"
    }
    assert read(f"{menu}\nCouncil Notes of the Week Again\nTell us more\n\n{story}").fields == {}
