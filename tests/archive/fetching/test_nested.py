"""Links that lead to what is itself split in a process: each container's records stay its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archive.intake import gather
from archive.submission import Submission
from tests.archive.fetching.server import Server, page
from tests.archive.fetching.test_pages import article
from tests.archive.fetching.test_web import following, web

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from archive.fetching.web import Web

__all__ = ["following", "web"]

ENTRIES = 400


def feed(items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>{items}</channel></rss>'


def item(number: int, link: str) -> str:
    text = f"The entry of number {number}. " * 200
    return f"<item><title>Entry {number}</title><link>{link}</link><description>{text}</description></item>"


def test_a_link_to_another_feed_costs_no_entry_of_the_first(
    following: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first entry comes out while most of them are still to be split off.
    monkeypatch.setattr("archive.workers.ordering.ENTRIES", 10)
    with Server({}) as server:
        inner = feed("".join(item(number, "") for number in range(9000, 9003)))
        server.routes["/inner"] = page(inner, media_type="application/rss+xml")
        outer = "".join(item(number, server.url("/inner") if number == 1 else "") for number in range(ENTRIES))
        path = tmp_path / "outer.xml"
        path.write_text(feed(outer))
        found = list(gather([str(path)], web=following))
    titles = [made.article.metadata.title for made in found if isinstance(made, Submission)]
    assert titles == [f"Entry {number}" for number in range(ENTRIES)]


def test_the_pages_of_a_list_are_not_of_the_format_that_the_list_was_said_to_be(following: Web, tmp_path: Path) -> None:
    with Server({}) as server:
        server.routes["/a"] = article()
        path = tmp_path / "list.txt"
        path.write_text(json.dumps({"url": server.url("/a"), "text": "A ferry."}) + "\n")
        (made,) = gather([str(path)], format_name="jsonl", web=following)
    assert isinstance(made, Submission), made
    assert made.article.origin.format == "html"
