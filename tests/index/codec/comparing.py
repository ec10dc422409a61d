"""Two indexes of the same documents, one written by our codec, one by Whoosh's own, and everything that is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage

from index.codec.codec import BlockCodec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.fields import Schema
    from whoosh.index import Index
    from whoosh.query import Query
    from whoosh.reading import IndexReader
    from whoosh.searching import Searcher
    from whoosh.writing import IndexWriter


class Compared:
    """An index by each codec; what is done to one is done to the other."""

    def __init__(self, schema: Schema) -> None:
        self.ours: Index = RamStorage().create_index(schema)
        self.whooshs: Index = RamStorage().create_index(schema)

    def writers(self) -> Iterator[IndexWriter]:
        """Yield a writer of each, which the caller commits."""
        yield self.ours.writer(codec=BlockCodec())
        yield self.whooshs.writer(codec=W3Codec())

    def add(self, documents: list[dict[str, Any]], **commit: Any) -> None:
        """Add documents to both."""
        for writer in self.writers():
            for document in documents:
                writer.add_document(**document)
            writer.commit(**commit)

    def check(self, queries: list[Query] = []) -> None:  # noqa: B006 - is only read
        """Check that both say the same."""
        with self.ours.reader() as ours, self.whooshs.reader() as whooshs:
            assert list(contents(ours)) == list(contents(whooshs))
        with self.ours.searcher() as ours, self.whooshs.searcher() as whooshs:
            for query in queries:
                for how in ({"limit": None}, {"limit": 3}, {"limit": 3, "optimize": False}):
                    assert found(ours, query, how) == found(whooshs, query, how), (query, how)


def found(searcher: Searcher, query: Query, how: dict[str, Any]) -> object:
    """Return (document, score) of the hits, or by which error a search fails: Whoosh-Reloaded has a query that does."""
    try:
        return [(hit.docnum, hit.score) for hit in searcher.search(query, **how)]
    except NotImplementedError as error:
        return type(error)


def contents(reader: IndexReader) -> Iterator[Any]:
    """Yield all that a reader says of its index, in an order of its own."""
    schema = reader.schema
    documents = list(reader.all_doc_ids())
    yield documents, reader.doc_count(), reader.doc_count_all(), reader.has_deletions()
    yield [(number, reader.is_deleted(number)) for number in range(reader.doc_count_all())]
    yield [reader.stored_fields(number) for number in documents]
    yield sorted(reader.indexed_field_names())
    for field, text in reader.all_terms():
        info = reader.term_info(field, text)
        yield field, text, info.doc_frequency(), info.min_id(), info.max_id(), info.min_length(), info.max_length()
        yield round(info.weight(), 2), round(info.max_weight(), 4), round(reader.frequency(field, text), 2)
        # Whoosh gives the words for its corrector values of another format, which it cannot decode.
        yield list(postings(reader.postings(field, text), decoded=not field.startswith("spell_")))
    for name, field in schema.items():
        # Whoosh says None of a document that lacks a field which others have.
        yield name, reader.field_length(name), [reader.doc_field_length(one, name) or 0 for one in documents]
        # Segment by segment: Whoosh looks in a wrong one where not all have the column.
        for segment, _ in reader.leaf_readers():
            if field.column_type and segment.has_column(name):
                # Not translated: Whoosh cannot translate the default of a column of dates.
                column = segment.column_reader(name, translate=False)
                # As text: what stands for no number is not equal to itself.
                yield repr([(column[number], column.sort_key(number)) for number in range(segment.doc_count_all())])
        if field.vector:
            vectors = [number for number in documents if reader.has_vector(number, name)]
            yield [(number, list(postings(reader.vector(number, name)))) for number in vectors]


def postings(matcher: Any, *, decoded: bool = True) -> Iterator[Any]:
    """Yield what a matcher says of each posting."""
    names = ("weight", "frequency", "positions", "characters", "position_boosts", "character_boosts")
    while matcher.is_active():
        wanted = [name for name in names if decoded and matcher.supports(name)]
        yield matcher.id(), matcher.weight(), [matcher.value_as(name) for name in wanted]
        matcher.next()
