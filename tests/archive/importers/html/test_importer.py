"""The importer: text, problems, hostile pages; whether a page is an article."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from archive import capture, importers
from archive.importers import importer_for
from archive.importers.html.importer import LARGEST
from archive.importers.html.judging import is_article
from archive.importers.protocol import Draft, Problem, Record
from tests.archive.importers.html.pages import ARTICLE, PROSE, document, read

if TYPE_CHECKING:
    from pathlib import Path

MENU = "<nav><ul>" + "".join(f'<li><a href="/{n}">Section number {n}</a></li>' for n in range(30)) + "</ul></nav>"


def items(page: str | bytes) -> list[Draft | Problem]:
    original = page.encode() if isinstance(page, str) else page
    return list(importer_for("html").read(Record(original=original, format="html")))


def test_the_text_is_the_articles_paragraphs_with_an_empty_line_between() -> None:
    draft = read(document("<title>Ferry</title>", MENU))
    assert draft.article_text() == "\n\n".join(PROSE)
    assert draft.media_type == "text/html"


def test_the_body_that_json_ld_states_is_taken_where_the_page_shows_none() -> None:
    stated = {"@type": "NewsArticle", "headline": "Ferry sails", "articleBody": "\n".join(PROSE)}
    page = document(f'<script type="application/ld+json">{json.dumps(stated)}</script>', article="<p>Loading…</p>")
    assert read(page).article_text() == "\n\n".join(PROSE)


@pytest.mark.parametrize(
    "page", [b"", b"<html><body></body></html>", "<html><script>app()</script></html>", b"<html>\0"]
)
def test_a_page_without_text_and_title_is_a_problem(page: str | bytes) -> None:
    (problem,) = items(page)
    assert isinstance(problem, Problem)
    assert "neither text nor title" in problem.message
    assert not problem.partial


def test_a_page_that_the_user_picked_is_kept_where_it_has_any_text() -> None:
    (draft,) = items("<html><body><a href='/a'>One</a> <a href='/b'>Two</a></body></html>")
    assert isinstance(draft, Draft)
    assert "One" in draft.article_text()


def test_what_stands_behind_the_largest_size_is_not_read_and_that_is_said() -> None:
    page = (
        document("<title>Ferry sails again</title>").encode()
        + b"<!-- "
        + b"x" * LARGEST
        + b" --><meta name=author content='Jane Doe'>"
    )
    draft, problem = items(page)
    assert isinstance(draft, Draft)
    assert draft.article_text() == "\n\n".join(PROSE)
    assert "authors" not in draft.fields
    assert isinstance(problem, Problem)
    assert problem.partial
    assert "16 MiB" in problem.message


@pytest.mark.parametrize(
    "page",
    [
        "<html><title>T</title>" + "<div>" * 100_000 + "deep" + "</div>" * 100_000,
        "<html><title>T</title><p>" + "x" * 500_000,
        "<html><title>a\0b</title><p>\0text\0",
        "<html><title>T</title>" + '<a href="' * 50_000,
        "<html><title>T</title>" + "<!--" * 100_000,
        "<html><title>T</title>" + "<span class=author>" * 20_000,
        "<html><title>T</title><script type=application/ld+json>" + "[" * 200_000 + "</script>",
        '<!DOCTYPE html [<!ENTITY a "&b;&b;"><!ENTITY b "x">]><html><title>T</title><p>&a;&a;',
        "<title>" + "a | " * 50_000 + "</title><p>x",
    ],
)  # fmt: skip
def test_a_hostile_page_is_read_as_far_as_it_goes(page: str) -> None:
    (draft,) = items(page)
    assert isinstance(draft, Draft)
    assert "\0" not in draft.article_text()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<!DOCTYPE html>\n<html>", "html"),
        (b"\xef\xbb\xbf\n<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>", "html"),
        (b"<!-- saved from url=(0030)https://courier.example/a -->\n<html>", "html"),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        ("\ufeff<html>".encode("utf-16-le"), "html"),
        (b"<h1>Ferry sails</h1>", "html"),
        (b"<3 of them", "text"),
        (b"<b>erry</b> sails", "text"),
    ],
)
def test_pages_are_told_by_content(head: bytes, name: str) -> None:
    assert importers.detect(head).name == name


def test_the_libraries_are_imported_only_where_a_page_is_read() -> None:
    code = (
        "import sys; from archive.importers import importer_for; importer_for('html').detect(b'<html>');"
        "print([name for name in ('lxml', 'trafilatura', 'htmldate') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_printed_of_what_libraries_dislike(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("<html><title>T</title><body>", "utf-8")
    code = (
        "import sys; from archive.importers import importer_for, parse;"
        "items = list(parse(importer_for('html'), open(sys.argv[1], 'rb'))); print(len(items))"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "x.html")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("1\n", "")


def record(page: str, url: str | None = None) -> Record:
    taken = None if url is None else capture.to_bytes(capture.Capture((capture.Exchange(uri=url),)))
    return Record(original=page.encode(), format="html", capture=taken)


def test_a_page_of_running_text_may_be_an_article() -> None:
    assert is_article(record(document("", MENU)))
    assert is_article(record(document("", MENU), "https://courier.example/a"))


def test_a_short_page_that_calls_itself_an_article_may_be_one() -> None:
    page = document('<meta property="og:type" content="article">', article="<p>Ferry sails.</p>")
    assert is_article(record(page))


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (document("", MENU, article=""), None),
        (document("", MENU), "https://courier.example/"),
        (document("", MENU), "https://courier.example/tag/ferries/"),
        (document("", MENU), "https://courier.example/?s=ferry"),
        (document("", "<form><input type='password' name=p></form>", article="<p>Please log in to read on.</p>"), None),
    ],
)
def test_lists_front_pages_and_forms_are_no_articles(page: str, url: str | None) -> None:
    assert not is_article(record(page, url))


def test_a_long_text_is_an_article_wherever_it_stands() -> None:
    page = document("", MENU, article=ARTICLE * 6)
    assert is_article(record(page, "https://courier.example/category/essays"))
