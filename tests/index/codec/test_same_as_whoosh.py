"""The same documents through Whoosh's writer, by our codec and by its own: the same index, the same hits and scores."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, formats, query
from whoosh.analysis import DelimitedAttributeFilter, RegexTokenizer, StemmingAnalyzer
from whoosh.query import spans

from tests.index.codec.comparing import Compared

WORDS = [
    "ship",
    "ships",
    "shift",
    "harbour",
    "été",
    "Straße",
    "straße",
    "日本",
    "𝔘nicode",
    "порт",
    "e\u0301te\u0301",
    "x",
]
_text = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
_moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - Whoosh takes naive ones

BOOSTING = RegexTokenizer(r"\S+") | DelimitedAttributeFilter()
_boosted = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", "^2", "^0.3"])).map("".join), max_size=12)


def boosted(format_: formats.Format) -> fields.FieldType:
    """Return a scored field of a format, with vectors of the same, whose words may say what they weigh."""
    field = fields.TEXT(analyzer=BOOSTING, vector=format_)
    field.format = format_
    return field


SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    text=fields.TEXT(stored=True, vector=True),
    stems=fields.TEXT(analyzer=StemmingAnalyzer(), spelling=True, vector=formats.Frequency()),
    heavy=fields.TEXT(field_boost=1.7, sortable=True),
    spoken=fields.TEXT(chars=True),
    counted=fields.TEXT(phrase=False),
    tags=fields.KEYWORD(stored=True, commas=True, scorable=True, sortable=True),
    number=fields.NUMERIC(int, signed=True, sortable=True, stored=True),
    price=fields.NUMERIC(Decimal, decimal_places=2, stored=True),
    # Not sortable: Whoosh-Reloaded cannot write that column.
    ratio=fields.NUMERIC(float),
    moment=fields.DATETIME(sortable=True, stored=True),
    flag=fields.BOOLEAN(stored=True),
    lifted=boosted(formats.Positions(field_boost=0.7)),
    lifted_places=boosted(formats.PositionBoosts()),
    lifted_characters=boosted(formats.CharacterBoosts()),
    grams=fields.NGRAM(minsize=2, maxsize=3),
    note=fields.STORED,
)

DOCUMENTS = st.fixed_dictionaries(
    {"id": st.sampled_from("abcdefgh")},
    optional={
        "text": _text,
        "stems": _text,
        "heavy": _text,
        "spoken": _text,
        "counted": _text,
        "tags": st.lists(st.sampled_from(["news", "été", "日本", "sea port"]), max_size=3).map(",".join),
        "number": st.integers(-(1 << 31), (1 << 31) - 2),
        "price": st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents) / 100),
        "ratio": st.floats(-1e6, 1e6),
        "moment": _moments,
        "flag": st.booleans(),
        "lifted": _boosted.map(" ".join),
        "lifted_places": _boosted.map(" ".join),
        "lifted_characters": _boosted.map(" ".join),
        "grams": _text,
        "note": st.none() | st.lists(st.integers() | st.text(max_size=5), max_size=3) | st.binary(max_size=5),
    },
)

COMMITS = st.sampled_from([{"merge": False}, {}, {"optimize": True}])
BATCHES = st.lists(
    st.tuples(
        st.lists(DOCUMENTS, max_size=6), st.booleans(), st.sets(st.sampled_from("abcdefgh"), max_size=2), COMMITS
    ),
    min_size=1,
    max_size=4,
)

QUERIES: list[query.Query] = [
    query.Every(),
    query.Term("text", "ship"),
    query.Term("heavy", "été"),
    query.Or([query.Term("text", "日本"), query.Term("counted", "ship"), query.Term("spoken", "порт")]),
    query.And([query.Term("text", "ship"), query.Not(query.Term("text", "x"))]),
    query.AndMaybe(query.Term("text", "été"), query.Term("stems", "ship")),
    query.Or([query.Term("lifted", "ship"), query.Term("lifted_places", "日本")]),
    query.Phrase("lifted_characters", ["ship", "été"]),
    query.Phrase("text", ["ship", "été"]),
    query.Phrase("spoken", ["straße", "日本"], slop=3),
    query.Prefix("text", "sh"),
    query.Prefix("text", "é"),
    query.Wildcard("text", "*h?p*"),
    query.Wildcard("text", "𝔘*"),
    query.Regex("text", "^[sх].+e$"),
    query.FuzzyTerm("text", "ete", maxdist=2),
    query.FuzzyTerm("text", "shop", maxdist=1, prefixlength=1),
    query.TermRange("text", "e", "z"),
    query.NumericRange("number", -1000, 1 << 20),
    query.DateRange("moment", datetime(1950, 1, 1), datetime(2050, 1, 1)),  # noqa: DTZ001
    query.Term("flag", True),
    query.Every("price"),
    query.Variations("stems", "ships"),
    spans.SpanNear(query.Term("text", "ship"), query.Term("text", "日本"), slop=4, ordered=False),
    spans.SpanFirst(query.Term("spoken", "ship"), limit=2),
    spans.SpanNot(query.Term("text", "ship"), query.Term("text", "x")),
    query.ConstantScoreQuery(query.Term("grams", "sh"), 2.0),
]


def apply(compared: Compared, batch: tuple[list[dict[str, Any]], bool, set[str], dict[str, bool]]) -> None:
    documents, updating, unwanted, commit = batch
    for writer in compared.writers():
        for one in sorted(unwanted):
            writer.delete_by_term("id", one)
        for document in documents:
            (writer.update_document if updating else writer.add_document)(**document)
        writer.commit(**commit)


@settings(max_examples=40, deadline=None)
@given(BATCHES)
def test_the_same_index_and_the_same_scores(batches: list[Any]) -> None:
    compared = Compared(SCHEMA)
    for batch in batches:
        apply(compared, batch)
    compared.check(QUERIES)


@pytest.mark.parametrize("pending", [1, 1 << 17])
def test_the_same_with_many_blocks(pending: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.codec.postings._PENDING", pending)
    compared = Compared(SCHEMA)
    documents = [
        {
            "id": str(number),
            "text": " ".join(WORDS[(number + one * one) % len(WORDS)] for one in range(number % 23)),
            "heavy": " ".join(["ship"] * (number % 7) + ["été"]),
            "spoken": "  ".join(WORDS[: number % 5]),
            "counted": "ship " * (number % 3),
            "lifted": "ship été^0.3 " * (number % 4),
            "lifted_places": "été^3 日本 " * (number % 3),
            "lifted_characters": "été ship^2 " * (number % 5),
            "number": number * number,
        }
        for number in range(700)
    ]
    compared.add(documents[:500])
    compared.add(documents[500:], merge=False)
    for writer in compared.writers():
        writer.delete_by_query(query.NumericRange("number", 100, 40_000))
        writer.commit(merge=False)
    compared.check(QUERIES)
    for writer in compared.writers():
        writer.commit(optimize=True)
    compared.check(QUERIES)
