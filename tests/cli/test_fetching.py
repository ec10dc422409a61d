"""`morgue add URL`: pages from a server on this machine, as a script and as somebody at a terminal see it."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import sessions
from tests.archive.fetching.server import Reply, Server, drip, page, redirect
from tests.cli.process import MORGUE, morgue

if TYPE_CHECKING:
    from tests.archive.fetching.server import Request
    from tests.sessions import Place

TEXT = "Ferry comes in\n\nThe Grey Tern came in at dawn, two days late, with nobody hurt.\n"


def plain(text: str = TEXT) -> Reply:
    return page(text, media_type="text/plain")


def conditional(request: Request) -> Reply:
    if request.headers.get("if-none-match") == '"1"':
        return Reply(status="304 Not Modified")
    return page(TEXT, ("ETag", '"1"'), media_type="text/plain")


def test_a_list_of_urls_is_added_every_day(place: Place) -> None:
    with Server({"/a": conditional, "/robots.txt": plain("User-agent: *\nCrawl-delay: 0")}) as server:
        first = morgue(place, "add", server.url("/a"))
        again = morgue(place, "add", server.url("/a"), "--json")
    assert (first.code, first.statuses, first.stderr) == (0, ["added"], "")
    assert (again.code, again.stderr) == (0, "")
    outcome = json.loads(again.stdout)
    assert (outcome["status"], outcome["title"]) == ("unchanged", "Ferry comes in")
    assert outcome["origin"] == server.url("/a")
    assert server.asked == ["/robots.txt", "/a"] * 2


def test_a_dry_run_fetches_and_adds_nothing(place: Place) -> None:
    with Server({"/a": conditional, "/b": plain(TEXT + "Nobody was hurt.\n")}) as server:
        planned = morgue(place, "add", "--dry-run", server.url("/a"))
        assert (planned.code, planned.statuses) == (0, ["added"])
        assert morgue(place, "status").code == 4
        assert morgue(place, "add", server.url("/a")).statuses == ["added"]
        again = morgue(place, "add", "--dry-run", server.url("/a"), server.url("/b"))
    assert again.statuses == ["unchanged", "added"]
    assert [line.split("\t")[0] for line in again.lines] == ["1", "-"]


def test_an_article_is_found_by_its_url(place: Place) -> None:
    with Server({"/a": redirect("/b"), "/b": plain()}) as server:
        assert morgue(place, "add", server.url("/a")).code == 0
        shown = morgue(place, "show", server.url("/b"))
    assert shown.code == 0
    assert "Grey Tern" in shown.stdout
    assert morgue(place, "search", "tern", "--format", "urls").stdout.strip() == server.url("/b")


def test_what_cannot_be_fetched_costs_nothing_else(place: Place) -> None:
    with Server({"/a": plain(), "/bad": Reply(status="410 Gone")}) as server:
        done = morgue(
            place, "add", server.url("/bad"), "nowhere.txt", "ftp://a.example/b", "clippings", server.url("/a")
        )
        url = server.url("/bad")
    assert done.code == 3
    assert done.stderr.splitlines()[:3] == [
        f"{url}: answered 410 Gone",
        "nowhere.txt: no such file or folder",
        "ftp://a.example/b: only http:// and https:// addresses are fetched, not ftp: ftp://a.example/b",
    ]
    assert done.statuses[-1] == "added"


def test_a_timeout_and_robots_can_be_set(place: Place) -> None:
    forbidding = {"/robots.txt": plain("User-agent: *\nDisallow: /"), "/a": plain()}
    with Server({**forbidding, "/slow": drip(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000, 0.01)}) as server:
        refused = morgue(place, "add", server.url("/a"))
        slow = morgue(place, "add", server.url("/slow"), "--ignore-robots", "--timeout", "0.3")
        done = morgue(place, "add", server.url("/a"), "--ignore-robots")
    assert (refused.code, slow.code, done.code) == (3, 3, 0)
    assert "--ignore-robots fetches it" in refused.stderr
    assert "took longer than 0.3 s; allow more with --timeout" in slow.stderr


@pytest.mark.parametrize("value", ["0", "-1", "soon", "nan", "inf"])
def test_a_timeout_that_is_none_is_refused(place: Place, value: str) -> None:
    done = morgue(place, "add", "https://news.example/", "--timeout", value)
    assert done.code == 2
    assert "--timeout" in done.stderr


def test_links_of_a_list_are_fetched(place: Place) -> None:
    with Server({"/a": plain(), "/robots.txt": plain("User-agent: *\nCrawl-delay: 0")}) as server:
        entries = "".join(json.dumps({"url": server.url(path), "text": ""}) + "\n" for path in ("/a", "/b"))
        refused = morgue(place, "add", "-", "--fetch-links", stdin=entries.encode())
        done = morgue(place, "add", "-", "--fetch-links", "--allow-private", stdin=entries.encode())
    assert refused.code == done.code == 3
    assert "links are followed only with --allow-private" in refused.stderr
    assert done.statuses == ["added"]
    assert done.stderr.splitlines()[0].startswith(
        f"-:2: the page {server.url('/b')} cannot be had: answered 404 Not Found"
    )


def test_secrets_of_a_url_stay_out_of_what_is_printed(place: Place) -> None:
    with Server({"/a?token=s3cret": plain()}) as server:
        url = server.url("/a?token=s3cret").replace("//", "//desk:hunter2@")
        done = morgue(place, "add", url, "--json")
        failed = morgue(place, "add", url.replace("/a?", "/b?"))
    runs = morgue(place, "log", "--runs", "--json").stdout
    told = morgue(place, "explain", "1").stdout
    assert "[redacted]" in runs
    for output in (done.stdout, done.stderr, failed.stderr, runs, told):
        assert "s3cret" not in output
        assert "hunter2" not in output
    assert "token=REDACTED: answered 404" in failed.stderr


def test_fetching_can_be_interrupted(place: Place) -> None:
    slow = drip(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000, 0.01)
    with Server({"/a": plain(), "/robots.txt": plain("User-agent: *\nCrawl-delay: 0"), "/slow": slow}) as server:
        process = subprocess.Popen(
            [MORGUE, "add", server.url("/a"), server.url("/slow")],
            cwd=place.work,
            env=place.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while "/slow" not in server.asked:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
    # Neither a lock nor half an article is left.
    assert morgue(place, "add", "clippings").code == 0
    assert morgue(place, "verify").code == 0


def test_on_a_terminal_the_address_that_is_waited_for_is_shown(place: Place) -> None:
    with Server({"/a": plain()}) as server:
        done = sessions.run(f"morgue add {server.url('/a')}", place, terminal=True)
    assert done.code == 0
    assert server.url("/a") in done.output
    assert "1 added" in done.output
