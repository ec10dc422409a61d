"""What a search finds of articles that were added, revised and amended in any order, now and at every moment."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

import attrs
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from archive.identity import instant
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.text import TextImporter
from archive.intake import Given, gather
from archive.provenance import Candidate
from archive.verification import verify
from index.index import Index
from index.search import Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from archive.article import Version

DAYS = ("2031-03-05", "2031-03-06", None)

Step = tuple[str, int, int, str | None]
adding = st.tuples(st.just("add"), st.integers(0, 1), st.integers(0, 2), st.sampled_from(DAYS))
amending = st.tuples(st.just("amend"), st.integers(0, 30), st.integers(1, 3), st.none())
catching_up = st.tuples(st.just("index"), st.just(0), st.just(0), st.none())


def importer_of(number: int) -> type[TextImporter]:
    """Return an importer of some version, which sees its own number as the title of each text."""

    class Numbered(TextImporter):
        version = number

        def read(self, record: Record) -> Iterator[Draft | Problem]:
            for item in super().read(record):
                assert isinstance(item, Draft)
                title = Candidate(value=f"Reading {number}", method="heading", extractor=f"text/{number}")
                yield attrs.evolve(item, fields={"title": (title,)})

    return Numbered


@settings(max_examples=40, deadline=None)
@example([("add", 0, 0, None), ("add", 0, 1, None)], [("amend", 0, 1, None)])
@given(
    st.lists(adding, min_size=2, max_size=4),
    st.lists(st.one_of(amending, amending, adding, catching_up), min_size=1, max_size=6),
)
def test_a_search_at_any_position_finds_the_versions_that_were_current_then(
    first: list[Step], then: list[Step]
) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        archive = stack.enter_context(Archive.create(folder / "archive"))
        file = folder / "ferry.txt"
        for action, which, what, captured in first + then:
            if action == "add":
                file.write_text(f"The ferry of {what} is late.\n", "utf-8")
                fields = {"url": f"https://courier.example/{which}"}
                with patch("archive.importers.text.TextImporter", importer_of(0)):
                    list(archive.add_many(gather([str(file)], given=Given(fields=dict(fields), captured=captured))))
            elif action == "amend":
                versions = [archive.version(article.position) for article in archive.articles()]
                with patch("archive.importers.text.TextImporter", importer_of(what)):
                    list(archive.amend_many(versions[which % len(versions) :][:1] if versions else []))
            else:
                Index(archive).catch_up()
        assert list(verify(archive)) == []
        index = Index(archive)
        for at in range(archive.size()):
            results = index.search(Request(query="ferry", limit=None), at=at)
            assert {hit.version.position for hit in results} == current_at(archive, at)


def current_at(archive: Archive, at: int) -> set[int]:
    """Return the positions of the current versions as of a position, by the rule of docs/format.md, "Identity"."""
    recorded = [archive.version(article.position) for article in archive.articles(0, at + 1)]
    of = {version.article_id: [one for one in recorded if one.article_id == version.article_id] for version in recorded}
    return {max(versions, key=_place).position for versions in of.values()}


def _place(version: Version) -> tuple[datetime, int, int]:
    first = version
    while first.amends is not None:
        first = first.amends
    return instant(first.article.captured or first.recorded), first.position, version.position
