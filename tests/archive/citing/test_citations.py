"""Citations: what they state, what they leave out, and that parsers of others read back what was meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from archive import events
from archive.archive import Archive
from archive.changing import Change, Changed, change_many, notice
from archive.citing import STYLES, Citation, cite
from archive.citing.bibtex import escape
from archive.citing.citation import date_parts, one_line, safe_url
from tests.factories import Clipping, add, add_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL = Citation(
    key="oduya2031-cc0db437",
    title="Lamp & buoy: 100% {new}",
    authors=("Tam Oduya", "Ministry of Fog and Light", "Bell, Ann"),
    publisher="The Ansel Courier",
    published="2031-03-07T18:20:00+02:00",
    language="en",
    url="https://courier.example/2031/lamp_post?a=1&b=%20#top",
    accessed="2031-03-08T09:00:00Z",
    recorded="2031-03-09T10:00:00.000000Z",
    archive="01980000-0000-7000-8000-000000000001",
    event="01980000-0000-7000-8000-000000000002",
    position=4,
    digest="cc0db437" * 8,
)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(one_line).filter(bool)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "archive") as opened:
        yield opened


def entry(citation: Citation) -> Any:
    [found] = parse_string(STYLES["bibtex"](citation), "bibtex").entries.values()
    return found


def record(citation: Citation) -> Any:
    [found] = rispy.loads(STYLES["ris"](citation) + "\n")
    return found


def test_bibtex_has_the_date_in_all_forms_and_names_whole() -> None:
    read = entry(FULL)
    assert (read.type, read.key) == ("article", "oduya2031-cc0db437")
    assert [str(person) for person in read.persons["author"]] == [
        "{Tam Oduya}",
        "{Ministry of Fog and Light}",
        "{Bell, Ann}",
    ]
    assert read.fields["title"] == r"{Lamp \& buoy: 100\% \textbraceleft{}new\textbraceright{}}"
    assert [read.fields[name] for name in ("date", "year", "month")] == [FULL.published, "2031", "March"]
    # Verbatim: an escape would be part of the address.
    assert read.fields["url"] == FULL.url
    assert read.fields["urldate"] == "2031-03-08"
    assert "SHA-256 of the original cc0db437" in read.fields["note"]


@pytest.mark.parametrize(
    ("published", "date", "year", "month"),
    [
        ("2031", "2031", "2031", None),
        ("2031-03", "2031-03", "2031", "March"),
        ("2031-XX-XX", "2031-XX-XX", "2031", None),
        ("203X", "203X", None, None),
        ("XXXX-04-18", None, None, None),
        ("2031-03-07T18:20", "2031-03-07", "2031", "March"),
        (None, None, None, None),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(
    published: str | None, date: str | None, year: str | None, month: str | None
) -> None:
    citation = attrs.evolve(FULL, published=published)
    fields = entry(citation).fields
    assert (fields.get("date"), fields.get("year"), fields.get("month")) == (date, year, month)
    assert record(citation).get("year") == year
    item = json.loads(STYLES["csl-json"](citation))
    if year is not None:
        assert item["issued"] == {"date-parts": [list(date_parts(published))]}
    elif published is not None:
        assert item["issued"] == {"literal": published}
    else:
        assert "issued" not in item
    # What the fields cannot say stands in the note.
    assert published is None or date == published or f"Published {published}" in fields["note"]


def test_ris_is_one_record_of_tags_and_values() -> None:
    read = record(FULL)
    assert (read["type_of_reference"], read["id"]) == ("NEWS", FULL.key)
    assert read["authors"] == list(FULL.authors)
    assert (read["date"], read["access_date"], read["urls"]) == ("2031/03/07/", "2031/03/08/", [FULL.url])
    assert read["notes"] == [FULL.note]
    assert record(attrs.evolve(FULL, published="2031-03"))["date"] == "2031/03//"


def test_csl_json_has_only_members_of_its_schema() -> None:
    item = json.loads(STYLES["csl-json"](FULL))
    assert item["author"] == [{"literal": name} for name in FULL.authors]
    assert (item["type"], item["container-title"], item["URL"]) == ("article-newspaper", FULL.publisher, FULL.url)
    assert item["custom"]["event"] == FULL.event
    bare = attrs.evolve(FULL, authors=(), publisher=None, published=None, language=None, url=None, accessed=None)
    assert None not in json.loads(STYLES["csl-json"](bare)).values()
    assert entry(bare).type == "misc"


@given(title=LINES, author=LINES, publisher=LINES)
def test_whatever_an_article_is_called_its_entry_is_one_entry(title: str, author: str, publisher: str) -> None:
    citation = attrs.evolve(FULL, title=title, authors=(author,), publisher=publisher)
    read = entry(citation)
    assert len(read.persons["author"]) == 1
    assert read.fields["journal"] == one_line(escape(publisher))
    assert record(citation)["title"] == title
    assert json.loads(STYLES["csl-json"](citation))["title"] == title
    assert "\n" not in STYLES["text"](citation)


@given(st.text())
def test_a_url_is_on_one_line_and_has_no_brace(url: str) -> None:
    safe = safe_url(url)
    assert safe.isascii()
    assert not set(safe) & set(' {}"<>\\^`|\n\r\t')
    assert safe_url(safe) == safe


def test_what_is_not_known_is_not_stated(archive: Archive) -> None:
    citation = cite(archive, archive.version(add(archive, "  \n The dark buoy.\nNobody had noticed.")))
    assert (citation.title, citation.authors, citation.published) == ("[The dark buoy.]", (), None)
    assert citation.accessed is None
    assert "no date" in STYLES["text"](citation)
    assert citation.key == f"article-{citation.digest[:8]}"


def test_the_access_date_is_that_of_the_capture_and_a_key_names_author_and_year(archive: Archive) -> None:
    [position] = add_all(
        archive,
        [
            Clipping(
                text="A ferry.",
                title="Ferry",
                authors=("Joan Ärkwright",),
                published="2031-03-05",
                captured="2031-03-06T10:00:00Z",
            )
        ],
    )
    citation = cite(archive, archive.version(position))
    assert citation.accessed == "2031-03-06T10:00:00Z"
    assert citation.key == f"arkwright2031-{citation.digest[:8]}"
    assert archive.find(citation.key.rpartition("-")[2]).position == position


def test_a_retraction_stands_first_in_the_note_from_when_it_was_recorded(archive: Archive) -> None:
    position = add(archive, "A ferry.", title="Ferry")
    said = notice(events.ARTICLE_RETRACTED, reason="made\nup", date="2031-04")
    [done] = change_many(archive, [Change(said, archive.version(position))], command="retract")
    assert cite(archive, archive.version(position)).note.startswith("RETRACTED 2031-04 (made up). ")
    assert cite(archive, archive.version(position), at=position).notices == ()
    assert isinstance(done, Changed)
