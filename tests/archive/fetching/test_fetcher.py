"""Fetching from servers that behave: what is asked, what comes back, what is recorded of it."""

from __future__ import annotations

import gzip
import socket
import ssl
import zlib
from typing import TYPE_CHECKING

import pytest

from archive.capture import from_bytes, to_bytes
from archive.fetching.faults import FetchError
from archive.fetching.fetcher import Fetcher, Validators, validators
from archive.fetching.limits import Limits
from archive.fetching.transport import USER_AGENT, Transport
from tests.archive.fetching.conftest import QUICK, Waits
from tests.archive.fetching.server import Raw, Reply, Request, Server, Tunnel, page, raw, redirect

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

PAGE = page("<p>The ferry came in.</p>", ("ETag", '"v1"'), ("Last-Modified", "Mon, 10 Mar 2031 09:00:00 GMT"))


def test_a_page_comes_with_its_capture(fetcher: Fetcher) -> None:
    with Server({"/a": PAGE}) as server:
        fetched = fetcher.fetch(server.url("/a"))
        uri = server.url("/a")
    assert fetched.body == b"<p>The ferry came in.</p>"
    assert fetched.modified
    exchange = fetched.capture.response
    assert (exchange.uri, exchange.status) == (uri, "HTTP/1.1 200 OK")
    assert exchange.headers == (
        ("Content-Type", "text/html; charset=utf-8"),
        ("ETag", '"v1"'),
        ("Last-Modified", "Mon, 10 Mar 2031 09:00:00 GMT"),
        ("Content-Length", "25"),
    )
    assert exchange.date is not None
    assert exchange.date.endswith("Z")
    assert from_bytes(to_bytes(fetched.capture)) == fetched.capture


def test_the_client_says_who_it_is(fetcher: Fetcher) -> None:
    with Server({"/a": PAGE}) as server:
        fetcher.fetch(server.url("/a"))
    assert [request.headers["user-agent"] for request in server.requests] == [USER_AGENT] * 2
    assert USER_AGENT.startswith("morgue/")


def test_headers_are_kept_in_their_order_and_spelling(fetcher: Fetcher) -> None:
    headers = (("X-b", "1"), ("x-A", "2"), ("Link", "<a>"), ("X-B", "3"), ("LINK", "<b>"))
    with Server({"/a": page("text", *headers)}) as server:
        fetched = fetcher.fetch(server.url("/a"))
    assert fetched.capture.response.headers[1:-1] == headers


def test_headers_in_utf_8_and_in_latin_1_are_read(fetcher: Fetcher) -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-Utf: caf\xc3\xa9\r\nX-Latin: caf\xe9\r\nContent-Length: 4\r\n\r\ntext"
    with Server({"/a": raw(answer)}) as server:
        response = fetcher.fetch(server.url("/a")).capture.response
    assert (response.header("x-utf"), response.header("x-latin")) == ("café", "café")


def test_a_connection_is_used_again(fetcher: Fetcher) -> None:
    with Server({"/a": PAGE, "/b": PAGE, "/c": redirect("/a")}) as server:
        for target in ("/a", "/b", "/c", "/missing"):
            try:
                fetcher.fetch(server.url(target))
            except FetchError as error:
                assert "404" in str(error)  # noqa: PT017 - one of four
    assert server.asked == ["/robots.txt", "/a", "/b", "/c", "/a", "/missing"]
    assert server.connections == 1


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(fetcher: Fetcher) -> None:
    with Server({"/robots.txt": raw(PAGE.encoded()), "/a": PAGE}) as server:
        assert fetcher.fetch(server.url("/a")).body == PAGE.body
    assert server.connections == 2


# Redirects


def test_redirects_are_followed_and_recorded(fetcher: Fetcher) -> None:
    routes = {"/a": redirect("/b?x=1", "301 Moved Permanently"), "/b?x=1": redirect("c"), "/c": PAGE}
    with Server(routes) as server:
        capture = fetcher.fetch(server.url("/a")).capture
        assert [exchange.uri for exchange in capture.exchanges] == [server.url(t) for t in ("/a", "/b?x=1", "/c")]
    assert [exchange.status[9:12] for exchange in capture.exchanges] == ["301", "302", "200"]
    assert capture.exchanges[0].header("location") == "/b?x=1"
    assert capture.requested.endswith("/a")


