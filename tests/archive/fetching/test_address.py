"""Addresses: what is asked for, what may be kept, and what is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import InvalidValueError
from archive.fetching.address import is_public, is_url, parse, redirected
from archive.redaction import kept_address
from archive.urls import canonical_url


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://news.example", "https://news.example/"),
        (" HTTPS://News.Example:443/A?b=C#d \n", "https://news.example/A?b=C"),
        ("http://news.example:8080/a/../b", "http://news.example:8080/a/../b"),
        ("https://news.example:80/", "https://news.example:80/"),
        ("http://münchen.example/", "http://xn--mnchen-3ya.example/"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://новости.example/", "http://xn--b1amnebsh.example/"),
        ("http://news.example./", "http://news.example./"),
        ("http://a_b.news.example/", "http://a_b.news.example/"),
        ("http://[2001:DB8::0:1]:81/", "http://[2001:db8::1]:81/"),
        ("https://news.example/a b/é?q=ü&r=%zz%20|", "https://news.example/a%20b/%C3%A9?q=%C3%BC&r=%zz%20%7C"),
        ("https://news.example/a\tb\nc", "https://news.example/abc"),
        ("https://news.example/?", "https://news.example/"),
        ("https://user:pass@news.example/", "https://news.example/"),
        ("https://news.example\\@other.example/", "https://other.example/"),
    ],
)
def test_what_is_asked_for(url: str, asked: str) -> None:
    assert parse(url).url == asked


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://news.example/a", "only http:// and https:// addresses are fetched, not ftp"),
        ("file:///etc/passwd", "not file: file:///etc/passwd; give a file by its path"),
        ("news.example/a", "not none"),
        ("https://", "names no host"),
        ("https:///a", "names no host"),
        ("https://user:pass@/a", "names no host"),
        ("https://news.example:99999/", "no URL: Port out of range"),
        ("https://news.example:x/", "no URL: Port could not be cast"),
        ("https://[::1/", "is no URL"),
        ("https://[::zz]/", "is no URL"),
        ("https://news..example/", "no valid host name"),
        ("https://-news.example/", "no valid host name"),
        ("https://ne ws.example/", "no valid host name"),
        (f"https://{'x' * 64}.example/", "no valid host name"),
        (f"https://{'x.' * 130}example/", "no valid host name"),
        ("https://xn--\u00fc.example/", "no valid host name"),
        ("https://a\u0338/\ud800", "is no URL"),
    ],
)
def test_what_is_refused(url: str, message: str) -> None:
    with pytest.raises(InvalidValueError, match=re.escape(message)) as caught:
        parse(url)
    assert "pass@" not in str(caught.value)


def test_credentials_are_apart() -> None:
    address = parse("https://d%C3%A9sk:p%40ss@news.example/a")
    assert (address.user, address.password) == ("désk", "p@ss")
    assert "p@ss" not in repr(address)
    assert parse("https://desk@news.example/").password is None
    assert parse("https://news.example/").user is None


@pytest.mark.parametrize(
    ("location", "url", "user"),
    [
        ("b", "https://news.example/a/b", "desk"),
        ("//other.example/b", "https://other.example/b", None),
        ("http://news.example/b", "http://news.example/b", None),
        ("https://evil:x@news.example/b", "https://news.example/b", "desk"),
        ("https://evil:x@other.example/b", "https://other.example/b", None),
        (" ?q=1#f ", "https://news.example/a/?q=1", "desk"),
        ("/café", "https://news.example/caf%C3%A9", "desk"),
    ],
)
def test_where_redirects_lead(location: str, url: str, user: str | None) -> None:
    following = redirected(parse("https://desk:pass@news.example/a/"), location)
    assert (following.url, following.user) == (url, user)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://news.example/a?id=7", "https://news.example/a?id=7"),
        ("https://u:p@news.example/a", "https://news.example/a"),
        ("https://news.example/a?token=x&id=7", "https://news.example/a?token=REDACTED&id=7"),
        ("https://news.example/a?id=7&X-Amz-Signature=x", "https://news.example/a?id=7&X-Amz-Signature=REDACTED"),
        ("https://news.example/a?Access_Token=x#b", "https://news.example/a?Access_Token=REDACTED#b"),
        ("https://news.example/a#access_token=x", "https://news.example/a#access_token=REDACTED"),
        ("https://news.example/a?apikey=x&my.api-key=y", "https://news.example/a?apikey=REDACTED&my.api-key=REDACTED"),
        ("https://news.example/a?tokens=x&monkey=y&design=z", "https://news.example/a?tokens=x&monkey=y&design=z"),
        ("https://news.example/token=x", "https://news.example/token=x"),
        ("https://news.example/a?token=", "https://news.example/a?token="),
        ("<https://u:p@a.example/?sig=x>; rel=next", "<https://a.example/?sig=REDACTED; rel=next"),
        ("https://news.example/@desk/a", "https://news.example/@desk/a"),
    ],
)
def test_what_is_kept(url: str, kept: str) -> None:
    assert kept_address(url) == kept


@pytest.mark.parametrize("path", ["https://a.example/", "HTTP://a", "ftp://a", "file:///a", "x+y://z"])
def test_what_begins_like_a_url_is_one(path: str) -> None:
    assert is_url(path)


@pytest.mark.parametrize(
    "path", ["-", "a.txt", "/a", "a/b", "C:\\a", "https:/a", "://a", "a b://c", "mailto:a@b", "é://a"]
)
def test_what_does_not_is_a_path(path: str) -> None:
    assert not is_url(path)


@pytest.mark.parametrize(
    "host", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "2002:5db8:d822::1", "64:ff9b::5db8:d822"]
)
def test_public_addresses(host: str) -> None:
    assert is_public(host)


PRIVATE = """
127.0.0.1 10.1.2.3 192.168.0.1 172.16.9.9 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
::1 :: fe80::1%eth0 fd00::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ff02::1 2002:7f00:1:: 64:ff9b::a00:1
"""


@pytest.mark.parametrize("host", PRIVATE.split())
def test_private_addresses(host: str) -> None:
    assert not is_public(host)


@given(st.text(), st.text())
def test_a_url_is_parsed_or_refused(path: str, query: str) -> None:
    address = parse(f"https://news.example/{path}?{query}")
    assert address.url.isascii()
    assert not set(address.url) & set(' \r\n\t"<>\\^`{}|')
    # What is asked for is asked for again in the same way, and is the same page to the archive.
    assert parse(address.url) == address
    assert canonical_url(address.url)


@given(st.text(alphabet="ahtp:/?#[]@%.-ü\\ \n0", max_size=30))
def test_no_url_breaks_out(url: str) -> None:
    try:
        address = parse(url)
    except InvalidValueError:
        return
    assert parse(address.url) == parse(address.url)
    assert address.url.isascii()
