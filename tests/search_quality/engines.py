"""The engines that are compared: each indexes the same documents and ranks them by the words of the same queries.

A query is words that any document may have, without syntax. What an engine ranks equal stays in its own order.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from archive.adding import Outcome
from archive.archive import Archive
from archive.intake import gather
from index.analysis import forms
from index.index import Index
from index.reading import View
from index.search import Request, search
from tests.search_quality.measures import DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.search_quality.collections import Document, Query

Fields = Literal["title and text", "text"]


class Engine(Protocol):
    """An engine over one collection."""

    def rank(self, words: str, count: int) -> list[str]:
        """Return the ids of the first documents that have any of some words, best first."""


class Morgue:
    """morgue: documents come in as JSON Lines, as `morgue add` reads them; a query as `search --any --literal`."""

    def __init__(self, documents: Sequence[Document], folder: Path) -> None:
        file = folder / "documents.jsonl"
        file.write_text("".join(f"{document.record}\n" for document in documents), "utf-8")
        self._archive = Archive.create(folder / "archive")
        outcomes = list(self._archive.add_many(gather([str(file)])))
        self._ids: dict[int, str] = {}
        for document, outcome in zip(documents, outcomes, strict=True):
            if not isinstance(outcome, Outcome) or outcome.status != "added":
                raise RuntimeError(f"{document.id} was not added: the figures would be wrong")
            self._ids[outcome.position] = document.id
        self._view = self._built()

    def build(self) -> None:
        """Build the index anew, by the parameters of the ranking as they are now."""
        self._view.close()
        self._view = self._built()

    def _built(self) -> View:
        generation = Index(self._archive).rebuild()
        return View(generation, generation.state.size - 1)

    def rank(self, words: str, count: int) -> list[str]:
        request = Request(query=words, any_word=True, literal=True, limit=count, count=False)
        return [self._ids[position] for position, _ in search(self._archive, self._view, request).page]

    def close(self) -> None:
        """Close what is open."""
        self._view.close()
        self._archive.close()


class StockWhoosh:
    """Whoosh as it comes: StemmingAnalyzer with its stop words, BM25F, OR."""

    def __init__(self, documents: Sequence[Document], fields: Fields) -> None:
        from whoosh import analysis, qparser
        from whoosh.fields import STORED, TEXT, Schema
        from whoosh.filedb.filestore import RamStorage

        analyzer = analysis.StemmingAnalyzer()
        schema = Schema(title=TEXT(analyzer), text=TEXT(analyzer), id=STORED)
        index = RamStorage().create_index(schema)
        writer = index.writer()
        for document in documents:
            writer.add_document(title=document.title, text=document.text, id=document.id)
        writer.commit()
        self._searcher = index.searcher()
        names = ["title", "text"] if fields == "title and text" else ["text"]
        # Without plugins: all of a query is words.
        self._parser = qparser.MultifieldParser(
            names, schema, plugins=[qparser.WhitespacePlugin()], group=qparser.OrGroup
        )

    def rank(self, words: str, count: int) -> list[str]:
        query = self._parser.parse(" ".join(forms(words)))
        hits = self._searcher.search(query, limit=count, optimize=False)
        return [hit["id"] for hit in hits]


class Fts5:
    """SQLite FTS5: tokenizer porter over unicode61, its bm25 with equal weights."""

    def __init__(self, documents: Sequence[Document], fields: Fields) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute("CREATE VIRTUAL TABLE t USING fts5(title, body, tokenize='porter unicode61')")
        rows = [(document.title if fields == "title and text" else "", document.text) for document in documents]
        self._connection.executemany("INSERT INTO t (title, body) VALUES (?, ?)", rows)
        self._ids = [document.id for document in documents]

    def rank(self, words: str, count: int) -> list[str]:
        query = " OR ".join(f'"{form}"' for form in forms(words))
        found = self._connection.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (query, count))
        return [self._ids[row - 1] for (row,) in found]


class Tantivy:
    """tantivy through its Python binding: tokenizer en_stem, its BM25, the fields with equal weights."""

    def __init__(self, documents: Sequence[Document], fields: Fields) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("title", tokenizer_name="en_stem")
        builder.add_text_field("text", tokenizer_name="en_stem")
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        self._index = tantivy.Index(builder.build())
        # One thread: its segments, and with them its scores, do not depend on the moment then.
        writer = self._index.writer(num_threads=1)
        for document in documents:
            writer.add_document(tantivy.Document(title=document.title, text=document.text, id=document.id))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._fields = ["title", "text"] if fields == "title and text" else ["text"]

    def rank(self, words: str, count: int) -> list[str]:
        # In quotes: AND, OR and NOT are words, too.
        query = self._index.parse_query(" OR ".join(f'"{form}"' for form in forms(words)), self._fields)
        hits = self._searcher.search(query, count).hits
        return [self._searcher.doc(address)["id"][0] for _, address in hits]


def rankings(engine: Engine, queries: Sequence[Query]) -> list[list[str]]:
    """Return an engine's ranking for each query, without the document that the query was taken from."""
    return [
        [document for document in engine.rank(query.text, DEPTH + 1) if document != query.itself][:DEPTH]
        for query in queries
    ]


def peers(documents: Sequence[Document]) -> dict[str, Engine]:
    """Return the other engines over some documents: over title and text, and over the text alone where titles are."""
    makers: dict[str, Callable[[Sequence[Document], Fields], Engine]] = {
        "stock Whoosh": StockWhoosh,
        "FTS5 bm25": Fts5,
        "tantivy": Tantivy,
    }
    if not any(document.title for document in documents):
        return {name: make(documents, "text") for name, make in makers.items()}
    return {
        name if fields == "title and text" else f"{name}, text alone": make(documents, fields)
        for name, make in makers.items()
        for fields in get_args(Fields)
    }
