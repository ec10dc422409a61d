"""From a URL to a version in the archive, and back to the URL: what is kept, what is asked again, what is unchanged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archive import events
from archive.adding import Outcome
from archive.capture import from_bytes
from archive.fetching.web import Web
from archive.given import Given
from archive.importers.text import TextImporter
from archive.intake import gather
from archive.rereading import read_here
from archive.submitting import reread
from archive.verification import verify
from tests.archive.fetching.server import Reply, Request, Server, page, redirect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from archive.archive import Archive
    from archive.fetching.fetcher import Fetcher
    from archive.submission import Failure

TEXT = b"Ferry comes in\n\nThe Grey Tern came in at dawn, two days late, with nobody hurt.\n"
PLAIN = "text/plain; charset=utf-8"


@pytest.fixture
def web(archive: Archive, fetcher: Fetcher) -> Iterator[Web]:
    """Give the web, as the archive knows it."""
    with Web(fetcher, archive) as made:
        yield made


@pytest.fixture
def following(archive: Archive, fetcher: Fetcher) -> Iterator[Web]:
    """Give the web with the links of entries followed, into this machine, too."""
    with Web(fetcher, archive, follow_links=True, allow_private=True) as made:
        yield made


def plain(text: bytes = TEXT, etag: str | None = None) -> Reply:
    return page(text, *([] if etag is None else [("ETag", etag)]), media_type=PLAIN)


def versioned(text: bytes, etag: str) -> Callable[[Request], Reply]:
    """Return a page that answers a condition as it should."""

    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == etag:
            return Reply(status="304 Not Modified", headers=(("ETag", etag),))
        return plain(text, etag)

    return answer


def add(archive: Archive, web: Web, paths: Iterable[str], given: Given | None = None) -> list[Outcome | Failure]:
    return list(archive.add_many(gather(paths, given=given or Given(), web=web)))


def statuses(results: list[Outcome | Failure]) -> list[str]:
    """Return what became of the articles, in order, and behind them of the failures, which wait for no batch."""
    done = [result.status for result in results if isinstance(result, Outcome)]
    return done + [result.outcome for result in results if not isinstance(result, Outcome)]


def failures(results: list[Outcome | Failure]) -> list[str]:
    return [str(result) for result in results if not isinstance(result, Outcome)]


def only(results: list[Outcome | Failure]) -> Outcome:
    (result,) = results
    assert isinstance(result, Outcome), result
    return result


# What is kept


def test_a_page_is_an_article_with_its_capture(archive: Archive, web: Web) -> None:
    with Server({"/a": redirect("/b"), "/b": plain()}) as server:
        outcome = only(add(archive, web, [server.url("/a#top")]))
        first, last = server.url("/a"), server.url("/b")
    version = archive.version(outcome.position)
    article = version.article
    assert (outcome.status, outcome.title, outcome.origin) == ("added", "Ferry comes in", first)
    assert archive.original(version) == TEXT
    assert (article.origin.path, article.origin.format, article.metadata.url) == (first, "text", last)
    candidate = article.metadata.chosen("url")
    assert candidate is not None
    assert candidate.method == "http"
    capture = from_bytes(archive.store.part(outcome.position, events.CAPTURE))
    assert [exchange.uri for exchange in capture.exchanges] == [first, last]
    assert article.captured == capture.response.date
    assert archive.record(version).capture == archive.store.part(outcome.position, events.CAPTURE)


def test_pages_and_files_are_added_in_their_order(archive: Archive, web: Web, tmp_path: Path) -> None:
    for name in ("1", "3"):
        (tmp_path / f"{name}.txt").write_text(f"Text of {name}, which is long enough.")
    with Server({"/2": plain(b"Text of 2, which is long enough."), "/4": plain(b"Text of 4, at the end.")}) as server:
        paths = [str(tmp_path / "1.txt"), server.url("/2"), str(tmp_path / "3.txt"), server.url("/4")]
        results = add(archive, web, paths)
    assert statuses(results) == ["added"] * 4
    assert [result.origin for result in results if isinstance(result, Outcome)] == paths


def test_a_page_that_fails_costs_no_other(archive: Archive, web: Web) -> None:
    with Server({"/a": plain(), "/b": Reply(status="500 Oops")}) as server:
        results = add(archive, web, [server.url("/b"), "gopher://a.example/", server.url("/a")])
        url = server.url("/b")
    assert statuses(results) == ["added", "failed", "failed"]
    assert failures(results)[0] == f"{url}: answered 500 Oops"
    assert "only http:// and https:// addresses are fetched, not gopher" in failures(results)[1]


def test_a_file_that_is_named_like_a_url_is_a_file(
    archive: Archive, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "http:").mkdir()
    (tmp_path / "http:" / "a").write_bytes(TEXT)
    assert only(add(archive, web, ["http://a"])).origin == str(tmp_path / "http:" / "a")


@pytest.mark.parametrize("rest", ["a" * 5000, "a\x00b", "a/" * 3000])
def test_an_address_may_be_what_no_file_could_be_called(archive: Archive, web: Web, rest: str) -> None:
    with Server({}) as server:
        (failed,) = add(archive, web, [server.url("/" + rest)])
    assert str(failed).endswith(": answered 404 Not Found")


def test_secrets_of_an_address_are_not_kept(archive: Archive, web: Web) -> None:
    with Server({"/a?token=s3cret": plain()}) as server:
        outcome = only(add(archive, web, [server.url("/a?token=s3cret").replace("//", "//desk:s3cret@")]))
        assert outcome.origin == server.url("/a?token=REDACTED")
    archive.close()
    assert b"s3cret" not in (archive.path / "events.db").read_bytes()


def test_bytes_are_kept_whatever_the_header_says_of_them(archive: Archive, web: Web) -> None:
    text = "Fähre läuft ein\n\nDie Fähre lief früh am Morgen ein, zwei Tage zu spät.\n".encode()
    with Server({"/a": page(text, media_type="text/plain; charset=iso-8859-1")}) as server:
        version = archive.version(only(add(archive, web, [server.url("/a")])).position)
    assert archive.original(version) == text


# The same again


def test_what_has_not_changed_costs_one_exchange(archive: Archive, web: Web) -> None:
    with Server({"/a": versioned(TEXT, '"1"')}) as server:
        added = only(add(archive, web, [server.url("/a")]))
        size = archive.size()
        again = only(add(archive, web, [server.url("/a")]))
        assert server.requests[-1].headers["if-none-match"] == '"1"'
    assert (again.status, again.position, again.title) == ("unchanged", added.position, added.title)
    assert (again.digest, again.article_id, again.origin) == (added.digest, added.article_id, added.origin)
    assert archive.size() == size


def test_without_a_word_of_the_server_bytes_are_compared(archive: Archive, web: Web) -> None:
    with Server({"/a": plain()}) as server:
        assert [only(add(archive, web, [server.url("/a")])).status for _ in range(3)] == [
            "added",
            "unchanged",
            "unchanged",
        ]


def test_what_has_changed_is_revised(archive: Archive, web: Web) -> None:
    with Server({"/a": versioned(TEXT, '"1"')}) as server:
        seen = [only(add(archive, web, [server.url("/a")])).status]
        server.routes["/a"] = versioned(TEXT + b"Nobody was hurt.\n", '"2"')
        seen += [only(add(archive, web, [server.url("/a")])).status for _ in range(2)]
        # The publisher goes back to the first text: it must not be taken for what was asked about.
        server.routes["/a"] = versioned(TEXT, '"1"')
        seen += [only(add(archive, web, [server.url("/a")])).status for _ in range(2)]
    assert seen == ["added", "revised", "unchanged", "revised", "unchanged"]
    assert [request.headers.get("if-none-match") for request in server.requests[1:]] == [
        None,
        '"1"',
        '"2"',
        '"2"',
        '"1"',
    ]


def test_a_page_is_remembered_by_the_address_that_was_asked_for(archive: Archive, web: Web) -> None:
    with Server({"/short": redirect("/long"), "/long": versioned(TEXT, '"1"')}) as server:
        for _ in range(2):
            add(archive, web, [server.url("/short")])
        assert server.requests[-1].headers["if-none-match"] == '"1"'
        # And by the address at which it lies.
        add(archive, web, [server.url("/long")])
        assert server.requests[-1].headers["if-none-match"] == '"1"'
    assert list(verify(archive)) == []


def test_a_page_that_is_said_to_be_another_article_is_fetched(archive: Archive, web: Web) -> None:
    with Server({"/a": versioned(TEXT, '"1"')}) as server:
        first = only(add(archive, web, [server.url("/a")]))
        other = only(add(archive, web, [server.url("/a")], Given(key="wire-7")))
        assert "if-none-match" not in server.requests[-1].headers
        same = only(add(archive, web, [server.url("/a")], Given(article_id=first.article_id)))
        elsewhere = only(add(archive, web, [server.url("/a")], Given(fields={"url": "https://news.example/a"})))
    assert (first.status, other.status, same.status, elsewhere.status) == ("added", "unchanged", "unchanged", "added")


def test_a_version_that_is_not_the_current_one_is_not_asked_about(archive: Archive, web: Web, tmp_path: Path) -> None:
    with Server({"/a": versioned(TEXT, '"1"')}) as server:
        first = only(add(archive, web, [server.url("/a")]))
        file = tmp_path / "a.txt"
        file.write_bytes(b"Another text, which is said to be newer than that.")
        given = Given(article_id=first.article_id, captured="2999-01-01")
        assert only(add(archive, web, [str(file)], given)).status == "revised"
        add(archive, web, [server.url("/a")])
        assert "if-none-match" not in server.requests[-1].headers


def test_the_lines_of_a_list_are_not_at_its_address(archive: Archive, web: Web) -> None:
    lines = [json.dumps({"id": f"w-{number}", "text": f"Text {number}, long enough."}).encode() for number in range(3)]
    routes = {"/list": page(b"\n".join(lines), ("ETag", '"1"'), media_type="application/jsonl")}
    with Server(routes) as server:
        results = add(archive, web, [server.url("/list")])
        assert statuses(results) == ["added"] * 3
        versions = [archive.version(result.position) for result in results if isinstance(result, Outcome)]
        assert [version.metadata.url for version in versions] == [None] * 3
        assert all(version.article.captured is not None for version in versions)
        # A run that was interrupted within the list must be able to go on.
        assert statuses(add(archive, web, [server.url("/list")])) == ["unchanged"] * 3
        assert "if-none-match" not in server.requests[-1].headers


# Links of entries


def entries(server: Server, *records: dict[str, str]) -> bytes:
    return b"\n".join(
        json.dumps({**record, "url": server.url(record["url"])} if "url" in record else record).encode()
        for record in records
    )


def listed(folder: Path, server: Server, *records: dict[str, str]) -> str:
    file = folder / "list.jsonl"
    file.write_bytes(entries(server, *records))
    return str(file)


def test_the_pages_that_entries_lead_to_are_added(archive: Archive, following: Web, tmp_path: Path) -> None:
    with Server({"/a": redirect("/b"), "/b": plain()}) as server:
        path = listed(tmp_path, server, {"url": "/a", "title": "Ferry in", "text": "", "publisher": "Port Gazette"})
        outcome = only(add(archive, following, [path]))
        url = server.url("/a")
    version = archive.version(outcome.position)
    assert archive.original(version) == TEXT
    assert (version.article.origin.path, version.article.origin.format) == (url, "text")
    assert version.article.origin.container == "jsonl"
    assert version.metadata.publisher == "Port Gazette"
    methods = {name: [one.method for one in found] for name, found in version.metadata.fields.items()}
    assert methods["title"] == ["json", "heading"]
    assert methods["url"] == ["json", "http"]
    entry = version.metadata.fields["title"][0]
    assert (entry.value, entry.span) == ("Ferry in", None)


def test_an_entry_without_a_link_is_an_article_of_its_own(archive: Archive, following: Web, tmp_path: Path) -> None:
    with Server({"/a": plain()}) as server:
        path = listed(tmp_path, server, {"text": "A text of its own."}, {"url": "/a", "text": ""})
        results = add(archive, following, [path])
    assert statuses(results) == ["added", "added"]
    assert archive.text(archive.version(1)) == "A text of its own."


def test_an_entry_whose_page_fails_is_added_with_its_own_text(archive: Archive, following: Web, tmp_path: Path) -> None:
    with Server({"/a": Reply(status="403 Forbidden")}) as server:
        path = listed(
            tmp_path, server, {"url": "/a", "text": "The summary of it."}, {"url": "/a?2", "text": "", "title": "T"}
        )
        results = add(archive, following, [path])
        url = server.url("/a")
    assert statuses(results) == ["added", "incomplete", "failed"]
    assert (
        failures(results)[0]
        == f"{path}:1: the page {url} cannot be had: answered 403 Forbidden; the entry's own text was added"
    )
    assert failures(results)[1].endswith("answered 404 Not Found; the entry has no text of its own")
    assert archive.text(archive.version(1)) == "The summary of it."


def test_a_summary_takes_no_page_s_place(archive: Archive, following: Web, tmp_path: Path) -> None:
    with Server({"/a": plain()}) as server:
        path = listed(tmp_path, server, {"url": "/a", "text": "The summary of it."})
        assert statuses(add(archive, following, [path])) == ["added"]
        server.routes["/a"] = Reply(status="502 Bad Gateway")
        (failed,) = add(archive, following, [path])
    assert str(failed).endswith("answered 502 Bad Gateway; what the archive has of it stays")
    assert archive.text(archive.version(1)) == TEXT.decode()


def test_a_page_replaces_the_summary_that_stood_for_it(archive: Archive, following: Web, tmp_path: Path) -> None:
    with Server({}) as server:
        path = listed(tmp_path, server, {"url": "/a", "text": "The summary of it."})
        assert statuses(add(archive, following, [path])) == ["added", "incomplete"]
        server.routes["/a"] = plain()
        assert statuses(add(archive, following, [path])) == ["revised"]


def test_pages_of_entries_that_have_not_changed_cost_one_exchange(
    archive: Archive, following: Web, tmp_path: Path
) -> None:
    with Server({"/a": versioned(TEXT, '"1"'), "/b": versioned(TEXT + b"!", '"2"')}) as server:
        path = listed(tmp_path, server, {"url": "/a", "text": ""}, {"url": "/b", "text": ""})
        assert statuses(add(archive, following, [path])) == ["added"] * 2
        assert statuses(add(archive, following, [path])) == ["unchanged"] * 2
        assert [request.headers.get("if-none-match") for request in server.requests[-2:]] == ['"1"', '"2"']


def test_a_list_may_be_fetched_too(archive: Archive, following: Web) -> None:
    with Server({"/a": plain()}) as server:
        server.routes["/list"] = page(entries(server, {"url": "/a", "text": ""}), media_type="application/jsonl")
        outcome = only(add(archive, following, [server.url("/list")]))
        assert outcome.origin == server.url("/a")


@pytest.mark.parametrize("link", ["http://127.0.0.1:{port}/a", "http://localhost:{port}/a"])
def test_links_of_entries_do_not_lead_into_private_networks(
    archive: Archive, fetcher: Fetcher, tmp_path: Path, link: str
) -> None:
    file = tmp_path / "list.jsonl"
    with Server({"/a": plain()}) as server, Web(fetcher, archive, follow_links=True) as web:
        file.write_text(json.dumps({"url": link.format(port=server.port), "text": ""}))
        (failed,) = add(archive, web, [str(file)])
        # What the user names is fetched wherever it is.
        assert only(add(archive, web, [server.url("/a")])).status == "added"
    assert "is in a private network" in str(failed)
    assert server.asked == ["/robots.txt", "/a"]


def test_redirects_of_links_do_not_lead_there_either(
    archive: Archive, fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "list.jsonl"
    try:
        inner = Server({"/a": plain()}, host="127.0.0.2")
    except OSError:
        pytest.skip("this machine has one address of its own only")
    monkeypatch.setattr("archive.fetching.transport.is_public", lambda host: host == "127.0.0.1")
    with inner, Server({"/b": redirect(inner.url("/a"))}) as outer:
        file.write_text(json.dumps({"url": outer.url("/b"), "text": ""}))
        with Web(fetcher, archive, follow_links=True) as web:
            (failed,) = add(archive, web, [str(file)])
    assert "is in a private network" in str(failed)
    assert (outer.asked, inner.asked) == (["/robots.txt", "/b"], [])


def test_other_links_of_entries_are_refused(archive: Archive, following: Web, tmp_path: Path) -> None:
    file = tmp_path / "list.jsonl"
    file.write_text(json.dumps({"url": "file:///etc/passwd", "text": ""}))
    (failed,) = add(archive, following, [str(file)])
    assert "only http:// and https:// addresses are fetched, not file" in str(failed)


def test_what_is_read_again_keeps_what_the_entry_said(
    archive: Archive, following: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server({"/a": plain()}) as server:
        path = listed(tmp_path, server, {"url": "/a", "text": "", "publisher": "Port Gazette"})
        version = archive.version(only(add(archive, following, [path], Given(fields={"place": "Port Ansel"}))).position)
    monkeypatch.setattr(TextImporter, "version", TextImporter.version + 1)
    again = reread(version.article, lambda: archive.record(version), read_here)
    assert again is not None
    assert again[0].metadata.publisher == "Port Gazette"
    assert again[0].metadata.place == "Port Ansel"
    assert again[0].canonical_url == version.article.canonical_url
