"""What `explain` says of articles that came from the web: spans in bytes, captures, boilerplate, hostile characters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import attrs
import pytest

from archive.archive import Archive
from archive.article import Metadata
from archive.capture import Capture, Exchange, to_bytes
from archive.intake import Given, submit_text
from archive.precedence import arranged
from archive.provenance import Boilerplate, Candidate, Origin, Span
from cli.terminal import cells
from tests import sessions
from tests.cli.process import morgue

if TYPE_CHECKING:
    from tests.sessions import Place

PAGE = """<html><head><title>Ferry aground</title><meta name="date" content="2031-03-06">
<meta property="og:title" content="FERRY AGROUND"></head><body><nav>News | Sport</nav><p>PORT ANSEL, 5 March (SKELLOCK)
- The ferry ran aground.</p></body></html>"""
TEXT = "News | Sport\n\nPORT ANSEL, 5 March (SKELLOCK)\n- The ferry ran aground.\n"
URL = "https://courier.example/2031/ferry"


def candidate(value: str, method: str, raw: str, *, within: str = PAGE, note: str | None = None) -> Candidate:
    start = within.encode().index(raw.encode())
    span = Span(source="original" if within is PAGE else "text", start=start, end=start + len(raw.encode()))
    return Candidate(value=value, method=method, extractor="html/1", raw=raw, span=span, note=note)


@pytest.fixture
def web(place: Place) -> Place:
    """Give a place whose archive has a page at position 1, and at 2 one that means harm."""
    fields = arranged(
        {
            "title": (
                Candidate(value="Ferry aground | The Courier", method="library", extractor="trafilatura/2.0"),
                candidate("FERRY AGROUND", "opengraph", "FERRY AGROUND"),
                candidate("Ferry aground", "meta", "Ferry aground"),
            ),
            "published": (
                candidate("2031-03-06", "meta", "2031-03-06"),
                candidate("2031-03-05", "dateline", "5 March", within=TEXT, note="year from the address"),
                Candidate(value="2031", method="url", extractor="html/1", raw="/2031/"),
            ),
        }
    )
    capture = Capture(
        (
            Exchange(
                uri="http://courier.example/f",
                date="2031-03-07T09:30:00Z",
                status="HTTP/1.1 301 Moved Permanently",
                headers=(("Location", URL), ("Server", "quiet")),
            ),
            Exchange(
                uri=URL,
                date="2031-03-07T09:30:01Z",
                record="<urn:uuid:0>",
                status="HTTP/1.1 200 OK",
                headers=(("content-type", "text/html"), ("x-evil", "\x1b[2J")),
            ),
        )
    )
    menu = Boilerplate(span=Span(source="text", start=0, end=12), rule="menu")
    one = submit_text(TEXT, given=Given())
    page = attrs.evolve(
        one,
        original=PAGE.encode(),
        capture=to_bytes(capture),
        article=attrs.evolve(
            one.article,
            metadata=Metadata(fields),
            text_is_original=False,
            length=len(PAGE),
            media_type="text/html",
            boilerplate=(menu,),
            origin=Origin(path=URL, format="html", importer="html/1", container="warc", label="<urn:uuid:0>"),
        ),
    )
    evil = Candidate(value="evil\x1b[2J", method="meta\x07", extractor="x\x1b/1", raw="\u202eevil", note="\x9bno")
    outcast = attrs.evolve(
        submit_text("\x1b]0;owned\x07 evil", given=Given()),
        article=attrs.evolve(
            submit_text("\x1b]0;owned\x07 evil", given=Given()).article,
            metadata=Metadata({"title": (evil, attrs.evolve(evil, value="\x1b[31mred")), "sec\x1btion": (evil,)}),
        ),
    )
    with Archive.create(place.work / "archive") as archive:
        list(archive.add_many((page, outcast)))
    return place


def test_a_field_is_explained_with_all_that_disagrees_and_agrees(web: Place) -> None:
    done = morgue(web, "--archive", "archive", "explain", "1", "published", environment={"COLUMNS": "200"})
    around = 'name="date" content="*2031-03-06*"> <meta property="og:title" content="FERRY …'
    assert done.stdout.splitlines() == [
        "published  2031-03-06",
        "           meta (html/1), bytes 67–77 of the original; also: url; dateline says 2031-03-05",
        f"             … aground</title><meta {around}",
        "           meta is believed before url and dateline",
        "  or       2031: url (html/1), written “/2031/”",
        "  or       2031-03-05: dateline (html/1), chars 26–33; year from the address",
        "             News | Sport PORT ANSEL, *5 March* (SKELLOCK) - The ferry ran aground.",
    ]


def test_names_agree_in_any_case_and_who_agrees_is_named_once(web: Place) -> None:
    done = morgue(web, "--archive", "archive", "explain", "1", "title", environment={"COLUMNS": "200"})
    said = "opengraph (html/1), bytes 115–128 of the original; also: meta; library says Ferry aground | The Courier"
    assert done.lines[:2] == ["title      FERRY AGROUND", f"           {said}"]


def test_where_the_bytes_come_from_is_told_with_every_redirect(web: Place) -> None:
    done = morgue(web, "--archive", "archive", "explain", "1", environment={"COLUMNS": "200"})
    told = done.stdout[done.stdout.index("where the bytes") :].splitlines()
    assert told == [
        "where the bytes come from",
        f"origin     {URL}, read as html by html/1",
        "container  warc, record <urn:uuid:0>",
        f"original   {len(PAGE)} bytes, text/html, utf-8",
        "identity   its content",
        "fetched    http://courier.example/f, 2031-03-07T09:30:00Z",
        "           HTTP/1.1 301 Moved Permanently",
        f"           location: {URL}",
        f"  then     {URL}, 2031-03-07T09:30:01Z",
        "           record <urn:uuid:0>",
        "           HTTP/1.1 200 OK",
        "           content-type: text/html",
        "",
        "what is not the article's own",
        "1 stretch, 12 characters; kept, and not searched",
        "menu, chars 0–12",
        "  “News | Sport”",
    ]


def test_the_same_is_said_by_show_provenance(web: Place) -> None:
    explained = morgue(web, "--archive", "archive", "explain", "1").stdout
    shown = morgue(web, "--archive", "archive", "show", "1", "--provenance").stdout
    assert explained[explained.index("where the bytes") :] in shown
    for field in ("title", "published"):
        assert morgue(web, "--archive", "archive", "explain", "1", field).stdout in shown


def test_json_has_every_candidate_and_the_source(web: Place) -> None:
    lines = [json.loads(line) for line in morgue(web, "--archive", "archive", "explain", "1", "--json").lines]
    published = next(line for line in lines if line.get("field") == "published")
    assert published["reason"] == "meta is believed before url and dateline"
    assert [one["value"] for one in published["candidates"]] == [published["value"], "2031", "2031-03-05"]
    assert published["candidates"][2] == {
        "value": "2031-03-05",
        "method": "dateline",
        "extractor": "html/1",
        "raw": "5 March",
        "in": "text",
        "span": [26, 33],
        "note": "year from the address",
    }
    source = lines[-1]["source"]
    assert source["capture"][0]["headers"] == [["Location", URL], ["Server", "quiet"]]
    assert source["boilerplate"] == [{"rule": "menu", "in": "text", "span": [0, 12]}]
    assert source["origin"]["container"] == "warc"
    assert all("source" not in line for line in lines[:-1])


@pytest.mark.parametrize(
    "words", ["explain 1", "explain 2", "explain 1 published", "show 1 --provenance", "explain 2 title"]
)
@pytest.mark.parametrize("settings", [{"COLUMNS": "40"}, {"COLUMNS": "40", "NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_nothing_drives_the_terminal_and_lines_fit(web: Place, words: str, settings: dict[str, str]) -> None:
    done = sessions.run(f"morgue --archive archive {words}", web, terminal=True, environment=settings)
    assert done.code == 0
    plain = re.sub(r"\x1b\[(?:0|1|2|1;33)m", "", done.output)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", plain)
    if settings.get("NO_COLOR") or settings.get("TERM") == "dumb":
        assert "\x1b" not in done.output
    columns = int(settings.get("COLUMNS", "80"))
    for line in plain.splitlines():
        assert cells(line) <= columns or len(line.split()) <= 2, line


def test_the_rules_are_of_all_fields_and_of_no_article(place: Place) -> None:
    assert morgue(place, "explain", "--rules").code == 0
    done = morgue(place, "explain", "--rules", "title")
    assert (done.code, done.stdout) == (2, "")
    assert "--rules" in done.stderr


def test_what_rules_of_then_chose_is_told_apart_from_what_those_of_today_would(place: Place) -> None:
    one = submit_text("Text.", given=Given())
    found = [
        Candidate(value=value, method=method, extractor="html/1") for value, method in (("a", "url"), ("b", "json-ld"))
    ]
    with Archive.create(place.work / "archive") as archive:
        archive.add(attrs.evolve(one, article=attrs.evolve(one.article, metadata=Metadata({"title": tuple(found)}))))
    lines = morgue(place, "--archive", "archive", "explain", "1", "title").lines
    assert lines[2] == "           today json-ld would be believed before url"
    assert lines[-1] == "today's rules would choose otherwise: morgue amend 1"
