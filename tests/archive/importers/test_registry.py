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
    with pytest.raises(InvalidValueError, match="jsonl, html, text"):
        importer_for("docx")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'{"text": "The ferry is back."}\n', "jsonl"),
        (b'\xef\xbb\xbf\n  {"text": "The ferry is back."}\n', "jsonl"),
        (b'{"text": "' + b"x" * 4086, "jsonl"),
        (b'{\n  "text": "The ferry is back."\n}\n', "jsonl"),
        (b'{"text": "broken\n{"text": "whole"}\n', "jsonl"),
        (b"{", "jsonl"),
        (b"{{Infobox ferry}}\n", "text"),
        (b"{ferry} is back", "text"),
        (b'["The ferry is back."]\n', "text"),
        (b"Ferry returns\n\nThe ferry is back.", "text"),
        (b"\x89PNG\0", "text"),
        (b"", "text"),
    ],
)
def test_a_format_is_told_by_content(head: bytes, name: str) -> None:
    assert detect(head).name == name


def test_the_registry_imports_no_importer_before_it_is_asked() -> None:
    code = "import sys, archive.importers; print([m for m in sys.modules if m.startswith('archive.importers.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"%PDF-1.7\n%", "PDF"),
        (b"<?xml version='1.0'?><rss>", "XML"),
        (b"WARC/1.0\r\n", "WARC"),
        (b'[{"text": "a"}]', "JSON array"),
        (b'[\n  {"text": "a"}\n]', "JSON array"),
    ],
)
def test_a_format_that_is_not_read_yet_is_not_taken_for_text(head: bytes, name: str) -> None:
    assert name in (not_read_yet(head) or "")


@pytest.mark.parametrize(
    "head", [b"", b"[Editor's note: this was changed.]", b'{"text": "a"}', b"A dam\n\nTEHRAN", b"<3 of them"]
)
def test_what_is_read_is_not_refused(head: bytes) -> None:
    assert not_read_yet(head) is None
