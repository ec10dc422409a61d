"""Pages as newspapers serve them: by which address a fetched page is known, and what an entry adds to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.archive.fetching.server import Server, page, redirect
from tests.archive.fetching.test_web import add, following, only, web

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from archive.fetching.web import Web
    from tests.archive.fetching.server import Reply

__all__ = ["following", "web"]

BODY = """<!doctype html><html lang="en"><head><title>Grey Tern comes in late - Port Ansel Gazette</title>
<meta property="og:site_name" content="Port Ansel Gazette">{head}</head><body><nav><a href="/">Home</a></nav>
<article><h1>Grey Tern comes in late</h1>
<p>The ferry Grey Tern came into the harbour of Port Ansel at dawn on Tuesday, two days behind its timetable.</p>
<p>Nobody on board was hurt, the harbour master said, and the engine will be looked at before it sails again.</p>
<p>The company promised to pay its passengers back, and to have a second ship ready by the end of the month.</p>
</article></body></html>"""


def article(head: str = "") -> Reply:
    return page(BODY.format(head=head))


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{url}">'


def test_a_page_is_known_by_the_address_that_it_names(archive: Archive, web: Web) -> None:
    with Server({"/a?at=feed": article(canonical("/a"))}) as server:
        outcome = only(add(archive, web, [server.url("/a?at=feed")]))
        again = only(add(archive, web, [server.url("/a?at=feed")]))
        address = server.url("/a")
    version = archive.version(outcome.position)
    assert (version.metadata.title, version.metadata.publisher) == ("Grey Tern comes in late", "Port Ansel Gazette")
    assert version.metadata.url == address
    assert again.status == "unchanged"
    assert archive.find(address).position == outcome.position


@pytest.mark.parametrize("stated", ["/", "https://elsewhere.example/a", "javascript:void(0)", "", "http://["])
def test_a_page_that_names_another_address_is_known_by_its_own(archive: Archive, web: Web, stated: str) -> None:
    with Server({"/short": redirect("/a"), "/a": article(canonical(stated))}) as server:
        version = archive.version(only(add(archive, web, [server.url("/short")])).position)
        assert version.metadata.url == server.url("/a")


def test_what_an_entry_says_of_a_page_is_kept_beside_it(archive: Archive, following: Web, tmp_path: Path) -> None:
    file = tmp_path / "list.jsonl"
    with Server({"/a": article()}) as server:
        file.write_text(json.dumps({"url": server.url("/a"), "text": "", "title": "Ferry late", "date": "2031-03-11"}))
        version = archive.version(only(add(archive, following, [str(file)])).position)
    titles = {candidate.value for candidate in version.metadata.fields["title"]}
    assert {"Ferry late", "Grey Tern comes in late"} <= titles
    assert version.metadata.published == "2031-03-11"
    assert (version.article.origin.format, version.article.origin.container) == ("html", "jsonl")
    assert "harbour master" in archive.text(version)


def test_a_charset_that_is_wrong_loses_no_text(archive: Archive, web: Web) -> None:
    text = BODY.format(head='<meta charset="utf-8">').replace("harbour", "Häfen")
    with Server({"/a": page(text, media_type="text/html; charset=iso-8859-1")}) as server:
        version = archive.version(only(add(archive, web, [server.url("/a")])).position)
    assert archive.original(version) == text.encode()
    assert "H" in archive.text(version)
