"""Indexes in a folder, written by our codec: synced before they count, free of pickles, whole or refused."""

from __future__ import annotations

import os
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from whoosh import fields, formats, index, query
from whoosh.index import TOC

from index.codec import payload
from index.codec.codec import BlockCodec
from index.codec.files import read_sections
from index.codec.segment import BlockSegment
from index.codec.stored import UnstorableError
from index.segment.layout import BadSegmentError
from tests.index.codec.comparing import contents

if TYPE_CHECKING:
    from pathlib import Path

    from whoosh.index import Index
    from whoosh.writing import IndexWriter

SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    text=fields.TEXT(stored=True, vector=True, chars=True, spelling=True),
    boosted=fields.FieldType(format=formats.PositionBoosts(field_boost=0.5), analyzer=fields.TEXT().analyzer),
    day=fields.DATETIME(sortable=True, stored=True),
    price=fields.NUMERIC(Decimal, decimal_places=2, stored=True, sortable=True),
    note=fields.STORED,
)


def document(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "text": f"Ein Schiff aus Bréhat {number} " * (number % 4 + 1),
        "boosted": "été in 日本",
        "day": datetime(2000, 1, 1 + number % 28),  # noqa: DTZ001 - Whoosh takes naive ones
        "price": Decimal(number) / 4,
        "note": {"seen": datetime(2024, 5, 6, tzinfo=UTC), "bytes": b"\x00", "pair": (1, None)},
    }


@pytest.fixture
def written(tmp_path: Path) -> Index:
    """Give an index of two segments, with deletions."""
    created = index.create_in(tmp_path, SCHEMA)
    for numbers in (range(300), range(300, 320)):
        writer = created.writer(codec=BlockCodec())
        for number in numbers:
            writer.add_document(**document(number))
        writer.commit(merge=False)
    with writer_of(created) as writer:
        writer.delete_by_term("id", "7")
        writer.merge = False
    return created


def writer_of(index_: Index) -> IndexWriter:
    return index_.writer(codec=BlockCodec())


def test_two_files_for_each_segment(written: Index, tmp_path: Path) -> None:
    suffixes = sorted(path.suffix for path in tmp_path.iterdir() if "WRITELOCK" not in path.name)
    assert suffixes == [".doc", ".doc", ".toc", ".trm", ".trm"]


def test_deleting_updating_and_merging(written: Index) -> None:
    with writer_of(written) as writer:
        assert writer.delete_by_query(query.Prefix("id", "30")) == 11
        writer.update_document(**document(8) | {"text": "replaced"})
        writer.merge = False
    with written.searcher() as searcher:
        assert searcher.doc_count() == 308
        assert searcher.doc_count_all() == 321
        assert searcher.document(id="8")["text"] == "replaced"
        assert searcher.document(id="7") is None
        assert searcher.document(id="30") is None
    written.optimize(codec=BlockCodec())
    with written.searcher() as searcher:
        assert searcher.doc_count() == searcher.doc_count_all() == 308
        assert not searcher.reader().has_deletions()
        assert searcher.document(id="8")["text"] == "replaced"
        assert searcher.document(id="9")["note"] == document(9)["note"]
        assert len(searcher.search(query.Term("boosted", "日本"), limit=None)) == 308


