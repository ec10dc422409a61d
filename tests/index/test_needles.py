"""After an erasure nothing of the article is anywhere: random articles of all formats, each with words of its own.

Every word of a needle is made up and of one article only, so it can be looked for in every file as it lies on the disk,
and in every payload part, decompressed. MORGUE_ERASURE_RUNS sets how many archives are made and searched.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sqlite3
from typing import TYPE_CHECKING

import attrs
import pytest
import zstandard

from archive import lookup
from archive.adding import Outcome
from archive.archive import Archive
from archive.article import Metadata
from archive.erasing import Ground
from archive.ids import new_id
from archive.intake import gather
from archive.new_events import article_amended
from archive.provenance import Candidate
from archive.remnants import prove
from archive.verification import verify
from index import erasing
from index.index import Index
from index.search import Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUNS = int(os.environ.get("MORGUE_ERASURE_RUNS", "6"))
GROUND = Ground(basis="GDPR, article 17", authority="the data protection officer", reason="asked for on paper")


@attrs.frozen
class Story:
    """An article to be written down in some format; `words` are its alone."""

    title: str
    url: str
    guid: str
    author: str
    tag: str
    text: str
    name: str

    @property
    def words(self) -> list[str]:
        """All words that are made up."""
        return re.findall("zq[0-9a-f]{10}x7", " ".join(attrs.astuple(self)))


def story(chance: random.Random) -> Story:
    def word() -> str:
        return f"zq{chance.getrandbits(40):010x}x7"

    lines = [
        f"The harbour took in ships {word()} that day, and {word()} was seen, "
        + "as it is said, " * chance.randrange(3)
        for _ in range(chance.choice([1, 3, 20, 300]))
    ]
    text = "\n\n".join(lines)
    return Story(
        title=f"Harbour {word()}",
        url=f"https://courier.example/ {word()} ".replace(" ", ""),
        guid=f"tag:courier.example,2031:{word()}",
        author=f"Joan {word()}",
        tag=word(),
        text=text,
        name=word(),
    )


def as_text(one: Story) -> bytes:
    return f"{one.title}\n\nBy {one.author}\n\n{one.text}\n".encode(random.Random(one.name).choice(["utf-8", "utf-16"]))


def as_page(one: Story) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>\n" for line in one.text.split("\n\n"))
    return (
        f'<html><head><title>{one.title}</title><link rel="canonical" href="{one.url}">'
        f'<meta name="author" content="{one.author}"><meta name="keywords" content="{one.tag}"></head>'
        f"<body><article><h1>{one.title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def as_line(one: Story) -> str:
    return json.dumps(
        {
            "title": one.title,
            "url": one.url,
            "id": one.guid,
            "authors": [one.author],
            "tags": [one.tag],
            "text": one.text,
        }
    )


def as_feed(stories: list[Story]) -> bytes:
    items = "".join(
        f"<item><title>{one.title}</title><link>{one.url}</link><guid isPermaLink='false'>{one.guid}</guid>"
        f"<author>{one.author}</author><category>{one.tag}</category><description>{one.text}</description></item>"
        for one in stories
    )
    head = "<title>Port Ansel Courier</title><link>https://courier.example/</link><description>News</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def as_warc(stories: list[Story]) -> bytes:
    records = []
    for one in stories:
        body = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Trace: " + one.guid.encode() + b"\r\n\r\n" + as_page(one)
        )
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2031-04-13T09:30:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{new_id()}>\r\nWARC-Target-URI: {one.url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        records.append(gzip.compress(head.encode() + body + b"\r\n\r\n"))
    return b"".join(records)


def as_mail(one: Story) -> bytes:
    return (
        f"From: {one.author.replace(' ', '.')}@courier.example\r\nSubject: {one.title}\r\n"
        f"Date: Sun, 13 Apr 2031 09:30:00 +0000\r\nMessage-ID: <{one.name}@courier.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{one.text}\r\n"
    ).encode()


def as_markdown(one: Story) -> bytes:
    return f"---\ntitle: {one.title}\nurl: {one.url}\nauthor: {one.author}\n---\n\n{one.text}\n".encode()


def write_all(folder: Path, chance: random.Random) -> list[Story]:
    """Write stories in all formats to a folder; return them."""
    folder.mkdir()
    stories = [story(chance) for _ in range(10)]
    alone = {".txt": as_text, ".html": as_page, ".eml": as_mail, ".md": as_markdown}
    for one, (suffix, written) in zip(stories, alone.items(), strict=False):
        (folder / (one.name + suffix)).write_bytes(written(one))
    (folder / "wire.jsonl").write_text("".join(as_line(one) + "\n" for one in stories[4:6]), "utf-8")
    (folder / "feed.xml").write_bytes(as_feed(stories[6:8]))
    (folder / "crawl.warc.gz").write_bytes(as_warc(stories[8:10]))
    return stories


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what every file of an archive holds, and every frame in its database, decompressed. Nobody has it open."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(folder)), file.read_bytes()
    connection = sqlite3.connect(f"{(folder / 'events.db').as_uri()}?mode=ro", uri=True)
    for position, part, codec, data in connection.execute("SELECT position, part, codec, data FROM payload"):
        whole = zstandard.ZstdDecompressor().decompress(data) if codec == 1 and any(data) else data
        yield f"position {position}, part {part}", whole
    connection.close()


def hits(folder: Path, words: list[str]) -> set[str]:
    """Return where any of some words stands, in any of the spellings in which text is kept."""
    # The first ones are those of title, address, author and the like; of a long text each n-th will do.
    some = [*words[:10], *words[10 :: max(1, len(words) // 30)], words[-1]]
    spelled = [word.encode(encoding) for word in some for encoding in ("utf-8", "utf-16-le")]
    return {where for where, held in everything(folder) for word in spelled if word in held}


def holder(archive: Archive, outcomes: list[Outcome], one: Story) -> Outcome:
    """Return the outcome of a story: that of the article whose bytes hold its title."""
    spelled = [one.title.encode(encoding) for encoding in ("utf-8", "utf-16-le")]
    originals = [archive.original(archive.version(outcome.position)) for outcome in outcomes]
    [found] = [
        outcome
        for outcome, original in zip(outcomes, originals, strict=True)
        if any(title in original for title in spelled)
    ]
    return found


def amend(archive: Archive, position: int, word: str) -> None:
    """Record another reading of a version, as a later importer would."""
    version = archive.version(position)
    found = {**version.metadata.fields, "place": (Candidate(value=word, method="dateline", extractor="text/9"),)}
    article = attrs.evolve(version.article, metadata=Metadata(found))
    text = archive.text(version)
    event = article_amended(
        article_id=version.article_id, article=article, text=text, run_id=new_id(), amends=version.event_id
    )
    with archive.store.appending() as appender:
        appender.append(event, lookup.keys_of(archive.store.secret, version.article_id, article, text))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(RUNS))
def test_nothing_is_left_of_what_was_erased(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    stories = write_all(tmp_path / "clippings", chance)
    folder = tmp_path / "archive"
    paths = [str(tmp_path / "clippings")]
    if seed % 2:
        paths = [str(path) for path in sorted((tmp_path / "clippings").iterdir())]
    amended = f"zq{chance.getrandbits(40):010x}x7"
    with Archive.create(folder) as archive:
        outcomes = [
            one for one in archive.add_many(gather(paths), arguments=("add", *paths)) if isinstance(one, Outcome)
        ]
        assert len(outcomes) == len(stories)
        by_word = {one.name: holder(archive, outcomes, one) for one in stories}
        Index(archive).catch_up()
        victim = chance.choice(stories)
        amend(archive, by_word[victim.name].position, amended)
        if seed % 3:
            Index(archive).catch_up()
        gone = [*chance.sample([one for one in stories if one != victim], 2), victim]
    words = {one.name: [*one.words, *([amended] if one == victim else [])] for one in gone}
    # What is looked for is there before, in files and in frames: else the search would find nothing whatever happens.
    for found in words.values():
        assert any(where.endswith(".seg") for where in hits(folder, found)), "the index has words of its own"
        assert any(where.startswith("position") for where in hits(folder, found))
    with Archive.open(folder) as archive:
        kept = len(list(archive.articles()))
        for one in gone:
            # By whatever names it, which its run must not keep.
            known = archive.version(by_word[one.name].position)
            named = chance.choice([known.article.digest[:12], known.metadata.url or known.article_id])
            erasure = archive.erase(named, GROUND, arguments=("erase", named))
            assert not erasure.pending
            assert erasing.purge(archive) == []
            assert erasure.plan is not None
            assert prove(archive, erasure.plan.needles).remnants == ()
        assert list(verify(archive)) == []
    for one in gone:
        assert hits(folder, [*words[one.name], by_word[one.name].digest]) == set()
    with Archive.open(folder) as archive:
        for one in gone:
            for at in (None, archive.size() - 2, by_word[one.name].position):
                results = Index(archive).search(Request(query=one.words[0]), at=at)
                assert list(results.page) == []
        # The others are whole, and the same again is suppressed.
        assert len(list(archive.articles())) == kept - len(gone) - 1
        for one in stories:
            if one not in gone:
                assert [hit.version.position for hit in Index(archive).search(Request(query=one.words[0]))] == [
                    by_word[one.name].position
                ]
        size = archive.size()
        again = [one for one in archive.add_many(gather(paths), arguments=("add", *paths)) if isinstance(one, Outcome)]
        assert sorted(one.status for one in again) == ["suppressed"] * 3 + ["unchanged"] * 7
        assert archive.size() == size
    for one in gone:
        assert hits(folder, words[one.name]) == set()
