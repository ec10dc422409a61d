"""robots.txt and the pace: what a site forbids is not fetched, and it is not asked faster than it likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from archive.fetching.faults import FetchError
from archive.fetching.fetcher import Fetcher
from archive.fetching.pace import retry_after
from archive.fetching.robots import concerning
from archive.fetching.transport import Transport
from tests.archive.fetching.conftest import QUICK
from tests.archive.fetching.server import Raw, Reply, Server, endless, page, raw, redirect

if TYPE_CHECKING:
    from tests.archive.fetching.conftest import Waits

PAGE = page("<p>The ferry came in.</p>")


def rules(text: str) -> Reply:
    return page(text, media_type="text/plain")


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /",
        "User-agent: morgue\nDisallow: /harbour",
        "User-Agent: Morgue\nUser-Agent: other\nDisallow: /harbour",
        "User-Agent: Morgue/0.1 # ours\nDisallow: /harbour",
        "User Agent morgue*\nDisallow: /harbour",
        "User-agent:\nUser-agent: *\nDisallow: /",
        "User-agent: *\nAllow: /\nUser-agent: morgue\nDisallow: /*/a$",
        "\ufeffuser-agent: *\r\ndisallow: /harbour/",
    ],
)
def test_what_a_site_forbids_is_not_fetched(fetcher: Fetcher, text: str) -> None:
    with (
        Server({"/robots.txt": rules(text), "/harbour/a": PAGE}) as server,
        pytest.raises(FetchError, match=r"robots\.txt of 127\.0\.0\.1:\d+ does not allow it; --ignore-robots"),
    ):
        fetcher.fetch(server.url("/harbour/a"))
    assert server.asked == ["/robots.txt"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User-agent: *\nDisallow:",
        "User-agent: other\nDisallow: /",
        "User-agent: morgues\nUser-agent: necro-morgue\nUser-agent: mor\nDisallow: /",
        "User-agents: morgue\nDisallow: /",
        "User-agent: *\nDisallow: /\nUser-agent: morgue\nAllow: /",
        "User-agent: *\nDisallow: /\nAllow: /harbour/a",
        "<html><p>Not found</p></html>",
        "\x00\x01",
    ],
)
def test_what_a_site_allows_is_fetched(fetcher: Fetcher, text: str) -> None:
    with Server({"/robots.txt": rules(text), "/harbour/a": PAGE}) as server:
        assert fetcher.fetch(server.url("/harbour/a")).body == PAGE.body


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "403 Forbidden", "410 Gone"])
def test_a_site_without_rules_allows_all(fetcher: Fetcher, status: str) -> None:
    with Server({"/robots.txt": Reply(status=status, body=b"User-agent: *\nDisallow: /"), "/a": PAGE}) as server:
        assert fetcher.fetch(server.url("/a")).body == PAGE.body


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"])
def test_rules_that_cannot_be_had_forbid_all(fetcher: Fetcher, status: str) -> None:
    with Server({"/robots.txt": Reply(status=status), "/a": PAGE}) as server:
        for _ in range(2):
            with pytest.raises(FetchError, match=f"cannot be told, it answered {status}; --ignore-robots does not"):
                fetcher.fetch(server.url("/a"))
    assert "/a" not in server.asked
    # The second page is refused without another question.
    assert len(server.asked) <= 3


def test_rules_are_asked_for_once(fetcher: Fetcher) -> None:
    with Server({"/robots.txt": rules("User-agent: *\nDisallow: /b"), "/a": PAGE}) as server:
        fetcher.fetch(server.url("/a"))
        with pytest.raises(FetchError):
            fetcher.fetch(server.url("/b"))
        fetcher.fetch(server.url("/a"))
    assert server.asked == ["/robots.txt", "/a", "/a"]


def test_rules_hold_where_a_redirect_leads(fetcher: Fetcher) -> None:
    routes = {"/robots.txt": rules("User-agent: *\nDisallow: /b"), "/a": redirect("/b"), "/b": PAGE}
    with Server(routes) as server, pytest.raises(FetchError, match="does not allow it"):
        fetcher.fetch(server.url("/a"))
    assert server.asked == ["/robots.txt", "/a"]


@pytest.mark.parametrize(("hops", "forbidden"), [(5, True), (6, False)])
def test_rules_may_lie_elsewhere(fetcher: Fetcher, hops: int, forbidden: bool) -> None:
    # RFC 9309, section 2.3.1.2: five redirects at least; behind more, there are no rules.
    steps: dict[str, Reply] = {f"/{number}": redirect(f"/{number + 1}") for number in range(1, hops)}
    routes = {"/robots.txt": redirect("/1"), **steps, f"/{hops}": rules("User-agent: *\nDisallow: /a"), "/a": PAGE}
    with Server(routes) as server:
        if forbidden:
            with pytest.raises(FetchError, match="does not allow it"):
                fetcher.fetch(server.url("/a"))
        else:
            assert fetcher.fetch(server.url("/a")).body == PAGE.body


@pytest.mark.parametrize(
    "answer",
    [
        rules("User-agent: *\nDisallow: /a\n" + "# no end\n" * 100_000),
        endless(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /a\n", b"# no end\n" * 100),
    ],
)
def test_of_rules_without_end_the_beginning_holds(fetcher: Fetcher, answer: Reply | Raw) -> None:
    with Server({"/robots.txt": answer, "/a": PAGE, "/b": PAGE}) as server:
        with pytest.raises(FetchError, match="does not allow it"):
            fetcher.fetch(server.url("/a"))
        assert fetcher.fetch(server.url("/b")).body == PAGE.body


def test_rules_from_a_broken_server_forbid_all(fetcher: Fetcher) -> None:
    with (
        Server({"/robots.txt": raw(b"nonsense\r\n"), "/a": PAGE}) as server,
        pytest.raises(FetchError, match="not HTTP"),
    ):
        fetcher.fetch(server.url("/a"))
    assert "/a" not in server.asked


def test_rules_may_be_ignored(waits: Waits) -> None:
    transport = Transport(QUICK, proxies={})
    with (
        Fetcher(QUICK, obey_robots=False, transport=transport, pace=waits.pace()) as fetcher,
        Server({"/robots.txt": rules("User-agent: *\nDisallow: /"), "/a": PAGE}) as server,
    ):
        assert fetcher.fetch(server.url("/a")).body == PAGE.body
    assert server.asked == ["/a"]


def test_rules_for_very_many_are_read_at_once() -> None:
    names = "".join(f"User-agent: bot{number}\nuser agent morgue{number}\n" for number in range(9000))
    hostile = names + "User-agent: morgue\n" + "Disallow: /x\n" * 15000
    # Each rule for each name would be 270 million.
    parsed = Protego.parse(concerning(hostile, "morgue"))
    assert not parsed.can_fetch("https://news.example/x", "morgue")
    assert parsed.can_fetch("https://news.example/y", "morgue")


FRAGMENTS = [
    "User-agent",
    "user agent",
    "useragent",
    "USER-AGENT",
    "Disallow",
    "Allow",
    ":",
    " ",
    "\t",
    "\n",
    "#",
    "*",
    "/",
]
NAMES = ["morgue", "Morgue/2", "bot", "bot2", "b", "/a", "\u2028", "\x0c", "-"]


@given(st.lists(st.sampled_from(FRAGMENTS + NAMES), max_size=40).map("".join))
def test_no_spelling_makes_many_of_the_others(text: str) -> None:
    assert len(Protego.parse(concerning(text, "morgue"))._user_agents) <= 3


@given(st.lists(st.sampled_from(["User-agent: ", "Disallow: ", "Allow: ", *NAMES, "*", "/", "\n", "\n"])).map("".join))
def test_what_is_said_to_others_changes_nothing(text: str) -> None:
    # Of names in which ours is not, both readings must agree.
    plain = text.replace("Morgue/2", "morgue")
    for path in ("/", "/a", "/b", "/morgue"):
        url = f"https://news.example{path}"
        assert Protego.parse(concerning(plain, "morgue")).can_fetch(url, "morgue") == Protego.parse(plain).can_fetch(
            url, "morgue"
        )


# Pace


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("", 1),
        ("User-agent: *\nCrawl-delay: 4", 4),
        ("User-agent: *\nCrawl-delay: 0.25", 0.25),
        ("User-agent: *\nCrawl-delay: 3600", 30),
        ("User-agent: *\nCrawl-delay: ages", 1),
        ("User-agent: other\nCrawl-delay: 9", 1),
    ],
)
def test_a_host_is_left_alone_for_a_while(fetcher: Fetcher, waits: Waits, text: str, delay: float) -> None:
    with Server({"/robots.txt": rules(text), "/a": PAGE, "/b": redirect("/a")}) as server:
        fetcher.fetch(server.url("/a"))
        assert waits.slept == []
        fetcher.fetch(server.url("/b"))
    assert waits.slept == [delay]


def test_waits_do_not_use_up_the_time_for_a_page(fetcher: Fetcher) -> None:
    # 30 s between the pages, of which each may take 5.
    with Server({"/robots.txt": rules("User-agent: *\nCrawl-delay: 30"), "/a": PAGE}) as server:
        for _ in range(3):
            assert fetcher.fetch(server.url("/a")).body == PAGE.body


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 5 ", 5),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 20),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:02:00", 20),
        ("9" * 400, 999_999_999_999),
        ("٣", None),
        ("Thu, 01 Jan 1970 00:02:00 +99999999999999", None),
        ("Thu, 01 Jan 1970 99999999999999999999:02:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=lambda: 100.0) == seconds