def test_a_cookie_that_is_asked_for_is_brought(fetcher: Fetcher) -> None:
    def consent(request: Request) -> Reply:
        return (
            PAGE if request.headers.get("cookie") == "seen=1" else redirect("/a", "302 Found", ("Set-Cookie", "seen=1"))
        )

    with Server({"/a": consent}) as server:
        capture = fetcher.fetch(server.url("/a")).capture
        # Nobody is recognised from one page to the next.
        assert fetcher.fetch(server.url("/a")).body == PAGE.body
    assert server.asked == ["/robots.txt", *["/a"] * 4]
    assert capture.exchanges[0].header("set-cookie") == "seen=…"


def test_a_cookie_goes_back_byte_by_byte(fetcher: Fetcher) -> None:
    def consent(request: Request) -> Reply | Raw:
        if request.headers.get("cookie") == "name=caf\xc3\xa9":
            return PAGE
        return raw(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nSet-Cookie: name=caf\xc3\xa9\r\nContent-Length: 0\r\n\r\n")

    with Server({"/a": consent}) as server:
        assert fetcher.fetch(server.url("/a")).body == PAGE.body


def test_redirects_in_a_circle_are_told(fetcher: Fetcher) -> None:
    with (
        Server({"/a": redirect("/b"), "/b": redirect("/a")}) as server,
        pytest.raises(FetchError, match=r"in a circle, over http://127\.0\.0\.1:\d+/a$"),
    ):
        fetcher.fetch(server.url("/a"))
    assert server.asked == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize(("hops", "fine"), [(10, True), (11, False)])
def test_ten_redirects_are_followed(fetcher: Fetcher, hops: int, fine: bool) -> None:
    routes: dict[str, Reply] = {f"/{number}": redirect(f"/{number + 1}") for number in range(hops)}
    with Server({**routes, f"/{hops}": PAGE}) as server:
        if fine:
            assert fetcher.fetch(server.url("/0")).body == PAGE.body
        else:
            with pytest.raises(FetchError, match="redirects more than 10 times"):
                fetcher.fetch(server.url("/0"))


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/a", "javascript:alert(1)", "http://:80/", "//["]
)
def test_redirects_lead_to_web_pages_only(fetcher: Fetcher, location: str) -> None:
    with Server({"/a": redirect(location)}) as server, pytest.raises(FetchError, match="redirects to nowhere"):
        fetcher.fetch(server.url("/a"))


def test_a_redirect_that_leads_nowhere_is_told(fetcher: Fetcher) -> None:
    with (
        Server({"/a": Reply(status="302 Found")}) as server,
        pytest.raises(FetchError, match="302 Found without saying"),
    ):
        fetcher.fetch(server.url("/a"))


def test_a_redirect_from_https_to_http_is_noted(tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path) -> None:
    with Server({"/b": PAGE}) as plain, Server({"/a": redirect(plain.url("/b"))}, tls=tls) as server:
        with trusting(authority, tmp_path) as fetcher:
            fetched = fetcher.fetch(server.url("/a"))
        assert fetched.body == PAGE.body
        assert fetched.notes == (
            f"was redirected from https to http, where it can be changed on the way: {plain.url('/b')}",
        )


def test_a_page_that_leads_to_the_front_page_is_gone(fetcher: Fetcher) -> None:
    routes = {"/old/a": redirect("/"), "/?p=7": redirect("/"), "/start": redirect("/home"), "/home": PAGE, "/": PAGE}
    with Server(routes) as server:
        for target in ("/old/a", "/?p=7"):
            with pytest.raises(FetchError, match=r"is gone: leads to the front page of 127\.0\.0\.1:\d+ instead"):
                fetcher.fetch(server.url(target))
        for target in ("/", "/start"):
            assert fetcher.fetch(server.url(target)).body == PAGE.body


# Credentials and secrets


def test_credentials_are_sent_and_not_kept(fetcher: Fetcher) -> None:
    with Server({"/a": redirect("/b"), "/b": PAGE}) as server:
        url = server.url("/a").replace("//", "//desk:p%40ss@")
        capture = fetcher.fetch(url).capture
    assert [request.headers.get("authorization") for request in server.requests[1:]] == ["Basic ZGVzazpwQHNz"] * 2
    assert b"desk" not in to_bytes(capture)
    assert b"ss@" not in to_bytes(capture)


def test_credentials_stay_with_their_site(fetcher: Fetcher) -> None:
    with Server({"/b": PAGE}) as other, Server({"/a": redirect(other.url("/b"))}) as server:
        fetcher.fetch(server.url("/a").replace("//", "//desk:pass@"))
    assert all("authorization" not in request.headers for request in other.requests)


