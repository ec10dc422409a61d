"""`morgue open`: what a browser is given, and what it never is."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html as parser

from cli.opening import shown_safely, web_address
from tests.cli.process import morgue

if TYPE_CHECKING:
    from tests.cli.process import Finished
    from tests.sessions import Place

HOSTILE = '</iframe><script>alert(1)</script><img src="https://spy.example/x.gif">"&quot;'


def opened(place: Place, *words: str, **environment: str) -> Finished:
    return morgue(place, "--archive", "archive", "open", *words, environment=environment)


def browser(place: Place) -> tuple[str, Path]:
    """Return a browser that notes what it is given, and where."""
    noted, program = place.work / "noted", place.work / "browser"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{noted}"\n')
    program.chmod(0o700)
    return str(program), noted


def test_an_address_is_printed_and_opened_where_there_is_a_browser(place: Place) -> None:
    morgue(place, "--archive", "archive", "init")
    morgue(place, "--archive", "archive", "add", "clippings")
    done = opened(place, "4")
    assert (done.code, done.stdout) == (0, "https://courier.example/2031/lamp\n")
    assert "no browser" in done.stderr
    program, noted = browser(place)
    done = opened(place, "4", BROWSER=program)
    assert (done.code, done.stderr) == (0, "")
    assert noted.read_text() == "https://courier.example/2031/lamp\n"
    assert "states no address" in opened(place, "1").stderr
    assert opened(place, "1").code == 2
    assert opened(place, "77").code == 4


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JavaScript://news.example/%0aalert(1)", "file:///etc/passwd", "data:text/html,x",
        "--help", "https://", "//news.example/x", "https://bank.example@evil.example/", "ftp://news.example/x",
        "vbscript:x", "about:config", "view-source:https://news.example/", "", "https:///x", None,
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_never_opened(url: str | None) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://news.example/a b\"'<>", "https://news.example/a%20b%22'%3C%3E"),
        ("HTTP://news.example/ü?q=1&r=%20#x", "HTTP://news.example/%C3%BC?q=1&r=%20#x"),
        ("https://news.example/`$(x)`\n", "https://news.example/%60$(x)%60"),
    ],
)
def test_an_address_has_nothing_in_it_that_may_not_stand_there(url: str, address: str) -> None:
    assert web_address(url) == address


def test_a_hostile_address_of_an_article_is_told_and_not_opened(place: Place) -> None:
    record = json.dumps({"text": "A ferry.", "url": "https://bank.example@evil.example/"}).encode()
    assert morgue(place, "--archive", "archive", "init").code == 0
    assert morgue(place, "--archive", "archive", "add", "-", "--format", "jsonl", stdin=record).code == 0
    program, noted = browser(place)
    done = opened(place, "1", BROWSER=program)
    assert (done.code, done.stdout) == (2, "")
    assert "not opened" in done.stderr
    assert not noted.exists()


@pytest.mark.parametrize(
    "kind", ["text/html", "text/html; charset=utf-8", "application/xhtml+xml", "image/svg+xml", "text/plain"]
)
def test_a_kept_page_is_shown_in_a_frame_that_can_do_nothing(kind: str) -> None:
    ending, page = shown_safely(HOSTILE.encode(), kind, "utf-8", "<b>title")
    assert ending == ".html"
    tree = parser.document_fromstring(page.decode("utf-8-sig"))
    [frame] = tree.xpath("//iframe")
    # An empty sandbox: everything that it can forbid is forbidden.
    assert frame.get("sandbox") == ""
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert tree.xpath("//script | //img") == []
    shown = frame.get("srcdoc")
    assert HOSTILE in (shown if "html" in kind else html.unescape(shown))
    if "html" not in kind:
        assert parser.document_fromstring(shown).xpath("//script | //img") == []


def test_pdf_is_left_to_the_viewer_and_only_if_it_is_pdf() -> None:
    assert shown_safely(b"%PDF-1.7 x", "application/pdf", "utf-8", "x") == (".pdf", b"%PDF-1.7 x")
    assert shown_safely(b"<script>", "application/pdf", "utf-8", "x")[0] == ".html"
    assert "ä".encode() in shown_safely("ä".encode("utf-16"), "text/html", "utf-16", "x")[1]
    assert shown_safely(b"x", "text/plain", "no-such-encoding", "x")[0] == ".html"


def test_the_copy_of_an_original_is_for_its_owner_alone(filled: Place) -> None:
    done = opened(filled, "1", "--original")
    assert done.code == 0, done.stderr
    file = Path(unquote(urlsplit(done.stdout.strip()).path))
    assert re.search(r"Grey Tern", file.read_text("utf-8"))
    assert file.parent.stat().st_mode & 0o077 == 0
    assert "an erasure does not reach it" in done.stderr
