"""The peers: engines that index the same texts from the same archive, and answer the same queries."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING, Protocol

from archive import edtf

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive

WORDS, PHRASE, ANY, DATED = "words", "phrase", "any", "dated"


class Peer(Protocol):
    """An engine under measurement."""

    name: str

    def build(self, archive: Archive, folder: Path) -> None:
        """Index all articles of an archive, optimised, on disk."""

    def open(self, folder: Path) -> None:
        """Open what was built."""

    def search(self, kind: str, words: list[str]) -> int:
        """Return how many of the best ten hits there are."""


class Fts5:
    """SQLite FTS5: contentless, Porter, with positions, one transaction, optimised at the end."""

    name = "SQLite FTS5"

    def build(self, archive: Archive, folder: Path) -> None:
        connection = sqlite3.connect(folder / "fts5.db")
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(title, body, content='', tokenize='porter unicode61')")
        connection.execute("CREATE TABLE day (id INTEGER PRIMARY KEY, first INTEGER)")
        for article in archive.articles():
            title, published = article.values.get("title", ""), article.values.get("published")
            row = (article.position, title, article.text)
            connection.execute("INSERT INTO t (rowid, title, body) VALUES (?, ?, ?)", row)
            days = edtf.days(published) if isinstance(published, str) else None
            connection.execute("INSERT INTO day VALUES (?, ?)", (article.position, days[0] if days else None))
        connection.execute("INSERT INTO t(t) VALUES ('optimize')")
        connection.commit()
        connection.close()

    def open(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "fts5.db")

    def search(self, kind: str, words: list[str]) -> int:
        quoted = [f'"{word}"' for word in words]
        query = {WORDS: " ", DATED: " ", ANY: " OR ", PHRASE: " + "}[kind].join(quoted)
        sql = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10"
        if kind == DATED:
            sql = (
                "SELECT t.rowid FROM t JOIN day ON day.id = t.rowid"
                " WHERE t MATCH ? AND first BETWEEN 731947 AND 732311 ORDER BY rank LIMIT 10"
            )
        return len(self._connection.execute(sql, (query,)).fetchall())


class Tantivy:
    """tantivy through its Python binding, with positions and an English stemmer."""

    def __init__(self, threads: int) -> None:
        self.name = f"tantivy, {threads} thread{'s' if threads > 1 else ''}"
        self._threads = threads

    def build(self, archive: Archive, folder: Path) -> None:
        import tantivy

        path = folder / f"tantivy{self._threads}"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("title", tokenizer_name="en_stem")
        builder.add_text_field("body", tokenizer_name="en_stem")
        builder.add_integer_field("first", indexed=True, fast=True)
        index = tantivy.Index(builder.build(), path=str(path))
        writer = index.writer(heap_size=256 << 20, num_threads=self._threads)
        for article in archive.articles():
            document = tantivy.Document()
            document.add_text("title", str(article.values.get("title", "")))
            document.add_text("body", article.text)
            published = article.values.get("published")
            days = edtf.days(published) if isinstance(published, str) else None
            document.add_integer("first", days[0] if days else 0)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        import tantivy

        self._index = tantivy.Index.open(str(folder / f"tantivy{self._threads}"))
        self._searcher = self._index.searcher()

    def search(self, kind: str, words: list[str]) -> int:
        query = {WORDS: " AND ", DATED: " AND ", ANY: " OR ", PHRASE: " "}[kind].join(words)
        if kind == PHRASE:
            query = f'"{query}"'
        if kind == DATED:
            query = f"({query}) AND first:[731947 TO 732311]"
        parsed = self._index.parse_query(query, ["title", "body"])
        return len(self._searcher.search(parsed, 10).hits)


class StockWhoosh:
    """Whoosh as it comes, with its own stemmer and codec."""

    name = "stock Whoosh"

    def build(self, archive: Archive, folder: Path) -> None:
        from whoosh import analysis, fields
        from whoosh.filedb.filestore import FileStorage

        path = folder / "whoosh"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        analyzer = analysis.StemmingAnalyzer(stoplist=None)
        schema = fields.Schema(title=fields.TEXT(analyzer), body=fields.TEXT(analyzer), id=fields.STORED)
        writer = FileStorage(str(path)).create_index(schema).writer(limitmb=256)
        for article in archive.articles():
            writer.add_document(title=str(article.values.get("title", "")), body=article.text, id=article.position)
        writer.commit()

    def open(self, folder: Path) -> None:
        from whoosh.filedb.filestore import FileStorage

        self._searcher = FileStorage(str(folder / "whoosh")).open_index().searcher()

    def search(self, kind: str, words: list[str]) -> int:
        from whoosh import qparser

        query = {WORDS: " ", DATED: " ", ANY: " OR ", PHRASE: " "}[kind].join(words)
        if kind == PHRASE:
            query = f'"{query}"'
        parser = qparser.MultifieldParser(["title", "body"], self._searcher.schema)
        return len(self._searcher.search(parser.parse(query), limit=10).top_n)


class Morgue:
    """Ours."""

    name = "morgue"

    def build(self, archive: Archive, folder: Path) -> None:  # noqa: ARG002 - the index lies in the archive
        from index.index import Index

        Index(archive).rebuild()
        self._archive = archive

    def open(self, folder: Path) -> None:  # noqa: ARG002
        from index.index import Index
        from index.reading import View

        generation = Index(self._archive).fresh()
        self._view = View(generation, generation.state.size - 1)

    def search(self, kind: str, words: list[str]) -> int:
        from index.search import Request, search

        query = {WORDS: " ", DATED: " ", ANY: " OR ", PHRASE: " "}[kind].join(words)
        if kind == PHRASE:
            query = f'"{query}"'
        if kind == DATED:
            query += " published:2005"
        return len(search(self._archive, self._view, Request(query=query, count=False)).page)
