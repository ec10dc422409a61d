"""Our index against indexes that Whoosh's writer built of the same terms, in its files and in ours: equal hits."""

from __future__ import annotations

import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage
from whoosh.scoring import BM25F

from archive.archive import Archive
from index import analysis, schema_fields
from index.codec.codec import BlockCodec
from index.compile import compile_query
from index.evaluate import evaluate
from index.query.ast import And, InField, Node, Not, Or, Phrase, Word
from index.schema import Terms
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.codec.base import Codec

VOCABULARY = ["ship", "ships", "harbour", "pilot", "storm", "the", "don't"]

_texts = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=60).map(" ".join)
CORPORA = st.lists(
    st.builds(
        Clipping,
        text=_texts,
        title=st.none() | _texts,
        publisher=st.sampled_from([None, "Harbour Courier", "Pilot News"]),
    ),
    min_size=1,
    max_size=25,
)
_words: st.SearchStrategy[Node] = st.sampled_from([*VOCABULARY, "unheard"]).map(Word)
_phrases: st.SearchStrategy[Node] = (
    st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=3).map(" ".join).map(Phrase)
)


def _above(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=4).map(tuple)
    named = st.builds(InField, st.sampled_from(["title", "text", "publisher"]), children)
    return several.map(And) | several.map(Or) | children.map(Not) | named


QUERIES = st.lists(st.recursive(_words | _phrases, _above, max_leaves=6), min_size=8, max_size=8)


class StockTerms(Terms):
    """Our field of terms with what Whoosh's own writer asks of a field."""

    def index(self, value: list[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield term, frequency, weight and encoded positions of every distinct term."""
        positions: dict[str, list[int]] = {}
        for position, term in enumerate(value):
            positions.setdefault(term, []).append(position)
        for term, places in positions.items():
            yield term.encode(), len(places), float(len(places)), self.format.encode(places)


class Weighting(BM25F):  # type: ignore[misc]
    """Whoosh's BM25F, a term's weight being that of the word: by the odds of having it in the field where most do."""

    def idf(self, searcher: Any, _fieldname: str, text: bytes) -> float:
        """Return the weight of a term."""
        everything = searcher.get_parent()
        documents = everything.doc_count_all()
        frequency = max(everything.doc_frequency(name, text) for name in schema_fields.SCORED)
        return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def stock_scores(clippings: list[Clipping], queries: list[Node], codec: Codec) -> list[list[tuple[int, float]]]:
    """Return (document, score) of all that matches each query in an index that Whoosh writes and reads by a codec."""
    schema = fields.Schema()
    for name in schema_fields.INDEXED:
        schema.add(name, StockTerms(scorable=name in schema_fields.SCORED))
    index = RamStorage().create_index(schema)
    writer = index.writer(codec=codec)
    for clipping in clippings:
        document: dict[str, list[str]] = {"text": analysis.terms(clipping.text)}
        if clipping.title:
            document["title"] = analysis.terms(clipping.title)
        if clipping.publisher:
            document["publisher"] = analysis.names(clipping.publisher)
        writer.add_document(**document)
    writer.commit()
    found = []
    with index.searcher(weighting=Weighting()) as searcher:
        for query in queries:
            matcher = compile_query(query).matcher(searcher, searcher.context(needs_current=True))
            hits = []
            while matcher.is_active():
                hits.append((matcher.id(), matcher.score()))
                matcher.next()
            found.append(hits)
    return found


@pytest.mark.parametrize("codec", [W3Codec(), BlockCodec()], ids=["its files", "our files"])
@settings(max_examples=30, deadline=None)
@given(clippings=CORPORA, at_a_time=st.integers(1, 12), queries=QUERIES)
def test_documents_and_scores_are_those_of_stock_whoosh(
    codec: Codec, clippings: list[Clipping], at_a_time: int, queries: list[Node]
) -> None:
    # Every text once: the same one again would be `unchanged`, and no document.
    different = [
        Clipping(text=f"{one.text} {number}", title=one.title, publisher=one.publisher)
        for number, one in enumerate(clippings)
    ]
    with TemporaryDirectory() as folder, Archive.create(Path(folder, "archive")) as archive:
        index = NotedIndex(archive)
        for start in range(0, len(different), at_a_time):
            add_all(archive, different[start : start + at_a_time])
            index.catch_up()
        with index.view() as view:
            for query, expected in zip(queries, stock_scores(different, queries, codec), strict=True):
                found = list(evaluate(view, query))
                assert [document for document, _ in found] == [document for document, _ in expected]
                scores = [score for _, score in expected]
                assert [score for _, score in found] == pytest.approx(scores, rel=1e-9, abs=1e-9)
