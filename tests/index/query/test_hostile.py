"""Queries that nobody meant: each is answered or refused at its place, whatever it is."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from random import Random

import pytest

from index.query.ast import Node, to_query
from index.query.errors import QueryError
from index.query.grammar import parse

FOREIGN = Path(__file__).parents[3].parent / "shared" / "data" / "whoosh_query_strings.tar.xz"
PIECES = [
    *(
        "iran",
        "lavrof~",
        "x~9",
        "sab?t*ge",
        "*",
        "?",
        "a*",
        "*b",
        '"two words"',
        '"',
        "(",
        ")",
        "title:",
        "is:retracted",
    ),
    *(
        "NEAR/3",
        "ADJ/0",
        "NEAR/200",
        "AND",
        "OR",
        "NOT",
        "-",
        "^2",
        "^0",
        "^",
        "published:2021?",
        "recorded:2w..",
        "id:5",
    ),
    *("captured:..yesterday", "query:x", "url:http://a.example/b?c=d", "has:", "\\", "&", "…", "京都", "’"),
]


def read(query: str) -> bool:
    """Tell whether a query is understood; a refusal must point at a place in it."""
    tree: Node | None = None
    refusal: QueryError | None = None
    try:
        tree = parse(query)
    except QueryError as error:
        refusal = error
    if refusal is not None:
        assert 0 <= refusal.span.start <= refusal.span.end <= len(query)
        assert refusal.underlined().count("\n") == 2
        return False
    assert tree is not None
    assert parse(to_query(tree)) == tree
    return True


def test_ten_thousand_queries_of_pieces_are_understood_or_refused() -> None:
    random = Random(6)
    understood = sum(
        read(random.choice(["", " "]).join(random.choices(PIECES, k=random.randint(1, 8)))) for _ in range(10_000)
    )
    assert 500 < understood < 9_500


@pytest.mark.skipif(not FOREIGN.is_file(), reason="the query strings of another parser's tests are not at hand")
def test_the_queries_of_another_parsers_tests_are_understood_or_refused() -> None:
    with tarfile.open(FOREIGN) as tar:
        listed = tar.extractfile("query_whoosh_reloaded/query_strings.jsonl")
        assert listed is not None
        queries = [json.loads(line)["query"] for line in listed.read().splitlines()]
    assert len(queries) > 300
    assert sum(map(read, queries)) > 100
