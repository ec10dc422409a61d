"""What is kept is read again as it was read first: pages in a process of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from archive.adding import Outcome
from archive.given import UNSTATED
from archive.importers.html.importer import HtmlImporter
from archive.importers.protocol import Record
from archive.submission import Submission
from archive.submitting import Source, read_record

if TYPE_CHECKING:
    from archive.archive import Archive

PAGE = """<html><head><title>Ferry runs again</title><link rel="canonical" href="https://harbour.example/ferry">
</head><body><article><h1>Ferry runs again</h1><p>The ferry to the island runs again since Monday, the harbour master
said. It had lain at the quay for a week after a storm damaged its rudder.</p><p>Tickets that were sold for the days
without a ferry stay valid until the end of the month, he said, and nobody has to queue for them again.</p>
</article>%s</body></html>"""


def read(page: str) -> Submission:
    """Return a page as the importer of today reads it, in this process."""
    [made] = read_record(Record(original=page.encode(), format="html"), Source("ferry.html", "ferry.html"), UNSTATED)
    assert isinstance(made, Submission)
    return made


def test_a_page_of_an_older_importer_is_compared_by_another_process(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = read(PAGE % ""), read(PAGE % "<!-- served by another machine -->")
    older = attrs.evolve(first.article, origin=attrs.evolve(first.article.origin, importer="html/0"))
    archive.add(attrs.evolve(first, article=older, text="Menu\n" + first.text))
    # Were it read here, there would be nothing to compare with.
    monkeypatch.setattr(HtmlImporter, "read", lambda *_: pytest.fail("a page was read without limits"))
    [outcome] = archive.add_many([second])
    assert isinstance(outcome, Outcome)
    assert outcome.status == "unchanged"
