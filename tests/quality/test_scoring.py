"""The rules by which readings are compared with gold."""

from __future__ import annotations

import pytest

from tests.quality.corpora import Page, text_of
from tests.quality.measure import mean, measure
from tests.quality.page import page
from tests.quality.scoring import same_day, same_names, same_title, segment_accuracy, token_f1
from tests.quality.tools import TOOLS, Reading, morgue


@pytest.mark.parametrize(
    ("found", "gold", "f1"),
    [
        ("The ferry sails", "the FERRY, sails!", 1.0),
        ("the ferry", "the ferry sails again", 2 / 3),
        ("a a b", "a b b", 2 / 3),
        ("三島号", "三島", 4 / 5),
        ("", "the ferry", 0.0),
        ("the ferry", "", 0.0),
        ("", "", 1.0),
    ],
)
def test_texts_are_compared_as_bags_of_tokens(found: str, gold: str, f1: float) -> None:
    assert token_f1(found, gold) == pytest.approx(f1)


def test_segments_count_where_they_are_rightly_there_and_rightly_not() -> None:
    assert segment_accuracy("the  ferry\nsails", ("the ferry sails", "again"), ("menu", "sails")) == 0.5


@pytest.mark.parametrize(
    ("found", "gold", "same"),
    [
        ("Ferry sails", "FERRY  sails!", True),
        ("Ferry sails", "Ferry sails | Harbour Courier", True),
        ("Ferry sails | Harbour Courier", "Ferry sails", False),
        ("Ferry", "Ferry sails", False),
        (None, "Ferry sails", False),
        ("Die Fahre", "Die Fähre", True),
    ],
)
def test_titles(found: str | None, gold: str, *, same: bool) -> None:
    assert same_title(found, gold) is same


@pytest.mark.parametrize(
    ("found", "gold", "same"),
    [
        (("Jane Doe",), "By Jane  Doe", True),
        (("John Roe", "JANE DOE"), "Jane Doe and John Roe", True),
        (("Jane Doe; John Roe",), "Jane Doe, John Roe", True),
        (("Jane Doe", "Staff"), "Jane Doe", False),
        ((), "Jane Doe", False),
    ],
)
def test_names(found: tuple[str, ...], gold: str, *, same: bool) -> None:
    assert same_names(found, gold) is same


def test_days_are_compared_as_published() -> None:
    assert same_day("2021-04-13T23:30:00-08:00", "2021-04-13")
    assert not same_day("2021-04", "2021-04-13")
    assert not same_day(None, "2021-04-13")


def made_page(name: str, corpus: str = "readability") -> Page:
    html = f"<title>Ferry sails again</title><meta name=author content='Jane Doe'><p>{'The ferry sails. ' * 30}</p>"
    return Page(
        corpus=corpus,
        name=name,
        html=html.encode(),
        text="The ferry sails. " * 30,
        title="Ferry sails again",
        author="Jane Doe",
    )


def broken(html: bytes) -> Reading:
    raise ValueError(html)


def test_a_tool_that_fails_has_read_nothing() -> None:
    measured = measure([made_page("a"), made_page("b")], {"morgue": morgue, "broken": broken})
    assert measured.failures == {"morgue": (), "broken": ("readability/a", "readability/b")}
    overall = {tool: mean(score for score in measured.scores if score.tool == tool) for tool in ("morgue", "broken")}
    assert overall["morgue"] is not None
    assert overall["morgue"].overall == pytest.approx(1.0)
    assert overall["broken"] is not None
    assert overall["broken"].overall == 0.0


def test_the_page_names_the_best_of_each_row() -> None:
    pages = [made_page(name, corpus) for name in "ab" for corpus in ("readability", "newspaper4k", "trafilatura")]
    measured = measure(pages, {"morgue": morgue, "trafilatura": broken})
    written = page(measured, {"readability": 2, "newspaper4k": 2, "trafilatura": 2})
    assert "| text | 6 | **1.000** | – |" in written
    assert "trafilatura on 6" in written


def test_the_tools_are_named_by_what_they_are() -> None:
    assert set(TOOLS) == {"morgue", "trafilatura", "newspaper4k", "readability-lxml"}


def test_gold_in_html_is_its_text() -> None:
    assert text_of("<p>a &amp; b</p><script>c</script><p>d</p>").split() == ["a", "&", "b", "d"]
