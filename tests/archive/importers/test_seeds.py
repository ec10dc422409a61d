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
        ("003", {"title": "Iran, Russia Agree JCPOA Has No Alternatives"}),
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