def test_tokens_are_sent_and_not_kept(fetcher: Fetcher) -> None:
    with Server({"/a?id=7&token=s3cret": redirect("/b?api_key=s3cret"), "/b?api_key=s3cret": PAGE}) as server:
        capture = fetcher.fetch(server.url("/a?id=7&token=s3cret")).capture
    assert b"s3cret" not in to_bytes(capture)
    assert capture.requested.endswith("/a?id=7&token=REDACTED")


# Content codings


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("gzip", gzip.compress(PAGE.body)),
        ("X-GZip", gzip.compress(PAGE.body)),
        ("gzip", gzip.compress(PAGE.body[:9]) + gzip.compress(PAGE.body[9:])),
        ("gzip", gzip.compress(PAGE.body) + b"\x00" * 40),
        ("deflate", zlib.compress(PAGE.body)),
        ("deflate", zlib.compress(PAGE.body)[2:-4]),
        ("deflate, gzip", gzip.compress(zlib.compress(PAGE.body))),
        ("identity", PAGE.body),
        ("", PAGE.body),
        ("gzip", PAGE.body),
    ],
)
def test_content_codings_are_removed(fetcher: Fetcher, name: str, encoded: bytes) -> None:
    with Server({"/a": page(encoded, ("Content-Encoding", name))}) as server:
        fetched = fetcher.fetch(server.url("/a"))
    assert fetched.body == PAGE.body
    assert fetched.capture.response.header("content-encoding") == name


def test_chunks_are_joined(fetcher: Fetcher) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Server({"/a": raw(head, b"4\r\nThe \r\n", b"5;x=y\r\nferry\r\n", b"0\r\nX-Trailer: 1\r\n\r\n")}) as server:
        assert fetcher.fetch(server.url("/a")).body == b"The ferry"


def test_a_body_without_a_length_ends_with_the_connection(fetcher: Fetcher) -> None:
    with Server({"/a": raw(b"HTTP/1.0 200 OK\r\n\r\nThe ferry")}) as server:
        fetched = fetcher.fetch(server.url("/a"))
    assert fetched.body == b"The ferry"
    assert fetched.capture.response.status == "HTTP/1.0 200 OK"


# Conditions


def conditional(request: Request) -> Reply:
    return Reply(status="304 Not Modified") if request.headers.get("if-none-match") == '"v1"' else PAGE


def test_what_was_captured_before_is_asked_for_on_condition(fetcher: Fetcher) -> None:
    with Server({"/a": conditional}) as server:
        first = fetcher.fetch(server.url("/a"))
        known = validators(first.capture)
        second = fetcher.fetch(server.url("/a"), known=known)
    assert known == Validators(uri=server.url("/a"), etag='"v1"', last_modified="Mon, 10 Mar 2031 09:00:00 GMT")
    assert (first.modified, second.modified, second.body) == (True, False, b"")
    assert server.requests[-1].headers["if-modified-since"] == "Mon, 10 Mar 2031 09:00:00 GMT"


def test_conditions_are_for_the_address_that_they_came_from(fetcher: Fetcher) -> None:
    with Server({"/a": redirect("/b"), "/b": conditional}) as server:
        known = validators(fetcher.fetch(server.url("/a")).capture)
        assert not fetcher.fetch(server.url("/a"), known=known).modified
    assert ["if-none-match" in request.headers for request in server.requests] == [False] * 4 + [True]


def test_an_answer_that_says_nothing_of_its_version_cannot_be_asked_about(fetcher: Fetcher) -> None:
    with Server({"/a": page("text")}) as server:
        assert validators(fetcher.fetch(server.url("/a")).capture) is None


def test_not_modified_without_a_condition_is_an_error(fetcher: Fetcher) -> None:
    with (
        Server({"/a": Reply(status="304 Not Modified")}) as server,
        pytest.raises(FetchError, match="304 Not Modified, though nothing was asked on condition"),
    ):
        fetcher.fetch(server.url("/a"))


# Addresses


def test_a_fragment_is_not_asked_for(fetcher: Fetcher) -> None:
    with Server({"/a": PAGE}) as server:
        assert fetcher.fetch(server.url("/a#part")).capture.requested == server.url("/a")
    assert server.asked == ["/robots.txt", "/a"]


def test_a_path_that_is_not_ascii_is_encoded(fetcher: Fetcher) -> None:
    with Server({"/m%C3%A9daille%20d'or?q=%20%C3%A9": PAGE}) as server:
        assert fetcher.fetch(server.url("/médaille d'or?q=%20é")).body == PAGE.body


