"""The registry: a format by its name, and by the beginning of a file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from archive.errors import InvalidValueError
from archive.importers import NAMES, detect, importer_for, not_read_yet


@pytest.mark.parametrize("name", NAMES)
def test_an_importer_has_the_name_it_is_asked_by(name: str) -> None:
    assert importer_for(name).name == name


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(InvalidValueError, match="jsonl, text"):
        importer_for("docx")


# What every format begins with, and what resembles it.
SAMPLES = [
    (b'{"text": "The ferry is back."}\n', "jsonl"),
    (b'\xef\xbb\xbf\n  {"text": "The ferry is back."}\n', "jsonl"),
    (b'{"text": "' + b"x" * 4086, "jsonl"),
    (b'{"text": "broken\n{"text": "whole"}\n', "jsonl"),
    (b'{"a": 1,\n{"b": 2}\n', "jsonl"),
    (b"{", "json"),
    (b'{\n  "text": "The ferry is back."\n}\n', "json"),
    (b'{"title": "Ferry",\n "text": "It is back."}\n', "json"),
    (b'{\r\n\t"text": "The ferry is back."', "json"),
    (b'[{"text": "a"}]', "json"),
    (b'\xef\xbb\xbf[\n  {"text": "a"}\n]', "json"),
    (b"[]", "json"),
    (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1}]}', "json"),
    (b'{"status": "ok", "total": 1, "articles": [{"title": "T"}]}', "json"),
    ('[{"text": "a"}]'.encode("utf-16"), "json"),
    (b"<rss version='2.0'><channel>", "feed"),
    (b"\xef\xbb\xbf \n<?xml version='1.0'?>\n<!-- by hand -->\n<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
    (b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/">', "feed"),
    ("<?xml version='1.0'?><rss>".encode("utf-16"), "feed"),
    (b"<!DOCTYPE rss [<!ENTITY x 'y'>]><rss>", "feed"),
    (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "html"),
    (b"<html lang=en>", "html"),
    (b"<?xml version='1.0'?><!DOCTYPE html><html>", "html"),
    (b"<br />\n<b>Warning</b>:  f() [<a href='f'>f</a>]: no in <b>/x.php</b> on line <b>9</b><br />\n<html>", "html"),
    (b"<br />\n<b>Ferries</b><br />\nThe ferry is back.", "text"),
    (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
    (
        b"From: Ann <a@courier.example>\nDate: Tue, 1 Apr 2031 10:00:00 +02\nMessage-ID: <1@x>\nSubject: Ferry\n\n",
        "mail",
    ),
    (b"From a@x Tue Apr  1 10:00:00 2031\nReturn-Path: <a@x>\nFrom: a@x\nSubject: Ferry\n\n", "mail"),
    (b"---\ntitle: Ferry\n---\nIt is back.\n", "markdown"),
    (b"+++\r\ntitle = 'Ferry'\r\n+++\r\nIt is back.", "markdown"),
    (b'{"title": "Ferry"}\n\nIt is back.\n', "markdown"),
    (b"From: Port Ansel\nDate: today\n\nThe ferry is back.", "text"),
    (b"Subject: ferries\n\nThe ferry is back.", "text"),
    (b"---\n\nThe ferry is back.\n\n---\n", "text"),
    (b"# Ferry\n\nIt is *back*.\n", "text"),
    (b"{{Infobox ferry}}\n", "text"),
    (b"{ferry} is back", "text"),
    (b'["The ferry is back."]\n', "text"),
    (b"[Editor's note: this was changed.]\n", "text"),
    (b"Ferry returns\n\nThe ferry is back. <rss> is a format.", "text"),
    (b"<3 of them", "text"),
    (b"<!-- by hand -->\n# Ferry\n\nIt is back.\n", "text"),
    (b"Prices of %PDF- files", "text"),
    (b"\x89PNG\0", "text"),
    (b"", "text"),
]


@pytest.mark.parametrize(("head", "name"), SAMPLES)
def test_a_format_is_told_by_content(head: bytes, name: str) -> None:
    assert detect(head).name == name


@pytest.mark.parametrize(("head", "name"), SAMPLES)
def test_no_two_formats_claim_a_file(head: bytes, name: str) -> None:
    # JSON front matter begins like a line of JSON, and a feed in JSON like one: the pickier one is asked first.
    allowed = {name, "text"} | ({"jsonl"} if name in {"json", "markdown"} else set())
    claimed = {known for known in NAMES if importer_for(known).detect(head)}
    assert name in claimed
    assert claimed <= allowed


def test_the_registry_imports_no_importer_before_it_is_asked() -> None:
    code = "import sys, archive.importers; print([m for m in sys.modules if m.startswith('archive.importers.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<?xml version='1.0'?><urlset>", "XML that is no feed"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", "EPUB"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml..word/document.xml", "DOCX"),
        (b"PK\x03\x04" + b"\0" * 26 + b"notes.txt", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of Word"),
        (b"letter.txt" + b"\0" * 247 + b"ustar\x0000", "a tar archive"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
    ],
)
def test_a_format_that_is_not_read_is_not_taken_for_text(head: bytes, name: str) -> None:
    said = not_read_yet(head)
    assert said is not None
    assert f"looks like {name}" in said
    assert ";" in said  # What to do follows.


@pytest.mark.parametrize("head", [head for head, _ in SAMPLES if b"PNG" not in head])
def test_what_is_read_is_not_refused(head: bytes) -> None:
    assert not_read_yet(head) is None
