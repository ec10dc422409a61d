"""Canonical URLs: what is the same address becomes the same string, and stays it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import InvalidValueError
from archive.urls import canonical_url

hosts = st.sampled_from(
    [
        *("courier.example", "WWW.Courier.Example", "www.www.courier.example", "www.com", "münchen.example", "[::1]"),
        *("ｗｗｗ。courier。example。", "www.", "127.0.0.1", "a_b.example", ".", "www.www.com"),
    ]
)
pieces = st.sampled_from(
    [
        *("/.?&=%;+:@ é~[]\\\t<" + '"'),
        *("..", "//", "%2e", "%2E%2e", "%25", "%%34%31", "%3", "%zz", "%41", "%c3%a9", "%ff"),
        *("utm_source=x", "utm%5Fmedium=y", "&fbclid=1", "id=17", "ITO=2", "a", "B", "#top"),
    ]
)
urls = st.builds(
    "{}://{}{}{}/{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["", "user:pw@"]),
    hosts,
    st.sampled_from(["", ":", ":80", ":443", ":8080", ":0443"]),
    st.lists(pieces, max_size=8).map("".join),
)


@given(urls)
@example("http://courier.example:443/")
@example("http://www.www.courier.example/")
@example("http://courier.example/%%34%31")
@example("http://courier.example/?utm%5Fsource=x")
@example("http://ｗｗｗ。courier。example。/")
def test_the_canonical_form_is_its_own(url: str) -> None:
    try:
        canonical = canonical_url(url)
    except InvalidValueError:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert canonical.isprintable()
    assert " " not in canonical


@given(st.text(max_size=60).map("https://courier.example/".__add__) | st.text(max_size=40).map("http://".__add__))
def test_any_text_has_a_stable_form_or_an_error_of_ours(url: str) -> None:
    try:
        canonical = canonical_url(url)
    except InvalidValueError:
        return
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "http://courier.example/a/%7Eb?id=17",
        "https://www.courier.example/a/~b?id=17",
        "HTTPS://WWW.COURIER.EXAMPLE:443/a/~b?id=17#comments",
        "http://courier.example:80/a/./x/../~b?&id=17&",
        "https://courier.example./a/%7eb?utm_source=feed&id=17&fbclid=AbC&utm%5fcampaign=x",
        " https://reader:secret@courier.example/a/~b?id=17 ",
    ],
)
def test_addresses_of_one_page_are_one(url: str) -> None:
    assert canonical_url(url) == "https://courier.example/a/~b?id=17"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://courier.example", "https://courier.example/"),
        ("https://courier.example:8080/", "https://courier.example:8080/"),
        ("https://courier.example/?b=2&a=1", "https://courier.example/?b=2&a=1"),
        ("https://courier.example/A", "https://courier.example/A"),
        ("https://courier.example/a/", "https://courier.example/a/"),
        ("https://courier.example/é", "https://courier.example/%C3%A9"),
        ("https://courier.example/a%2fb", "https://courier.example/a%2Fb"),
        ("https://courier.example/100%", "https://courier.example/100%25"),
        ("https://courier.example/%%34%31", "https://courier.example/%2541"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://[2001:DB8::1]:8080/", "https://[2001:db8::1]:8080/"),
        ("https://www.com/", "https://www.com/"),
        ("https://news.www.courier.example/", "https://news.www.courier.example/"),
        ("https://courier.example/../../a", "https://courier.example/a"),
        ("https://courier.example//a", "https://courier.example//a"),
        ("https://courier.example/?q=a+b%20c", "https://courier.example/?q=a+b%20c"),
    ],
)
def test_what_may_change_the_page_is_kept(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "courier.example/a",
        "ftp://courier.example/",
        "mailto:desk@courier.example",
        "https://",
        "https:///a",
        "https://./a",
        "https://[::1/",
        "https://courier.example:99999/",
        "https://courier example/",
        "https://courier.example/\udce9",
        "https://" + "ü" * 70 + ".example/",
        "https://cou\x00rier.example/",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError):
        canonical_url(url)
