"""Whole segments: written by either way, merged in any way, always the same bytes; and damage is noticed."""

from __future__ import annotations

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import analysis, schema_fields
from index.batches import batch_of
from index.projection import Document
from index.segment import bulk, bulk_merge, collector, merge, writer
from index.segment.collector import Collector
from index.segment.layout import BadSegmentError, read_directory
from index.segment.lengths import TABLE, length_byte
from index.segment.merge import merge_segments
from index.segment.reader import Segment
from index.segment.writer import write_segment

if TYPE_CHECKING:
    from collections.abc import Sequence

_words = st.lists(st.sampled_from(["dam", "dams", "river", "Gate's", "été", "the", "of", "x", "300"]), max_size=30)
_names = st.dictionaries(
    st.sampled_from(schema_fields.NAMES),
    st.lists(st.sampled_from(["FNS", "Ilse Quarrow", "Port Ansel"]), max_size=3).map(tuple),
)
_days = st.one_of(st.none(), st.tuples(st.integers(1, 3), st.integers(3, 6)))


@st.composite
def corpora(draw: st.DrawFn) -> list[Document]:
    count = draw(st.integers(1, 12))
    return [
        Document(
            position=3 * number + 1,
            title=" ".join(draw(_words)),
            passages=tuple(" ".join(draw(_words)) for _ in range(draw(st.integers(0, 3)))),
            names=draw(_names),
            days=draw(_days),
            published=draw(st.one_of(st.none(), st.integers(-(1 << 40), 1 << 40))),
            supersedes=draw(st.one_of(st.none(), st.integers(0, 3 * number + 1))),
        )
        for number in range(count)
    ]


def collected(documents: Sequence[Document]) -> Collector:
    found = Collector()
    for start in range(0, len(documents), 5):
        found.extend(batch_of(documents[start : start + 5]))
    return found