def test_ipv6(fetcher: Fetcher) -> None:
    try:
        server = Server({"/a": PAGE}, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        fetched = fetcher.fetch(server.url("/a"))
    assert fetched.capture.requested == f"http://[::1]:{server.port}/a"
    assert server.requests[0].headers["host"] == f"[::1]:{server.port}"


def test_a_host_in_another_script_is_looked_up_as_browsers_do(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []
    real = socket.getaddrinfo

    def look_up(host: str, *arguments: object, **options: object) -> object:
        looked_up.append(host)
        return real("127.0.0.1", *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with Server({"/a": PAGE}) as server:
        capture = fetcher.fetch(server.url("/a", host="straße.münchen.example")).capture
    assert set(looked_up) == {"xn--strae-oqa.xn--mnchen-3ya.example"}
    assert capture.requested == f"http://xn--strae-oqa.xn--mnchen-3ya.example:{server.port}/a"
    assert server.requests[0].headers["host"] == f"xn--strae-oqa.xn--mnchen-3ya.example:{server.port}"


# TLS


def trusting(authority: trustme.CA, folder: Path, proxies: dict[str, str] | None = None) -> Fetcher:
    """Return a fetcher that trusts an authority as a user's does, by a file that OpenSSL is told of."""
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(file))
        transport = Transport(QUICK, proxies=proxies or {})
        transport._context()
    return Fetcher(QUICK, transport=transport, pace=Waits().pace())


def test_https(tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path) -> None:
    with Server({"/a": PAGE}, tls=tls) as server, trusting(authority, tmp_path) as fetcher:
        assert fetcher.fetch(server.url("/a")).body == PAGE.body
        assert fetcher.fetch(server.url("/a")).body == PAGE.body
    assert server.connections == 1


def test_a_certificate_of_an_unknown_authority_is_refused(fetcher: Fetcher, tls: ssl.SSLContext) -> None:
    with (
        Server({"/a": PAGE}, tls=tls) as server,
        pytest.raises(FetchError, match=r"certificate of 127\.0\.0\.1 is not"),
    ):
        fetcher.fetch(server.url("/a"))
    assert server.requests == []


def test_a_certificate_of_another_host_is_refused(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    with (
        Server({"/a": PAGE}, tls=context) as server,
        trusting(authority, tmp_path) as fetcher,
        pytest.raises(FetchError, match="not trusted: IP address mismatch"),
    ):
        fetcher.fetch(server.url("/a"))


def test_a_server_that_speaks_no_tls_is_told(fetcher: Fetcher) -> None:
    with Server({"/a": PAGE}) as server, pytest.raises(FetchError, match=r"no TLS connection to 127\.0\.0\.1"):
        fetcher.fetch(server.url("/a").replace("http:", "https:"))


# Proxies


def test_a_proxy_is_asked_by_whole_addresses(waits: Waits) -> None:
    target = "http://news.example/a"
    with Server({target: PAGE}) as proxy:
        transport = Transport(QUICK, proxies={"http": proxy.url("").replace("//", "//desk:pass@")})
        with Fetcher(QUICK, transport=transport, pace=waits.pace()) as fetcher:
            assert fetcher.fetch(target).body == PAGE.body
    assert proxy.asked == ["http://news.example/robots.txt", target]
    assert {request.headers["host"] for request in proxy.requests} == {"news.example"}
    assert {request.headers["proxy-authorization"] for request in proxy.requests} == {"Basic ZGVzazpwYXNz"}


def test_a_proxy_is_passed_through_to_https(tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path) -> None:
    with Server({"/a": PAGE}, tls=tls) as server, Tunnel() as proxy:
        address = proxy.url.replace("//", "//desk:pass@")
        with trusting(authority, tmp_path, {"https": address}) as fetcher:
            assert fetcher.fetch(server.url("/a")).body == PAGE.body
        assert proxy.asked.startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.".encode())
    assert b": Basic ZGVzazpwYXNz\r\n" in proxy.asked
    assert server.asked == ["/robots.txt", "/a"]
    assert all("proxy-authorization" not in request.headers for request in server.requests)


def test_a_proxy_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    for url in ("http://news.example/", "https://news.example/"):
        with (
            Fetcher(QUICK, transport=Transport(QUICK, proxies={"http": address, "https": address})) as fetcher,
            pytest.raises(FetchError, match=r"^news\.example \(asked through a proxy\) refused the connection$"),
        ):
            fetcher.fetch(url)


def test_a_proxy_of_another_kind_is_refused() -> None:
    limits = Limits()
    with (
        Fetcher(limits, transport=Transport(limits, proxies={"https": "socks5://127.0.0.1:9"})) as fetcher,
        pytest.raises(FetchError, match=r"proxy 'socks5://127\.0\.0\.1:9' is none that can be used"),
    ):
        fetcher.fetch("https://news.example/a")
