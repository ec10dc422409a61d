"""Facets, sources and timelines equal counts that SQLite makes of what the log says, at any moment of it.

The tables are filled from the log, without the index: versions with what they state, the words of their texts, and who
was withheld when.
"""

from __future__ import annotations

import random
import re
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from archive import events
from archive.changing import Change, change_many, withholding
from index.facets import FACETS, facets, sources
from index.search import Request
from index.timeline import timeline
from tests.factories import Clipping, add_all

if TYPE_CHECKING:
    from archive.archive import Archive
    from tests.index.searching import NotedIndex

_TABLES = """
CREATE TABLE versions (position INTEGER PRIMARY KEY, article, publisher, agency, place, language, published);
CREATE TABLE stated (position, name, value);
CREATE TABLE words (position, word);
CREATE INDEX by_word ON words (word, position);
CREATE TABLE turns (position, article, withheld);
CREATE INDEX by_article ON turns (article, position);
"""

_HITS = """
WITH hits AS (
  SELECT * FROM versions AS one WHERE position <= :at
  AND position = (SELECT MAX(position) FROM versions WHERE article = one.article AND position <= :at)
  AND NOT COALESCE(
    (SELECT withheld FROM turns WHERE article = one.article AND position <= :at ORDER BY position DESC LIMIT 1), 0)
  AND position IN (SELECT position FROM words WHERE word = :word)
)
"""

_ONE = "SELECT {name}, COUNT(*) FROM hits GROUP BY 1"
_MANY = """SELECT value, COUNT(DISTINCT hits.position) FROM hits
LEFT JOIN stated ON stated.position = hits.position AND name = '{name}' GROUP BY 1"""
_PERIODS = {
    "year": "substr(published, 1, 4)",
    "month": "CASE length(published) WHEN 4 THEN published || '-XX' ELSE substr(published, 1, 7) END",
    "day": "CASE length(published) WHEN 4 THEN published || '-XX-XX' WHEN 7 THEN published || '-XX' ELSE published END",
}


def tables(archive: Archive) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript(_TABLES)
    for event in archive.events(1):
        kind = events.kind_of(event.attribute("type"))
        if kind in events.ARTICLE_KINDS:
            version = archive.version(event.position)
            said = version.metadata
            row = (said.publisher, said.agency, said.place, said.language, said.published)
            database.execute(
                "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", (version.position, version.article_id, *row)
            )
            many = [("author", one) for one in said.authors] + [("tag", one) for one in said.tags]
            database.executemany("INSERT INTO stated VALUES (?, ?, ?)", [(version.position, *one) for one in many])
            words = set(re.findall(r"[a-z]+", archive.text(version).lower()))
            database.executemany("INSERT INTO words VALUES (?, ?)", [(version.position, word) for word in words])
        elif kind in {events.ARTICLE_WITHHELD, events.ARTICLE_RELEASED}:
            turn = (event.position, event.attribute("subject"), kind == events.ARTICLE_WITHHELD)
            database.execute("INSERT INTO turns VALUES (?, ?, ?)", turn)
    return database


def fill(archive: Archive, articles: int) -> None:
    """Add invented articles, new versions of some of them, and withhold and release some."""
    chance = random.Random(articles)
    dates = [None, "2030", "2031", "2030-11", "2031-02"] + [
        f"2031-0{month}-1{day}" for month in (1, 2, 3) for day in (1, 8)
    ]
    for step in range(4):
        add_all(
            archive,
            [
                Clipping(
                    text=f"{' '.join(chance.choices(('ferry', 'dam', 'fog', 'quay'), k=2))} {chance.random()}",
                    key=f"n {chance.randrange(articles)}",
                    publisher=chance.choice((None, "Paper A", "Paper B", "paper a")),
                    place=chance.choice((None, "Ansel", "Quellin")),
                    language=chance.choice((None, "en", "de")),
                    published=chance.choice(dates),
                    authors=tuple(chance.sample(("Tam Oduya", "Joan Arkwright", "Ada"), chance.randint(0, 3))),
                    tags=tuple(chance.sample(("sea", "night"), chance.randint(0, 2))),
                )
                for _ in range(articles // 4)
            ],
        )
        versions = [
            archive.version(event.position)
            for event in archive.events(1)
            if events.kind_of(event.attribute("type")) in events.ARTICLE_KINDS
        ]
        for release in (False, True):
            chosen = chance.sample(versions, max(1, articles // 40))
            changes = [Change(withholding(reason=f"{step}", release=release), version) for version in chosen]
            list(change_many(archive, changes, command="withhold"))


@pytest.mark.parametrize("articles", [200, pytest.param(1500, marks=pytest.mark.slow)])
def test_counts_are_those_of_sql(archive: Archive, index: NotedIndex, articles: int) -> None:
    fill(archive, articles)
    database = tables(archive)
    size = archive.size()
    compared = 0
    for at in (size - 1, size // 2, size // 3, 40):
        for word in ("ferry", "dam", "zzz"):

            def counted(asked: str, at: int = at, word: str = word) -> dict[Any, int]:
                return dict(database.execute(_HITS + asked, {"at": at, "word": word}).fetchall())

            request = Request(query=word)
            found = index.count(lambda matching: facets(matching, FACETS), request, at=at)
            for name in FACETS:
                asked = (
                    _MANY.format(name=name) if name in {"author", "tag"} else _ONE.format(name=_PERIODS.get(name, name))
                )
                assert dict(found[name]) == counted(asked), (name, word, at)
                compared += sum(dict(found[name]).values())
            days = index.count(lambda matching: timeline(matching, "day"), request, at=at)
            told = {bucket.period and bucket.period.name: bucket.articles for bucket in days.buckets}
            assert told == counted(_ONE.format(name=_PERIODS["day"]))
            from_whom = {one.name: one.count for one in index.count(sources, request, at=at)}
            expected = counted(_ONE.format(name="publisher"))
            expected.pop(None, None)
            assert from_whom == expected
            total = counted("SELECT 'all', COUNT(*) FROM hits")["all"]
            assert index.count(lambda matching: matching.total, request, at=at) == total == days.total
    assert compared > articles
