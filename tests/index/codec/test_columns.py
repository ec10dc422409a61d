"""Columns of every type of Whoosh's: values and sort keys as with its own codec, without its limits and its pickles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from whoosh import columns, fields
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage
from whoosh.sorting import FieldFacet, StoredFieldFacet, add_sortable

from index.codec.codec import BlockCodec

if TYPE_CHECKING:
    from whoosh.codec.base import Codec

CASES: list[tuple[columns.Column, list[Any]]] = [
    (columns.NumericColumn("i", default=-7), [5, None, -3, -7, 1 << 30, None]),
    (columns.NumericColumn("Q"), [1 << 63, None, 0]),
    (columns.NumericColumn("d", default=0.5), [1.25, None, -1e300]),
    (columns.NumericColumn("f"), [1.1, None]),
    (columns.VarBytesColumn(), [b"a", None, b"", "é".encode(), None]),
    (columns.FixedBytesColumn(3), [b"abc", None, b"xyz"]),
    (columns.RefBytesColumn(), [b"news", None, b"sport", b"news"]),
    (columns.RefBytesColumn(2, default=b"--"), [b"aa", None, b"bb"]),
    (columns.BitColumn(), [True, None, False, True]),
    (columns.BitColumn(compress_at=0), [True, None, False, True]),
    (columns.CompressedBytesColumn(), [b"a" * 100, None, b"b"]),
    (columns.StructColumn("ifH", (0, 0.0, 0)), [(1, 0.5, 2), None, (3, 0.25, 4)]),
    (columns.VarBytesListColumn(), [[b"a", b"bc"], [], None]),
    (columns.FixedBytesListColumn(2), [[b"ab", b"cd"], [], None]),
]


def column_read(codec: Codec, column: columns.Column, values: list[Any], *, reverse: bool = False) -> list[Any]:
    storage = RamStorage()
    segment = codec.new_segment(storage, "test")
    writer = codec.per_document_writer(storage, segment)
    field = fields.COLUMN(column)
    for number, value in enumerate(values):
        writer.start_doc(number)
        writer.add_field("f", field, None, 0)
        if value is not None:
            writer.add_column_value("f", column, value)
        writer.finish_doc()
    writer.close()
    segment.set_doc_count(len(values))
    documents = codec.per_document_reader(storage, segment)
    assert documents.has_column("f")
    reader = documents.column_reader("f", column)
    if reverse:
        reader.set_reverse()
    assert len(reader) == len(values)
    keys = [] if column.stores_lists() else [reader.sort_key(number) for number in range(len(values))]
    read = [reader[number] for number in range(len(values))]
    if isinstance(codec, BlockCodec):
        # Whoosh's fails for some types where a document has no value.
        assert list(reader) == read
    return [read, keys]


@pytest.mark.parametrize(("column", "values"), CASES, ids=lambda one: type(one).__name__)
def test_values_and_sort_keys_are_those_of_whoosh(column: columns.Column, values: list[Any]) -> None:
    expected = column_read(W3Codec(), column, values)
    assert column_read(BlockCodec(), column, values) == expected
    if column.reversible:
        expected = column_read(W3Codec(), column, values, reverse=True)
        assert column_read(BlockCodec(), column, values, reverse=True) == expected


def test_values_that_whoosh_would_pickle() -> None:
    values = [{"a": [1, (2, b"x")]}, None, "text"]
    read, keys = column_read(BlockCodec(), columns.PickleColumn(columns.VarBytesColumn()), values)
    assert read == values
    # Of any types, they can be sorted.
    assert sorted(keys) == [b"", b'"text"', b'{"dict":[["a",[1,{"tuple":[2,{"bytes":"eA=="}]}]]]}']


def test_compressed_blocks_are_read_like_other_bytes() -> None:
    # Whoosh's own reader of them fails on documents without a value.
    read, _ = column_read(BlockCodec(), columns.CompressedBlockColumn(), [b"a", None, b"b" * 9])
    assert read == [b"a", b"", b"b" * 9]


def test_more_values_than_whoosh_can_refer_to() -> None:
    values = [str(number).encode() for number in range(70_000)]
    read, _ = column_read(BlockCodec(), columns.RefBytesColumn(), values)
    assert read == values


class Pickling(columns.PickleColumn):  # type: ignore[misc]
    """A type of somebody else's that would pickle."""


@pytest.mark.parametrize("column", [Pickling(columns.VarBytesColumn()), columns.ClampedNumericColumn(Pickling(None))])
def test_types_that_pickle_are_refused(column: columns.Column) -> None:
    with pytest.raises(TypeError, match="pickles"):
        column_read(BlockCodec(), column, [1])


@pytest.mark.parametrize("value", [1 << 31, "x"])
def test_a_number_that_does_not_fit_is_refused(value: object) -> None:
    with pytest.raises((OverflowError, TypeError)):
        column_read(BlockCodec(), columns.NumericColumn("i"), [value])


def test_a_column_that_is_added_later() -> None:
    index = RamStorage().create_index(fields.Schema(name=fields.ID(stored=True)))
    for names in (["c", "a"], ["b"]):
        writer = index.writer(codec=BlockCodec())
        for name in names:
            writer.add_document(name=name)
        writer.commit(merge=False)
    writer = index.writer(codec=BlockCodec())
    add_sortable(writer, "name", StoredFieldFacet("name"))
    writer.commit(merge=False)
    with index.searcher() as searcher:
        assert searcher.reader().has_column("name")
        hits = searcher.documents()
        assert sorted(hit["name"] for hit in hits) == ["a", "b", "c"]
        from whoosh.query import Every

        assert [hit["name"] for hit in searcher.search(Every(), sortedby=FieldFacet("name"))] == ["a", "b", "c"]
    with index.writer(codec=BlockCodec()) as writer:
        writer.optimize = True
    with index.reader() as reader:
        assert list(reader.column_reader("name")) == ["c", "a", "b"]
