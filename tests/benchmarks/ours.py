"""Ours, among the engines under measurement."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from index.index import Index
from index.query.errors import QueryError
from index.reading import View
from index.search import Request, search
from tests.benchmarks.peers import YEAR, Kind, UnansweredError, bytes_in

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive


class Morgue:
    """Ours, through a view that stays open, as the searchers of the peers do."""

    name = "morgue"

    def __init__(self, archive: Archive, _folder: Path) -> None:
        self._archive = archive

    def build(self) -> None:
        shutil.rmtree(Index(self._archive).generations.folder, ignore_errors=True)
        Index(self._archive).rebuild()

    def size(self) -> int:
        return bytes_in(Index(self._archive).fresh().folder)

    def open(self) -> None:
        generation = Index(self._archive).fresh()
        self._view = View(generation, generation.state.size - 1)

    def search(self, kind: Kind, words: list[str]) -> int:
        try:
            request = Request(query=as_morgue(kind, words), count=False)
            return len(search(self._archive, self._view, request).page)
        except QueryError:
            raise UnansweredError from None

    def close(self) -> None:
        self._view.close()


class MorgueLibrary(Morgue):
    """Ours as a program calls it: each search looks first whether the log has grown, and opens a view of its own."""

    name = "morgue, `Index.search`"

    def open(self) -> None:
        self._index = Index(self._archive)

    def search(self, kind: Kind, words: list[str]) -> int:
        try:
            return len(self._index.search(Request(query=as_morgue(kind, words), count=False)).page)
        except QueryError:
            raise UnansweredError from None

    def close(self) -> None:
        del self._index


def as_morgue(kind: Kind, words: list[str]) -> str:
    """Return a query in morgue's language."""
    query = (" OR " if kind == Kind.ANY else " ").join(words)
    forms = {Kind.PHRASE: f'"{query}"', Kind.PREFIX: f"{query}*", Kind.DATED: f"{query} published:{YEAR}"}
    return forms.get(kind, query)
