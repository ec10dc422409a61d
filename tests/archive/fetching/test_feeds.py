"""Feeds from the web: their entries as they are, and the pages that these lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.archive.fetching.server import Reply, Server, page
from tests.archive.fetching.test_pages import article, canonical
from tests.archive.fetching.test_web import add, failures, following, only, statuses, web

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.fetching.web import Web

__all__ = ["following", "web"]

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Port Ansel Gazette</title><link>{site}</link><language>en</language>
<item><title>Late ferry</title><link>{site}a?at=rss</link><guid isPermaLink="false">gazette-7</guid>
<pubDate>Tue, 11 Mar 2031 08:30:00 +0200</pubDate></item>
<item><title>Treaty signed</title><link>{site}b</link><guid isPermaLink="false">gazette-8</guid>
<description>The treaty on the Orrow was signed last night, after three years.</description></item>
</channel></rss>"""


def rss(server: Server) -> Reply:
    return page(RSS.format(site=server.url("/")), ("ETag", '"1"'), media_type="application/rss+xml")


def test_the_entries_of_a_feed_are_articles(archive: Archive, web: Web) -> None:
    with Server({}) as server:
        server.routes["/feed"] = rss(server)
        results = add(archive, web, [server.url("/feed")])
        assert statuses(results) == ["added", "added"]
        version = archive.version(2)
        assert version.metadata.url == server.url("/b")
        assert version.article.origin.path == server.url("/feed")
        assert version.article.captured is not None
        # All of it is read again: a run that was interrupted goes on so.
        assert statuses(add(archive, web, [server.url("/feed")])) == ["unchanged", "unchanged"]
        assert "if-none-match" not in server.requests[-1].headers


def test_the_pages_of_a_feed_are_articles(archive: Archive, following: Web) -> None:
    with Server({}) as server:
        server.routes |= {"/feed": rss(server), "/a?at=rss": article(canonical(server.url("/a")))}
        results = add(archive, following, [server.url("/feed")])
        address = server.url("/a")
    assert statuses(results) == ["added", "added", "incomplete"]
    assert "answered 404 Not Found; the entry's own text was added" in failures(results)[0]
    late, treaty = archive.version(1), archive.version(2)
    assert (late.metadata.url, late.article.origin.format, late.article.origin.container) == (address, "html", "feed")
    assert late.metadata.published == "2031-03-11T08:30:00+02:00"
    assert "harbour master" in archive.text(late)
    assert {"feed", "heading"} <= {candidate.method for candidate in late.metadata.fields["title"]}
    assert treaty.metadata.title == "Treaty signed"
    assert "Orrow" in archive.text(treaty)


def test_the_pages_of_a_feed_are_the_same_the_next_day(archive: Archive, following: Web, web: Web) -> None:
    with Server({}) as server:
        server.routes |= {"/feed": rss(server), "/a?at=rss": article(canonical(server.url("/a"))), "/b": article()}
        assert statuses(add(archive, following, [server.url("/feed")])) == ["added", "added"]
        size = archive.size()
        assert statuses(add(archive, following, [server.url("/feed")])) == ["unchanged", "unchanged"]
        # And by hand, without the feed.
        assert only(add(archive, web, [server.url("/a?at=rss")])).status == "unchanged"
    assert archive.size() == size
