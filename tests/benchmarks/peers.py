"""The engines under measurement: each indexes the texts of the same archive and answers the same queries."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from archive import edtf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from archive.archive import Archive
    from archive.replay import RecordedArticle

YEAR = 2005
"""Queries that are filtered by date look for articles of this year."""
FIRST, LAST = date(YEAR, 1, 1).toordinal(), date(YEAR, 12, 31).toordinal()


TANTIVY = {1: "tantivy, 1 thread", 2: "tantivy, 2 threads"}
"""The names of tantivy by the threads that index; a search has one."""


class Kind(StrEnum):
    """What is asked of the words of a query; DATED is ALL within `YEAR`, PREFIX takes one word's beginning."""

    ALL = "all"
    ANY = "any"
    PHRASE = "phrase"
    PREFIX = "prefix"
    DATED = "dated"


class UnansweredError(Exception):
    """The engine has no such kind of query."""


class Peer(Protocol):
    """An engine, with one archive to read and a folder for its index; `open` is called before `search`."""

    name: str

    def build(self) -> None:
        """Index all articles of the archive, optimised, on disk, from nothing."""

    def size(self) -> int:
        """Return the bytes of the index that serves."""

    def open(self) -> None:
        """Open what was built; what an earlier opening kept in memory is forgotten."""

    def search(self, kind: Kind, words: list[str]) -> int:
        """Return how many of the best ten hits there are. Raises UnansweredError."""

    def close(self) -> None:
        """Close what `open` opened."""


class Fts5:
    """SQLite FTS5: contentless, Porter, with positions, one transaction, optimised at the end."""

    name = "SQLite FTS5"

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.file = folder / "fts5.db"
        self._archive = archive

    def build(self) -> None:
        self.file.unlink(missing_ok=True)
        self._connection = sqlite3.connect(self.file)
        create = "CREATE VIRTUAL TABLE t USING fts5(title, body, content='', tokenize='porter unicode61')"
        self._connection.execute(create)
        self._connection.execute("CREATE TABLE day (id INTEGER PRIMARY KEY, first INTEGER)")
        self._insert(self._archive.articles())
        self._connection.execute("INSERT INTO t(t) VALUES ('optimize')")
        self._connection.commit()
        self._connection.close()

    def size(self) -> int:
        return self.file.stat().st_size

    def open(self) -> None:
        self._connection = sqlite3.connect(self.file)

    def close(self) -> None:
        self._connection.close()

    def add(self, articles: Iterable[RecordedArticle]) -> None:
        """Index more articles, in one transaction."""
        self._insert(articles)
        self._connection.commit()

    def search(self, kind: Kind, words: list[str]) -> int:
        if kind == Kind.PREFIX:
            query = f"{words[0]}*"
        else:
            joint = {Kind.ANY: " OR ", Kind.PHRASE: " + "}.get(kind, " ")
            query = joint.join(f'"{word}"' for word in words)
        if kind != Kind.DATED:
            sql = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10"
            return len(self._connection.execute(sql, (query,)).fetchall())
        sql = (
            "SELECT t.rowid FROM t JOIN day ON day.id = t.rowid"
            " WHERE t MATCH ? AND first BETWEEN ? AND ? ORDER BY rank LIMIT 10"
        )
        return len(self._connection.execute(sql, (query, FIRST, LAST)).fetchall())

    def _insert(self, articles: Iterable[RecordedArticle]) -> None:
        for article in articles:
            row = (article.position, article.values.get("title", ""), article.text)
            self._connection.execute("INSERT INTO t (rowid, title, body) VALUES (?, ?, ?)", row)
            self._connection.execute("INSERT INTO day VALUES (?, ?)", (article.position, _first_day(article)))


class Tantivy:
    """tantivy through its Python binding, with positions and an English stemmer."""

    def __init__(self, archive: Archive, folder: Path, threads: int) -> None:
        self.name = TANTIVY[threads]
        self._threads = threads
        self._folder = folder / f"tantivy{threads}"
        self._archive = archive

    def build(self) -> None:
        import tantivy

        path = _emptied(self._folder)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("title", tokenizer_name="en_stem")
        builder.add_text_field("body", tokenizer_name="en_stem")
        builder.add_integer_field("first", indexed=True, fast=True)
        index = tantivy.Index(builder.build(), path=str(path))
        writer = index.writer(heap_size=256 << 20, num_threads=self._threads)
        for article in self._archive.articles():
            document = tantivy.Document()
            document.add_text("title", str(article.values.get("title", "")))
            document.add_text("body", article.text)
            document.add_integer("first", _first_day(article) or 0)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def size(self) -> int:
        return bytes_in(self._folder)

    def open(self) -> None:
        import tantivy

        self._index = tantivy.Index.open(str(self._folder))
        self._searcher = self._index.searcher()

    def search(self, kind: Kind, words: list[str]) -> int:
        if kind == Kind.PREFIX:
            return len(self._searcher.search(self._prefix(words[0]), 10).hits)
        query = {Kind.ANY: " OR ", Kind.PHRASE: " "}.get(kind, " AND ").join(words)
        if kind == Kind.PHRASE:
            query = f'"{query}"'
        if kind == Kind.DATED:
            query = f"({query}) AND first:[{FIRST} TO {LAST}]"
        parsed = self._index.parse_query(query, ["title", "body"])
        return len(self._searcher.search(parsed, 10).hits)

    def close(self) -> None:
        del self._searcher, self._index

    def _prefix(self, beginning: str) -> object:
        """Return the query for a prefix, which its language has for phrases only."""
        from tantivy import Occur, Query

        fields = [Query.regex_query(self._index.schema, field, f"{beginning}.*") for field in ("title", "body")]
        return Query.boolean_query([(Occur.Should, field) for field in fields])


class StockWhoosh:
    """Whoosh as it comes, with its own stemmer and codec."""

    name = "stock Whoosh"

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive = archive
        self._folder = folder / "whoosh"

    def build(self) -> None:
        from whoosh import analysis, fields
        from whoosh.filedb.filestore import FileStorage

        analyzer = analysis.StemmingAnalyzer(stoplist=None)
        schema = fields.Schema(title=fields.TEXT(analyzer), body=fields.TEXT(analyzer), id=fields.STORED)
        writer = FileStorage(str(_emptied(self._folder))).create_index(schema).writer(limitmb=256)
        for article in self._archive.articles():
            writer.add_document(title=str(article.values.get("title", "")), body=article.text, id=article.position)
        writer.commit()

    def size(self) -> int:
        return bytes_in(self._folder)

    def open(self) -> None:
        from whoosh import qparser
        from whoosh.filedb.filestore import FileStorage

        self._searcher = FileStorage(str(self._folder)).open_index().searcher()
        self._parser = qparser.MultifieldParser(["title", "body"], self._searcher.schema)

    def search(self, kind: Kind, words: list[str]) -> int:
        if kind == Kind.DATED:
            raise UnansweredError
        query = " OR ".join(words) if kind == Kind.ANY else " ".join(words)
        query = {Kind.PHRASE: f'"{query}"', Kind.PREFIX: f"{query}*"}.get(kind, query)
        return len(self._searcher.search(self._parser.parse(query), limit=10).top_n)

    def close(self) -> None:
        self._searcher.close()


def bytes_in(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _first_day(article: RecordedArticle) -> int | None:
    published = article.values.get("published")
    days = edtf.days(published) if isinstance(published, str) else None
    return days[0] if days else None


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