def test_an_index_takes_over_another_one(written: Index, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = index.create_in(tmp_path / "other", SCHEMA)
    with written.reader() as reader, writer_of(other) as writer:
        writer.add_document(**document(7))
        # One by one: Whoosh takes a column of several segments for what its values mean.
        for segment, _ in reader.leaf_readers():
            writer.add_reader(segment)
    with other.searcher() as searcher:
        assert [searcher.stored_fields(number)["id"] for number in range(3)] == ["7", "0", "1"]
        assert searcher.doc_count_all() == 320


def test_files_are_synced_before_they_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[int] = set()
    sync, write = os.fsync, TOC.write
    counted = []

    def note(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        sync(descriptor)

    def check(toc: TOC, *args: Any) -> None:
        for segment in toc.segments:
            for path in tmp_path.glob(f"{segment.segment_id()}.*"):
                assert path.stat().st_ino in synced
                counted.append(path.name)
        assert not toc.segments or tmp_path.stat().st_ino in synced
        write(toc, *args)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(TOC, "write", check)
    with writer_of(index.create_in(tmp_path, SCHEMA)) as writer:
        writer.add_document(**document(1))
    assert len(counted) == 2


def test_nothing_is_unpickled_by_a_reader(written: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    toc = written._read_toc()

    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("a reader unpickled something")

    for module in ("pickle", "whoosh.formats", "whoosh.columns"):
        monkeypatch.setattr(f"{module}.loads", refuse)
    monkeypatch.setattr(pickle, "load", refuse)
    monkeypatch.setattr(payload, "_Plain", refuse)
    with index.FileIndex._reader(written.storage, toc.schema, toc.segments, toc.generation) as reader:
        assert len(list(contents(reader))) > 900


def test_there_are_no_pickles_in_the_files(written: Index, tmp_path: Path) -> None:
    # How each pickle of a list begins, and so the values of Whoosh's formats, is in none of the files.
    beginning = formats.Positions().encode([1])[4:8]
    assert beginning == pickle.dumps([1], 2)[:4]
    paths = [path for path in tmp_path.iterdir() if path.suffix in {".trm", ".doc"}]
    assert len(paths) == 4
    for path in paths:
        assert beginning not in path.read_bytes()


@pytest.mark.parametrize("suffix", [".trm", ".doc"])
@pytest.mark.parametrize("size", [0, 1, 20, -1, -8, -1000])
def test_a_file_that_was_cut_short_is_refused(written: Index, tmp_path: Path, suffix: str, size: int) -> None:
    path = tmp_path / written._segments()[0].make_filename(suffix)
    data = path.read_bytes()
    path.write_bytes(data[:size])
    with pytest.raises(BadSegmentError):
        written.reader()


def test_a_damaged_directory_is_refused(written: Index, tmp_path: Path) -> None:
    path = tmp_path / written._segments()[0].make_filename(".doc")
    data = bytearray(path.read_bytes())
    data[-30] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadSegmentError):
        written.reader()


@pytest.mark.parametrize("suffix", [".trm", ".doc"])
def test_every_damaged_section_is_found(written: Index, tmp_path: Path, suffix: str) -> None:
    (segment, *_) = written._segments()
    codec = BlockCodec()
    codec.check(written.storage, segment)
    path = tmp_path / segment.make_filename(suffix)
    data = path.read_bytes()
    directory, _ = read_sections(data)
    filled = [(start, length) for start, length, *_ in directory["sections"].values() if length]
    assert len(filled) > 5
    for start, length in filled:
        damaged = bytearray(data)
        damaged[start + length // 2] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(BadSegmentError, match="is damaged"):
            codec.check(written.storage, segment)


def test_a_segment_is_pickled_as_names_and_numbers() -> None:
    segment = BlockSegment("MAIN")
    segment.set_doc_count(9)
    for one in (5, 3, 8):
        segment.delete_document(one)
    segment.delete_document(8, delete=False)
    segment.delete_document(4, delete=False)
    state = segment.__getstate__()
    assert state == {"indexname": "MAIN", "segid": segment.segid, "documents": 9, "deleted": [3, 5]}
    again = pickle.loads(pickle.dumps(segment, 2))  # noqa: S301 - our own
    assert again == segment
    assert list(again.deleted_docs()) == [3, 5]
    assert (again.doc_count(), again.doc_count_all(), again.is_deleted(5)) == (7, 9, True)
    with pytest.raises(ValueError, match="no document 9"):
        segment.delete_document(9)


def test_a_document_that_cannot_be_stored_leaves_nothing(tmp_path: Path) -> None:
    created = index.create_in(tmp_path, SCHEMA)
    with writer_of(created) as writer:
        writer.add_document(id="a", day=datetime(2001, 1, 1))  # noqa: DTZ001
        with pytest.raises(UnstorableError):
            writer.add_document(day=datetime(2002, 1, 1), note=object(), text="never", price=Decimal(3))  # noqa: DTZ001
        writer.add_document(id="b")
    with created.reader() as reader:
        assert [stored.get("id") for stored in reader.all_stored_fields()] == ["a", "b"]
        assert reader.stored_fields(1) == {"id": "b"}
        assert not reader.has_column("price")


def test_fuzzy_terms_through_all_of_unicode(tmp_path: Path) -> None:
    words = ["\ud7fbx", "\ud7ffz", "\ue000y", "日本", "日木", "𝔘n", "\U0010ffff", "a\U0010ffffb", "été", "ete"]
    created = index.create_in(tmp_path, fields.Schema(word=fields.ID))
    with writer_of(created) as writer:
        for word in words:
            writer.add_document(word=word)

    def distance(one: str, other: str) -> int:
        row = list(range(len(other) + 1))
        for number, letter in enumerate(one, 1):
            above, row[0] = row[0], number
            for place, against in enumerate(other, 1):
                above, row[place] = row[place], min(above + (letter != against), row[place] + 1, row[place - 1] + 1)
        return row[-1]

    with created.reader() as reader:
        for word in [*words, "x", "", "\ud7ff"]:
            for most in (1, 2):
                expected = sorted(one for one in words if distance(one, word) <= most)
                assert sorted(reader.terms_within("word", word, most)) == expected, (word, most)


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    created = index.create_in(tmp_path, SCHEMA)

    def fail(_: int) -> None:
        raise OSError("no space left")

    writer = writer_of(created)
    writer.add_document(**document(1))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="no space left"):
            writer.commit()
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".doc", ".trm"}]
    assert created.doc_count() == 0
