"""Cookies of one fetch: sent back to where they came from, whatever they look like, and to nobody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.fetching.address import parse
from archive.fetching.cookies import Cookies

PAGE = parse("https://news.example/a/b")


def header(cookies: Cookies, url: str) -> str | None:
    return cookies.header(parse(url)).get("Cookie")


def test_cookies_go_back_to_where_they_came_from() -> None:
    cookies = Cookies()
    cookies.take(
        PAGE, ("seen=1; Path=/", "deep=2; Path=/a", "safe=3; Secure; Path=/", "wide=4; Domain=news.example; Path=/")
    )
    assert set((header(cookies, "https://news.example/a/c") or "").split("; ")) == {
        "seen=1",
        "deep=2",
        "safe=3",
        "wide=4",
    }
    assert set((header(cookies, "http://news.example/c") or "").split("; ")) == {"seen=1", "wide=4"}
    assert header(cookies, "https://other.example/a") is None


def test_a_cookie_for_another_site_is_not_taken() -> None:
    cookies = Cookies()
    cookies.take(PAGE, ("a=1; Domain=other.example", "b=2; Domain=example"))
    assert cookies.state == frozenset()


def test_what_is_set_anew_is_another_state() -> None:
    cookies = Cookies()
    states = [cookies.state]
    for value in ("a=1", "a=2", "b=1"):
        cookies.take(PAGE, (value,))
        states.append(cookies.state)
    assert len(set(states)) == 4
    cookies.take(PAGE, ("b=1",))
    assert cookies.state == states[-1]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_no_cookie_breaks_out(values: list[str]) -> None:
    cookies = Cookies()
    cookies.take(PAGE, tuple(values))
    sent = header(cookies, PAGE.url) or ""
    assert "\r" not in sent
    assert "\n" not in sent
