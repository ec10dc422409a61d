"""Did you mean: near spellings that are in the archive, for words that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive.changing import Change, change_many, withholding
from index.search import Request
from tests.factories import Clipping, add_all

if TYPE_CHECKING:
    from archive.archive import Archive
    from tests.index.searching import NotedIndex

ARTICLES = (
    Clipping(text="The harbour of Quellin is closed.", publisher="The Ansel Courier", tags=("shipping",)),
    Clipping(text="The harbours are open; Quellen too.", publisher="The Ansel Courier"),
    Clipping(text="A harbor elsewhere."),
)


def suggested(index: NotedIndex, query: str, at: int | None = None) -> dict[tuple[str, str | None], dict[str, int]]:
    found = index.search(Request(query=query), at=at).suggestions
    assert found is not None
    return {(one.word, one.field): dict(one.spellings) for one in found}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("quellni", {("quellni", None): {"quellin": 1}}),
        ("quelln", {("quelln", None): {"quellin": 1, "quellen": 1}}),
        ("qulelni", {("qulelni", None): {"quellin": 1}}),
        ("HARBUOR closed", {("harbuor", None): {"harbour": 2, "harbor": 1}}),
        ("publisher:coureir", {("coureir", "publisher"): {"courier": 2}}),
        ("tag:shiping", {("shiping", "tag"): {"shipping": 1}}),
        ('"harbour of quelin"', {("quelin", None): {"quellin": 1}}),
        ("quellin elsewhere", {}),
        ("-harbour -closed -open -elsewhere xq", {}),
        ("zzzzzzzz", {}),
        ("published:1999", {}),
    ],
)
def test_a_word_that_no_article_has_gets_near_spellings(
    archive: Archive, index: NotedIndex, query: str, expected: dict[tuple[str, str | None], dict[str, int]]
) -> None:
    add_all(archive, ARTICLES)
    assert suggested(index, query) == expected


def test_a_query_with_hits_has_none(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, ARTICLES)
    assert index.search(Request(query="harbour OR quellni")).suggestions is None


def test_nothing_is_suggested_that_was_not_there_by_then(archive: Archive, index: NotedIndex) -> None:
    positions = add_all(archive, ARTICLES)
    assert suggested(index, "quellni", at=positions[0]) == {("quellni", None): {"quellin": 1}}


def test_nothing_is_suggested_that_only_a_withheld_article_has(archive: Archive, index: NotedIndex) -> None:
    positions = add_all(archive, ARTICLES)
    list(change_many(archive, [Change(withholding(reason="x"), archive.version(positions[0]))], command="withhold"))
    assert suggested(index, "quellni") == {("quellni", None): {"quellen": 1}}