@pytest.fixture(params=["few", "many"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write by the way for few tokens, or by the way for many, whatever their number is."""
    limit = 1 << 40 if request.param == "few" else -1
    monkeypatch.setattr(collector, "FEW", limit)
    monkeypatch.setattr(merge, "FEW", limit)
    return str(request.param)


def written(documents: Sequence[Document], folder: Path, name: str) -> Path:
    path = folder / name
    write_segment(collected(documents), path)
    return path


@given(corpora())
@settings(max_examples=40, deadline=None)
def test_few_and_many_are_written_alike(documents: list[Document]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(collector, "FEW", 1 << 40)
        few = written(documents, Path(folder), "few.seg").read_bytes()
        patch.setattr(collector, "FEW", -1)
        many = written(documents, Path(folder), "many.seg").read_bytes()
        assert few == many


@given(corpora(), st.data())
@settings(max_examples=40, deadline=None)
def test_segments_merged_in_any_order_are_what_one_of_all_would_be(
    documents: list[Document], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(documents) - 1)), max_size=5)))
    bounds = [0, *(cut for cut in cuts if cut < len(documents)), len(documents)]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        pieces = [
            Segment(written(documents[begin:end], Path(folder), f"{begin}.seg"))
            for begin, end in itertools.pairwise(bounds)
        ]
        step = 0
        while len(pieces) > 1 or not step:
            patch.setattr(merge, "FEW", data.draw(st.sampled_from((-1, 1 << 40))))
            # So small that a term is merged some blocks at a time, and the alphabet a few terms at a time.
            stretch = data.draw(st.sampled_from((1, 5, 1 << 20)))
            for module in (bulk, bulk_merge):
                patch.setattr(module, "STRETCH", stretch)
            first = data.draw(st.integers(0, max(0, len(pieces) - 2)))
            last = data.draw(st.integers(min(first + 2, len(pieces)), len(pieces)))
            merge_segments(pieces[first:last], Path(folder, f"merged-{step}.seg"))
            pieces[first:last] = [Segment(Path(folder, f"merged-{step}.seg"))]
            step += 1
        whole = written(documents, Path(folder), "whole.seg")
        assert pieces[0].path.read_bytes() == whole.read_bytes()


def test_a_term_in_many_documents_is_merged_some_blocks_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "FEW", -1)
    for module in (bulk, bulk_merge):
        monkeypatch.setattr(module, "STRETCH", 200)
    documents = [
        Document(
            position=number,
            title="",
            passages=("the dam and the gate" if number % 3 else "a",),
            names={},
            days=None,
            published=None,
            supersedes=None,
        )
        for number in range(1500)
    ]
    bounds = (0, 130, 131, 700, 1500)
    pieces = [
        Segment(written(documents[begin:end], tmp_path, f"{begin}.seg")) for begin, end in itertools.pairwise(bounds)
    ]
    merge_segments(pieces, tmp_path / "merged.seg")
    assert (tmp_path / "merged.seg").read_bytes() == written(documents, tmp_path, "whole.seg").read_bytes()


@pytest.mark.usefixtures("either_way")
def test_a_segment_gives_back_terms_postings_and_columns(tmp_path: Path) -> None:
    texts = ["The dam's gates", "gates of the dam, gates", "une été"]
    documents = [
        Document(
            position=number + 5,
            title=f"Title {number}",
            passages=(text,),
            names={"author": ("Ilse Quarrow", "Ann Dam")},
            days=(7, 9) if number else None,
            published=None if number else -5,
            supersedes=5 if number == 2 else None,
        )
        for number, text in enumerate(texts)
    ]
    segment = Segment(written(documents, tmp_path, "one.seg"))
    for term in set(analysis.terms(" ".join(texts))):
        entry = segment.term("text", term.encode())
        assert entry is not None
        expected = {
            number: [place for place, here in enumerate(analysis.terms(text)) if here == term]
            for number, text in enumerate(texts)
        }
        found = [(number, list(places)) for number, places in segment.postings(entry)]
        assert found == [(number, places) for number, places in expected.items() if places]
    assert segment.term("text", b"quarrow") is None
    author = segment.term("author", b"ann")
    assert author is not None
    # The second name stands behind a gap.
    assert list(dict(segment.postings(author))[0]) == [2 + schema_fields.VALUE_GAP]
    assert segment.sections["position"].tolist() == [5, 6, 7]
    assert segment.sections["published"].tolist() == [-5, schema_fields.UNKNOWN_TIME, schema_fields.UNKNOWN_TIME]
    assert segment.sections["by_day"].tolist() == [1, 2]
    assert (segment.sections["superseding"].tolist(), segment.sections["superseded"].tolist()) == ([2], [5])
    assert segment.sections["length_text"].tolist() == [3, 5, 2]
    assert segment.tokens == {"title": 6, "text": 10}


@pytest.mark.usefixtures("either_way")
def test_every_form_of_titles_and_texts_is_found_with_its_term(tmp_path: Path) -> None:
    documents = [
        Document(
            position=1,
            title="Happy days’ end",
            passages=("Université, happier; l’accord. A dam",),
            names={"author": ("Hapax",)},
            days=None,
            published=None,
            supersedes=None,
        )
    ]
    segment = Segment(written(documents, tmp_path, "one.seg"))
    found = dict(segment.forms(b""))
    assert list(found) == sorted(found)
    assert found == {
        form.encode(): analysis.term_of(form).encode()
        for form in ("happy", "days", "end", "universite", "happier", "l", "accord", "a", "dam")
    }
    assert all(segment.term("title", term) or segment.term("text", term) for term in found.values())
    assert list(segment.forms(b"happ")) == [(b"happier", b"happier"), (b"happy", b"happi")]
    assert list(segment.forms(b"happiest")) == []


def test_a_flipped_bit_in_any_section_is_found(tmp_path: Path) -> None:
    documents = [
        Document(
            position=number,
            title="A dam",
            passages=("dams " * 300 + "river " * (3 * number),),
            names={"author": ("Ann",)},
            days=(3, 4),
            published=7,
            supersedes=0 if number else None,
        )
        for number in range(3)
    ]
    path = written(documents, tmp_path, "one.seg")
    segment = Segment(path)
    segment.check()
    whole = path.read_bytes()
    sections = read_directory(memoryview(whole))["sections"]
    filled = {name: (start, length) for name, (start, length, *_) in sections.items() if length}
    assert {"documents2", "freqs1", "freqs2", "places2", "forms", "superseding", "by_day"} <= filled.keys()
    for name, (start, length) in filled.items():
        for offset in (0, length // 2, length - 1):
            damaged = bytearray(whole)
            damaged[start + offset] ^= 1 << offset % 8
            path.write_bytes(damaged)
            with pytest.raises(BadSegmentError, match=f"'{name}'"):
                Segment(path).check()


def test_a_file_cut_short_anywhere_is_no_segment(tmp_path: Path) -> None:
    documents = [
        Document(position=1, title="A dam", passages=("The dam",), names={}, days=None, published=None, supersedes=None)
    ]
    whole = written(documents, tmp_path, "whole.seg").read_bytes()
    for length in range(0, len(whole), 7):
        cut = tmp_path / "cut.seg"
        cut.write_bytes(whole[:length])
        with pytest.raises(BadSegmentError):
            Segment(cut)


def test_nothing_is_left_of_a_segment_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "write_columns", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_segment(Collector(), tmp_path / "one.seg")
    assert list(tmp_path.iterdir()) == []


def test_the_scale_of_lengths_is_that_of_whoosh() -> None:
    from whoosh.util.numeric import byte_to_length, length_to_byte

    assert [byte_to_length(byte) for byte in range(256)] == list(TABLE)
    assert all(length_byte(length) == length_to_byte(length) for length in range(120_000))
