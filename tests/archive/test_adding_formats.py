"""Articles of every format in an archive: added once, unchanged the second time, read again with their head."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archive import importers
from archive.adding import Outcome
from archive.importers.protocol import Draft
from archive.intake import gather
from archive.precedence import arranged

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive

FEED = """<rss version="2.0"><channel><title>Port Ansel Gazette</title><link>https://gazette.example/</link>{items}
</channel></rss>"""
ITEM = """<item><title>Ferry {number}</title><link>https://gazette.example/{number}</link><guid>{number}</guid>
<pubDate>Tue, 01 Apr 2031 1{minute}:00:00 +0200</pubDate><description>{text}</description></item>"""
MAIL = b"""From: Gazette <news@gazette.example>
Message-ID: <1@gazette.example>
Date: Tue, 1 Apr 2031 10:00:00 +0200
Subject: Brief

The lamp is lit.
"""


def feed(*texts: str, minute: int = 0) -> bytes:
    items = "".join(ITEM.format(number=number, text=text, minute=minute) for number, text in enumerate(texts))
    return FEED.format(items=items).encode()


def add(archive: Archive, path: Path, data: bytes) -> list[str]:
    path.write_bytes(data)
    outcomes = list(archive.add_many(gather([str(path)]), command="add", arguments=(), agent=""))
    assert all(isinstance(outcome, Outcome) for outcome in outcomes), outcomes
    return [outcome.status for outcome in outcomes if isinstance(outcome, Outcome)]


def test_a_feed_is_added_once_and_grows(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    assert add(archive, path, feed("One.", "Two.")) == ["added", "added"]
    assert add(archive, path, feed("One.", "Two.")) == ["unchanged", "unchanged"]
    assert add(archive, path, feed("One.", "Two, changed.", "Three.")) == ["unchanged", "revised", "added"]
    # Other bytes that say the same: the title and the text are what counts.
    assert add(archive, path, feed("One.", minute=5)) == ["unchanged"]


def test_an_entry_keeps_what_its_feed_says_of_it(archive: Archive, tmp_path: Path) -> None:
    add(archive, tmp_path / "feed.xml", feed("One."))
    version = archive.version(1)
    assert version.metadata.publisher == "Port Ansel Gazette"
    assert version.article.key == "https://gazette.example/ 0"
    assert (version.article.origin.format, version.article.origin.label) == ("feed", "1")
    assert archive.original(version).startswith(b"<item>")
    (draft,) = importers.read(archive.record(version))
    assert isinstance(draft, Draft)
    assert arranged(draft.fields) == version.metadata.fields


def test_a_page_behind_an_entry_is_the_same_article(archive: Archive, tmp_path: Path) -> None:
    link = "https://gazette.example/ferry"
    item = f"<item><title>Ferry</title><link>{link}</link><guid>{link}</guid><description>Back.</description></item>"
    record = json.dumps([{"title": "Ferry", "url": f"{link}?utm_source=rss", "text": "Back."}])
    assert add(archive, tmp_path / "records.json", record.encode()) == ["added"]
    assert add(archive, tmp_path / "feed.xml", FEED.format(items=item).encode()) == ["unchanged"]


def test_a_mail_is_known_by_its_id(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "letter"
    assert add(archive, path, MAIL) == ["added"]
    assert add(archive, path, b"Received: by another way\n" + MAIL) == ["unchanged"]
    assert add(archive, path, MAIL.replace(b"lit", b"out")) == ["revised"]
