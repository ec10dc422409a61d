"""PDF: its text, what it says of itself, and what cannot be read. The files are made here."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.importers import parse
from archive.importers.pdf import PdfImporter
from archive.importers.protocol import Draft, Problem
from archive.precedence import arranged
from tests.archive.importers.parsing import only_draft, parsed
from tests.archive.importers.spans import check_spans

INFO = {
    "/Title": "Ferry back",
    "/Author": "Ann Lee; Bo Ray",
    "/Keywords": "harbour, storm",
    "/CreationDate": "D:20310401100000+02'00'",
}


def made(*pages: str, info: dict[str, str] | None = None, password: str | None = None) -> bytes:
    """Return a PDF with a line of text on each page; a page of no text has a picture's place only."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(400, 400)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 300 Td ({text}) Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = writer._add_object(stream)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if info:
        writer.add_metadata(info)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def problem_of(data: bytes) -> str:
    (problem,) = parsed(PdfImporter(), data)
    assert isinstance(problem, Problem)
    return problem.message


def test_the_text_is_that_of_the_pages() -> None:
    draft = only_draft(PdfImporter(), made("The ferry is back.", "", "It sails.", info=INFO))
    check_spans(draft)
    assert draft.text == "The ferry is back.\n\nIt sails."
    found = {field: known[0].value for field, known in draft.fields.items() if known[0].method == "pdf"}
    assert found == {
        "title": "Ferry back",
        "authors": ("Ann Lee", "Bo Ray"),
        "tags": ("harbour", "storm"),
        "published": "2031-04-01T10:00:00+02:00",
    }
    assert draft.fields["published"][0].raw == "D:20310401100000+02'00'"


def test_what_the_text_says_goes_before_when_the_file_was_made() -> None:
    draft = only_draft(PdfImporter(), made("PORT ANSEL, March 30, 2031 \\(Reuters\\) -- The ferry is back.", info=INFO))
    check_spans(draft)
    published = arranged(draft.fields)["published"]
    assert [(known.method, known.value) for known in published] == [
        ("dateline", "2031-03-30"),
        ("pdf", "2031-04-01T10:00:00+02:00"),
    ]


@pytest.mark.parametrize("title", ["Microsoft Word - ferry.doc", "untitled", "ferry_final.indd"])
def test_the_name_of_a_file_is_no_title(title: str) -> None:
    draft = only_draft(PdfImporter(), made("the ferry is back, it was said.", info={"/Title": title}))
    assert all(known.method != "pdf" for known in draft.fields.get("title", ()))


@pytest.mark.parametrize(
    "date", ["D:2031", "D:203104", "D:20310401", "D:20310401100000Z", "D:99999999", "yesterday", ""]
)
def test_a_date_is_as_precise_as_it_is(date: str) -> None:
    draft = only_draft(PdfImporter(), made("The ferry is back.", info={"/CreationDate": date}))
    known = [candidate.value for candidate in draft.fields.get("published", ())]
    expected = {
        "D:2031": ["2031"],
        "D:203104": ["2031-04"],
        "D:20310401": ["2031-04-01"],
        "D:20310401100000Z": ["2031-04-01T10:00:00Z"],
    }
    assert known == expected.get(date, [])


def test_what_cannot_be_read_is_a_problem_that_says_what_to_do() -> None:
    whole = made("The ferry is back.")
    assert "ocrmypdf" in problem_of(made("", ""))
    assert "password" in problem_of(made("The ferry is back.", password=INFO["/Title"]))
    assert "cannot be read" in problem_of(b"%PDF-1.7\n" + b"garbage" * 100)
    assert "not a PDF" in problem_of(b"")
    assert "not a PDF" in problem_of(b"<html><p>The ferry is back.</p></html>")
    assert PdfImporter().detect(whole)


def test_a_password_that_only_guards_printing_is_no_hindrance() -> None:
    assert only_draft(PdfImporter(), made("The ferry is back.", password="")).text == "The ferry is back."


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=4))
def test_no_damage_raises(at: int, noise: bytes) -> None:
    data = made("The ferry is back.", info=INFO)
    damaged = data[: at % len(data)] + noise + data[at % len(data) + len(noise) :]
    for found in parse(PdfImporter(), io.BytesIO(damaged)):
        if isinstance(found, Draft):
            check_spans(found)
