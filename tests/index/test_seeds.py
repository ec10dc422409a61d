"""Searching texts as they were scraped, where those are at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.intake import gather
from index.analysis import terms
from index.search import Request

if TYPE_CHECKING:
    from archive.archive import Archive
    from tests.index.searching import NotedIndex

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the scraped texts are not beside this checkout")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Post a comment", []),
        ('"follow us"', []),
        ('"most visited"', []),
        ("Natanz sabotage", ["002", "000"]),
        ('"maximum pressure"', {"001", "004"}),
        ("zzzz", []),
        ("JCPOA NEAR/3 alternative", {"003", "002"}),
        ("JCPOA ADJ/3 alternative", ["003"]),
        ("alternative ADJ/3 JCPOA", ["002"]),
        ("agency:tasnim military", ["004"]),
    ],
)
def test_the_texts_that_have_the_words_are_found(
    archive: Archive, index: NotedIndex, query: str, expected: list[str] | set[str]
) -> None:
    assert len(list(archive.add_many(gather([str(SEEDS)])))) == 5
    hits = list(index.search(Request(query=query)))
    names = [Path(str(hit.as_dict()["origin"])).name[:3] for hit in hits]
    assert (names if isinstance(expected, list) else set(names)) == expected
    assert len(names) == len(expected)
    for hit in hits if ":" not in query and "/" not in query else ():
        shown = " ".join(hit.snippet.text[begin:end] for begin, end in hit.snippet.marks)
        assert set(terms(shown)) == set(terms(query))
