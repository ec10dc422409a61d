import os
import subprocess
import sys
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.builds import ROOT, engines
from tests.benchmarks.catch_up import after_one_add
from tests.benchmarks.corpus import add
from tests.benchmarks.ours import MorgueLibrary
from tests.benchmarks.peers import Fts5, Kind, UnansweredError
from tests.benchmarks.queries import draw, measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.archive import Archive


class Remembering:
    """An engine that knows no phrases and keeps what it was asked."""

    name = "remembering"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.refused = ""
        self.opened = self.closed = 0

    def build(self) -> None: ...

    def size(self) -> int:
        return 0

    def open(self) -> None:
        self.opened += 1

    def search(self, kind: Kind, words: list[str]) -> int:
        if kind == Kind.PHRASE or words[0] == self.refused:
            raise UnansweredError
        self.asked.append(words)
        return len(words)

    def close(self) -> None:
        self.closed += 1


def test_the_same_texts_give_the_same_queries(archive: "Archive") -> None:
    texts = [article.text for article in archive.articles()]
    classes = draw(texts, count=20)
    assert classes == draw(texts, count=20)
    assert classes != draw(texts, count=20, seed=8)
    assert {some.label: len(some.queries) for some in classes} == dict.fromkeys(
        (
            "one word",
            "AND",
            "OR",
            "phrase",
            "prefix",
            "AND of common words",
            "OR of common words",
            "one word within a year",
        ),
        20,
    )
    [prefixes] = [some.queries for some in classes if some.kind == Kind.PREFIX]
    assert {len(word) for [word] in prefixes} == {4, 5}


def test_another_process_draws_the_same_queries() -> None:
    script = """
from itertools import islice
from tests.benchmarks.generator import articles, source_of
from tests.benchmarks.queries import draw
print(draw((record["body"] for record in islice(articles(source_of([])), 50)), count=20))
"""
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_too_few_texts_give_no_queries() -> None:
    with pytest.raises(ValueError, match="too few texts"):
        draw(["one text of some words"])


def test_each_round_asks_every_query_once_of_an_engine_opened_anew(archive: "Archive") -> None:
    classes = draw((article.text for article in archive.articles()), count=30)
    engine = Remembering()
    latencies, hits = measure([engine], classes, rounds=2)
    assert engine.opened == engine.closed == 2
    known = [some for some in classes if some.kind != Kind.PHRASE]
    warmed_up = [words for words in engine.asked if words[0] == "warm"]
    assert len(warmed_up) == 2 * len(known)
    asked = [words for words in engine.asked if words[0] != "warm"]
    assert asked == 2 * [words for some in known for words in some.queries]
    assert latencies["phrase"] == []
    assert hits["AND"] == {"remembering": 2.0}


def test_an_engine_that_refuses_one_query_lacks_the_class(archive: "Archive") -> None:
    classes = draw((article.text for article in archive.articles()), count=30)
    [some] = [some for some in classes if some.label == "one word"]
    engine, other = Remembering(), Remembering()
    engine.name, engine.refused = "refusing", some.queries[29][0]
    latencies, hits = measure([engine, other], [some], rounds=2)
    assert [latency["engine"] for latency in latencies["one word"]] == list(hits["one word"]) == ["remembering"]


def test_all_engines_find_as_many(archive: "Archive", tmp_path: "Path") -> None:
    pytest.importorskip("tantivy")
    peers = engines(archive, tmp_path)
    for peer in peers:
        peer.build()
        assert peer.size() > 1_000
    classes = draw((article.text for article in archive.articles()), count=50)
    _, hits = measure([*peers, MorgueLibrary(archive, tmp_path)], classes, rounds=1)
    for label, found in hits.items():
        # They stem a little differently, and only some of them a prefix.
        apart = 1.0 if label == "prefix" else 0.3
        assert max(found.values()) - min(found.values()) < apart, label
        assert min(found.values()) > 0, label


def test_fts5_takes_in_what_was_added_later(archive: "Archive", tmp_path: "Path") -> None:
    engine = Fts5(archive, tmp_path)
    engine.build()
    found = list(archive.articles())
    engine.open()
    before = engine.search(Kind.ALL, ["unheard"])
    engine.add([found[-1]._replace(position=found[-1].position + 1, text="An unheard word.")])
    assert (before, engine.search(Kind.ALL, ["unheard"])) == (0, 1)
    engine.close()


def test_an_article_is_found_as_soon_as_it_was_added(
    archive: "Archive", records: "Iterator[dict[str, object]]"
) -> None:
    size = archive.size()
    times = after_one_add(archive, records, 3)
    assert len(times) == 3
    # An article and the record of its run.
    assert archive.size() == size + 6


def test_articles_that_were_there_are_no_measurement(
    archive: "Archive", records: "Iterator[dict[str, object]]"
) -> None:
    again = list(islice(records, 2))
    add(archive, iter(again), 2)
    with pytest.raises(RuntimeError, match="of 2 articles 0 were added"):
        add(archive, iter(again), 2)
