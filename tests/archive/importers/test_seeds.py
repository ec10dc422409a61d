"""The rules on texts as they were scraped, where those are at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.importers import importer_for
from tests.archive.importers.parsing import only_draft

if TYPE_CHECKING:
    from archive.provenance import Value

SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the scraped texts are not beside this checkout")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("000", {"title": "second line", "authors": ("YCPress",)}),
        ("001", {}),
        (
            "002",
            {
                "title": "Lavrov’s visit to Tehran amid JCPOA talks heralds bright prospects for ties with Russia",
                "place": "Moscow",
                "agency": "IRNA",
                "published": "XXXX-04-18",
            },
        ),
        (
            "003",
            {
                "title": "Iran, Russia Agree JCPOA Has No Alternatives",
                "publisher": "Persian News",
                "page_date": "2024-05-28",
            },
        ),
        (
            "004",
            {
                "title": "President Urges Expansion of Iran-Russia Military Ties",
                "place": "Tehran",
                "agency": "Tasnim",
            },
        ),
    ],
)
def test_a_scraped_text_says_this_of_itself_and_no_more(number: str, expected: dict[str, Value]) -> None:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    draft = only_draft(importer_for("text"), path.read_bytes())
    text = draft.article_text()
    if expected.get("title") == "second line":
        expected = {**expected, "title": text.splitlines()[1]}
    assert {field: candidates[0].value for field, candidates in draft.fields.items()} == expected
    for (candidate,) in draft.fields.values():
        assert candidate.span is not None
        assert text[candidate.span.start : candidate.span.end] == candidate.raw


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("000", [("breadcrumb", "Home Politics Russian Foreign"), ("repeated-title", "Russian Foreign Minister")]),
        (
            "001",
            [
                ("photo-label", "Source of the photo:"),
                ("share", "Print Friendly, PDF & Email"),
                ("comments", "Post a comment"),
            ],
        ),
        ("002", [("follow", "Follow us on Twitter"), ("related", "Related News"), ("comments", "Your Comment")]),
        ("003", [("source-link", "Original News :")]),
        ("004", [("repeated-title", "President Urges Expansion"), ("related", "Most Visited in Politics")]),
    ],
)
def test_what_the_page_printed_round_a_text_is_marked(number: str, expected: list[tuple[str, str]]) -> None:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    draft = only_draft(importer_for("text"), path.read_bytes())
    text = draft.article_text()
    found = [(mark.rule, text[mark.span.start : mark.span.end]) for mark in draft.boilerplate]
    assert [
        (rule, piece[: len(begins)]) for (rule, piece), (_, begins) in zip(found, expected, strict=True)
    ] == expected
