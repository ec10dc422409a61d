"""One layout, two writers: the same terms through the projection's writer and through Whoosh's make the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from whoosh import fields
from whoosh.filedb.filestore import RamStorage

from index import analysis
from index.batches import batch_of
from index.codec.codec import BlockCodec
from index.codec.field_writer import open_terms
from index.projection import Document
from index.segment.blocks import SECTIONS
from index.segment.collector import Collector
from index.segment.reader import Segment
from index.segment.writer import LEXICON, write_segment
from tests.index.test_stock_whoosh import StockTerms

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_words = st.sampled_from(["dam", "river", "Gate's", "été", "日本", "x", "300"])
_texts = st.lists(st.lists(_words, max_size=40).map(" ".join), min_size=1, max_size=8)


@given(_texts, st.sampled_from([1, 50]))
def test_equal_sections(tmp_path_factory: pytest.TempPathFactory, texts: list[str], times: int) -> None:
    texts *= times
    path: Path = tmp_path_factory.mktemp("segments") / "one.seg"
    collector = Collector()
    documents = [
        Document(position=number, title="", passages=(text,), names={}, days=None, published=None, supersedes=None)
        for number, text in enumerate(texts)
    ]
    collector.extend(batch_of(documents))
    write_segment(collector, path)
    index = RamStorage().create_index(fields.Schema(text=StockTerms(scorable=True)))
    with index.writer(codec=BlockCodec()) as writer:
        for text in texts:
            writer.add_document(text=analysis.terms(text))
    (segment,) = index._segments()
    projected, stocked = Segment(path), open_terms(index.storage, segment)
    for name in (*SECTIONS, *LEXICON):
        if name == "block_best":
            # A bound for one weighting, in one segment, which Whoosh has no use for.
            assert not any(stocked.sections[name])
            continue
        assert bytes(projected.sections[name]) == bytes(stocked.sections[name]), name
    # What the general segment can keep besides is empty.
    assert not any(stocked.sections[name] for name in ("block_extra", "extra", "term_weight"))
