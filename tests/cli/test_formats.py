"""What scripts read: every format of `search` by the standard library's parsers, and the keys of the contract."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from cli.asking import tell_position
from tests.cli.process import morgue
from tests.cli.test_hostile_input import RECORD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.process import Finished
    from tests.sessions import Place

KEYS = {
    *("rank", "score", "position", "article", "version", "title", "publisher", "agency", "authors", "published"),
    *("place", "language", "url", "origin", "captured", "recorded", "digest", "snippet"),
}
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def search(place: Place, *words: str) -> Finished:
    return morgue(place, "--archive", "archive", "search", *words)


def test_json_lines_have_the_keys_of_the_contract(filled: Place) -> None:
    done = search(filled, "lamp", "--format", "jsonl")
    hits = [json.loads(line) for line in done.lines]
    assert len(hits) == 3
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    for hit in hits:
        assert hit.keys() >= KEYS
        assert ID.fullmatch(hit["article"])
        assert re.fullmatch(r"[0-9a-f]{64}", hit["digest"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", hit["recorded"])
        assert str(filled.work / "clippings") in hit["origin"]
        assert [hit["snippet"][start:end].casefold() for start, end in hit["marks"]] == ["lamp"]
    letter = next(hit for hit in hits if hit["origin"].endswith("letter.txt"))
    assert (letter["title"], letter["publisher"], letter["authors"]) == (None, None, [])
    lamp = next(hit for hit in hits if hit["url"])
    assert (lamp["version"], lamp["published"], lamp["tags"]) == (2, "2031-03-07T18:20:00+02:00", ["harbour", "buoys"])


def test_json_is_one_object_with_query_total_and_hits(filled: Place) -> None:
    document = json.loads(search(filled, "lamp", "northern", "--limit", "1", "--format", "json").stdout)
    assert document.keys() == {"query", "total", "hits"}
    assert (document["query"], document["total"], len(document["hits"])) == ("lamp northern", 2, 1)
    assert document["hits"][0].keys() >= KEYS


def test_json_without_hits_is_still_an_object(filled: Place) -> None:
    done = search(filled, "zzzz", "--format", "json")
    assert done.code == 1
    assert json.loads(done.stdout) == {"query": "zzzz", "total": 0, "hits": []}


def test_csv_has_a_header_and_a_row_for_each_hit(filled: Place) -> None:
    rows = list(csv.DictReader(io.StringIO(search(filled, "lamp", "--format", "csv").stdout)))
    assert len(rows) == 3
    assert all(row.keys() >= KEYS for row in rows)
    assert {row["title"] for row in rows} == {
        "Lamp for the northern buoy arrives",
        "Ferry runs aground in fog",
        "",
    }
    assert "harbour; buoys" in {row["tags"] for row in rows}


def test_no_cell_is_a_formula(place: Place) -> None:
    assert morgue(place, "--archive", "archive", "init").code == 0
    record = RECORD | {"title": "=HYPERLINK(A1)"}
    stdin = json.dumps(record).encode()
    assert morgue(place, "--archive", "archive", "add", "-", "--format", "jsonl", stdin=stdin).code == 0
    [row] = csv.DictReader(io.StringIO(search(place, "harbour", "--format", "csv").stdout))
    assert row["title"] == "'=HYPERLINK(A1)"
    assert (row["agency"], row["language"]) == ("'+1+1", "'-2")
    assert not [value for value in row.values() if value.lstrip()[:1] in set("=+-@")]


def test_ids_and_urls_stand_one_a_line(filled: Place) -> None:
    hits = [json.loads(line) for line in search(filled, "lamp", "--format", "jsonl").lines]
    assert search(filled, "lamp", "--format", "ids").lines == [hit["article"] for hit in hits]
    assert search(filled, "lamp", "--format", "urls").lines == [hit["url"] for hit in hits if hit["url"]]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "position"])
def test_every_order_has_the_same_hits(filled: Place, sort: str) -> None:
    hits = [json.loads(line) for line in search(filled, "lamp", "--sort", sort, "--format", "jsonl").lines]
    positions = [hit["position"] for hit in hits]
    assert sorted(positions) == [1, 3, 4]
    if sort == "position":
        assert positions == [1, 3, 4]


def test_pages_are_the_whole_in_pieces(filled: Place) -> None:
    whole = search(filled, "lamp", "--limit", "0", "--format", "ids").lines
    pages = [search(filled, "lamp", "--limit", "1", "--offset", str(n), "--format", "ids") for n in range(4)]
    assert [line for page in pages for line in page.lines] == whole
    assert [page.code for page in pages] == [0, 0, 0, 1]


def test_at_a_position_the_archive_is_as_it_was(filled: Place) -> None:
    then = [json.loads(line) for line in search(filled, "fits", "--at", "3", "--format", "jsonl").lines]
    assert [(hit["position"], hit["version"]) for hit in then] == [(2, 1)]
    assert search(filled, "fits").code == 1


def test_notes_are_never_among_the_data(filled: Place) -> None:
    done = search(filled, "lamp", "--at", "2099-01-01", "--format", "json")
    assert "as of position" in done.stderr
    json.loads(done.stdout)


def test_a_position_that_could_be_a_year_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        for at in ("905", "1905", "19050", None):
            tell_position(archive, at, 0)
    assert capsys.readouterr().err == (
        "morgue: 1905 is taken for a position; the end of a year is written 1905-12-31\n"
    )


@pytest.mark.parametrize("words", [["show", "4", "--json"], ["status", "--json"], ["index", "--json"]])
def test_a_json_option_prints_one_object(filled: Place, words: list[str]) -> None:
    assert isinstance(json.loads(morgue(filled, "--archive", "archive", *words).stdout), dict)


def test_show_tells_as_json_all_that_is_known(filled: Place) -> None:
    shown = json.loads(morgue(filled, "--archive", "archive", "show", "1", "--json").stdout)
    assert {"position", "article", "version", "recorded", "event", "metadata", "provenance", "text"} <= shown.keys()
    assert shown["metadata"]["place"] == "Port Ansel"
    [place] = shown["provenance"]["fields"]["place"]
    assert (place["raw"], place["method"]) == ("PORT ANSEL", "dateline")
    assert shown["text"][slice(*place["span"])] == "PORT ANSEL"
    assert shown["provenance"]["origin"]["path"].endswith("clippings/ferry.txt")


def test_added_lines_have_four_columns_whatever_the_title_holds(place: Place) -> None:
    stdin = json.dumps({"title": "tab\there\nand there", "text": "A ship."}).encode()
    done = morgue(place, "add", "-", "--format", "jsonl", stdin=stdin)
    [line] = done.lines
    position, status, digest, title = line.split("\t")
    assert (position, status, title) == ("1", "added", "tab here and there")
    assert morgue(place, "show", digest[:8], "--original").stdout == stdin.decode()
