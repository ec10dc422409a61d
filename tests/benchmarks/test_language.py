"""The language is measured by queries of all kinds, each of which is answered or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.index import Index
from index.query.ast import walk
from index.query.errors import QueryError
from index.search import Request
from tests.benchmarks import language
from tests.benchmarks.generator import articles, source_of
from tests.benchmarks.language import MADE, ask, measure_language, requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive

KINDS = {
    *("Word", "Phrase", "Prefix", "Pattern", "Fuzzy", "Near", "Boost", "And", "Or", "Not", "InField", "DateRange"),
    *("InState", "WithId"),
}


def _texts() -> list[str]:
    said = "the senator said that the bill was of the committee"
    return [f"{said} {'abcdefghij'[:number]}" for number in range(9)]


def test_the_queries_are_of_all_kinds_and_the_same_each_time() -> None:
    made = list(requests(_texts(), 400, last=9))
    again = list(requests(_texts(), 400, last=9))
    assert [(request.query, at) for request, at in made] == [(request.query, at) for request, at in again]
    kinds: set[str] = set()
    refused = 0
    for request, _ in made:
        try:
            kinds.update(type(node).__name__ for node in walk(request.parse()))
        except QueryError:
            refused += 1
    assert kinds == KINDS
    assert refused < 40
    assert {at for _, at in made} == {None, *range(10)}
    assert {request.any_word for request, _ in made} == {request.count for request, _ in made} == {True, False}


def test_what_is_refused_is_counted_and_the_slowest_are_named(archive: Archive) -> None:
    asked = [(Request(query=query), None) for query in ("the", "(", "the -the", '"')]
    found = ask(Index(archive), MADE, [*asked, (Request(query="the", any_word=True, sort="oldest"), 3)])
    assert found is not None
    assert (found["queries"], found["refused"]) == (5, 2)
    assert 0 < found["p50"] <= found["p95"] <= found["p99"] == found["slowest"][0]["seconds"]
    assert "--any --sort oldest --at 3 the" in {slow["query"] for slow in found["slowest"]}


def test_an_error_that_is_no_refusal_ends_the_run(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_index: Index, _request: Request, **_options: object) -> Iterator[object]:
        raise RecursionError

    monkeypatch.setattr(Index, "search", broken)
    with pytest.raises(RecursionError):
        ask(Index(archive), MADE, [(Request(query="the"), None)])


def test_an_archive_is_made_and_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "records", lambda: articles(source_of([])))
    monkeypatch.setattr(language, "foreign", lambda: ["a AND b", "("])
    found = measure_language(60, count=20)
    assert [(one["label"], one["queries"]) for one in found["asked"]] == [(MADE, 20), (language.OTHERS, 2)]
    assert found["asked"][1]["refused"] == 1
