"""Hits: what is shown of an article, read from the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.intake import gather
from index.hits import first_line, read_hit
from index.search import Request
from tests.factories import add

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from tests.index.searching import NotedIndex

CONTRACT = (
    "rank score position article version versions title publisher agency authors published place language tags url"
    " origin captured recorded digest snippet marks retracted corrections notes withheld"
)


def test_a_hit_says_all_that_is_known_and_where_it_is_from(archive: Archive, index: NotedIndex) -> None:
    add(archive, "Ships came in.", key="k")
    position = add(
        archive,
        "Ships came into Port Quellin.",
        key="k",
        title="Ships",
        publisher="Harbour News",
        published="2021-04",
        captured="2030-05-01T10:00:00Z",
        authors=("Ann Bell",),
        tags=("sea",),
        place="Quellin",
        language="en",
    )
    (hit,) = index.search(Request(query="quellin"))
    version = archive.version(position)
    shown = hit.as_dict()
    assert list(shown) == CONTRACT.split()
    assert shown == {
        "rank": 1,
        "score": hit.score,
        "position": position,
        "article": version.article_id,
        "version": 2,
        "versions": 2,
        "title": "Ships",
        "publisher": "Harbour News",
        "agency": None,
        "authors": ["Ann Bell"],
        "published": "2021-04",
        "place": "Quellin",
        "language": "en",
        "tags": ["sea"],
        "url": None,
        "origin": "given",
        "captured": "2030-05-01T10:00:00Z",
        "recorded": version.recorded,
        "digest": version.article.digest,
        "snippet": "Ships came into Port Quellin.",
        "marks": [[21, 28]],
        "retracted": False,
        "corrections": 0,
        "notes": 0,
        "withheld": False,
    }
    assert hit.score > 0


def test_a_title_that_is_not_known_is_null_and_the_first_line_stands_in(archive: Archive, index: NotedIndex) -> None:
    add(archive, "\n\n  Ships came \t in.\nAnd out.")
    (hit,) = index.search(Request(query="ships"))
    assert not hit.title_known
    assert hit.heading == "Ships came in."
    assert hit.as_dict()["title"] is None


def test_ranks_go_on_from_page_to_page(archive: Archive, index: NotedIndex) -> None:
    for number in range(4):
        add(archive, f"ships {number}")
    assert [hit.rank for hit in index.search(Request(query="ships", limit=2, offset=2))] == [3, 4]


def test_a_snippet_begins_behind_the_title_and_its_repetitions(archive: Archive, tmp_path: Path) -> None:
    heading = "Ships Came Into Port Quellin On Sunday"
    file = tmp_path / "one.txt"
    file.write_text(f"{heading}\n\n{heading}\n\nQuellin, April 18 – The ships went out again, said the pilot.\n")
    (outcome,) = archive.add_many(gather([str(file)]))
    position = 1
    assert archive.version(position).metadata.title == heading
    hit = read_hit(archive, position, rank=1, score=0.0, terms=["quellin", "ship"])
    assert hit.heading == heading
    assert heading not in hit.snippet.text
    assert "ships went out" in hit.snippet.text
    assert outcome is not None


def test_a_first_line_is_cut_between_words() -> None:
    assert first_line("") == ""
    assert first_line(" \n\t\n") == ""
    assert first_line("one\ntwo") == "one"
    assert first_line("harbour " * 30) == ("harbour " * 15).rstrip() + "…"
    assert first_line("x" * 200) == "x" * 120 + "…"
