"""Servers that are slow, endless, broken or hostile: a clear error each, in time, and nothing is taken for a page."""

from __future__ import annotations

import gzip
import random
import socket
import time
import zlib
from typing import TYPE_CHECKING

import attrs
import pytest

from archive.fetching.body import collected
from archive.fetching.faults import FetchError, TooLargeError
from archive.fetching.fetcher import Fetcher
from archive.fetching.transport import Transport
from tests.archive.fetching.conftest import QUICK, Waits
from tests.archive.fetching.server import Raw, Reply, Server, drip, endless, page, raw

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = page("<p>The ferry came in.</p>")
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def hasty(waits: Waits) -> Iterator[Fetcher]:
    """Give a fetcher that loses patience at once."""
    limits = attrs.evolve(QUICK, total=0.4, silence=0.2, retries=0)
    with Fetcher(limits, transport=Transport(limits, proxies={}), pace=waits.pace(), obey_robots=False) as made:
        yield made


def fault(fetcher: Fetcher, answer: Reply | Raw) -> str:
    """Return what is said of a server that answers so."""
    with Server({"/a": answer}) as server, pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/a"))
    return str(caught.value)


# Time


@pytest.mark.parametrize(
    "head", [b"", OK, OK + b"X-Slow: ", CHUNKED, CHUNKED + b"fff;", OK + b"\r\n", OK + b"Content-Length: 9999\r\n\r\n"]
)
def test_a_server_that_drips_is_given_up(hasty: Fetcher, head: bytes) -> None:
    rest = (b"" if head else b"HTTP/1.1 200 ") + b"1" * 4096
    answer = Raw(lambda: iter([head, *(rest[at : at + 1] for at in range(len(rest)))]), pause=0.01)
    assert fault(hasty, answer) == "took longer than 0.4 s; allow more with --timeout"


def test_a_server_that_falls_silent_is_given_up(hasty: Fetcher) -> None:
    def pieces() -> Iterator[bytes]:
        yield OK + b"Content-Length: 20\r\n\r\nThe"
        time.sleep(0.4)

    assert fault(hasty, Raw(pieces)) == "127.0.0.1 has been silent for 0.2 s"


def test_a_server_that_never_answers_is_given_up(hasty: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(FetchError, match=r"silent for 0\.2 s"):
        hasty.fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/")


def test_a_handshake_that_never_ends_is_given_up(hasty: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(FetchError, match=r"silent|took longer"):
        hasty.fetch(f"https://127.0.0.1:{listening.getsockname()[1]}/")


def test_a_slow_server_that_is_in_time_is_read(fetcher: Fetcher) -> None:
    with Server({"/a": drip(PAGE.encoded(), 0.001)}) as server:
        assert fetcher.fetch(server.url("/a")).body == PAGE.body


# Size


def test_a_page_of_the_largest_size_is_read(fetcher: Fetcher) -> None:
    with Server({"/a": page(b"x" * QUICK.largest), "/b": page(b"x" * (QUICK.largest + 1))}) as server:
        assert len(fetcher.fetch(server.url("/a")).body) == QUICK.largest
        with pytest.raises(TooLargeError, match="larger than 200,000 bytes, too large for one article"):
            fetcher.fetch(server.url("/b"))


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096),
        (CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        (CHUNKED, b"1\r\nx\r\n" * 1000),
    ],
)
def test_a_body_without_end_is_given_up(fetcher: Fetcher, head: bytes, piece: bytes) -> None:
    assert fault(fetcher, endless(head, piece)) == "larger than 200,000 bytes, too large for one article"


@pytest.mark.parametrize(
    ("head", "piece", "message"),
    [
        (OK, b"X-More: 1\r\n" * 100, "the headers that 127.0.0.1 answers with are too large"),
        (OK + b"X-More: ", b"x" * 4096, "the headers that 127.0.0.1 answers with are too large"),
        (b"HTTP/1.1 200 ", b"x" * 4096, "the headers that 127.0.0.1 answers with are too large"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, "larger than 200,000 bytes, too large for one article"),
        (CHUNKED + b"1;", b"x" * 4096, "cut short: its chunks break off or are none"),
        (CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 100, "larger than 200,000 bytes, too large for one article"),
    ],
)
def test_what_surrounds_a_body_has_an_end_too(fetcher: Fetcher, head: bytes, piece: bytes, message: str) -> None:
    assert fault(fetcher, endless(head, piece)) == message


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_a_bomb_is_not_unpacked(fetcher: Fetcher, coding: str) -> None:
    zeros = bytes(50_000_000)
    packed = zlib.compress(zeros) if coding == "deflate" else gzip.compress(zeros)
    if coding == "gzip, gzip":
        packed = gzip.compress(packed)
    assert len(packed) < QUICK.largest
    assert "larger than 200,000 bytes" in fault(fetcher, page(packed, ("Content-Encoding", coding)))


def test_a_bomb_is_unpacked_no_further_than_the_limit() -> None:
    fed = 0

    def pieces() -> Iterator[bytes]:
        nonlocal fed
        packer = zlib.compressobj(wbits=31)
        while True:
            piece = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)
            fed += len(piece)
            yield piece

    with pytest.raises(TooLargeError):
        collected(pieces(), "gzip", largest=3 << 20)
    assert fed < 10_000
    assert collected(pieces(), "gzip", largest=3 << 20, cut=True) == bytes(3 << 20)


# What was cut short


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (OK + b"Content-Length: 30\r\n\r\nThe ferry", "cut short: 9 bytes came, 21 more were announced"),
        (CHUNKED + b"9\r\nThe ferry\r\n", "cut short: its chunks break off or are none"),
        (CHUNKED + b"20\r\nThe ferry", "cut short: its chunks break off or are none"),
        (CHUNKED + b"9\r\nThe ferry\r\nzz\r\n", "cut short: its chunks break off or are none"),
        (CHUNKED, "cut short: its chunks break off or are none"),
        (
            OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE.body)[:-9],
            "cut short: its compressed body has no end",
        ),
        (OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b", "cut short: its compressed body has no end"),
        (OK + b"Content-Encoding: deflate\r\n\r\nx", "cut short: its compressed body has no end"),
        (b"", "127.0.0.1 closed the connection without an answer"),
    ],
)
def test_a_page_that_was_cut_short_is_tried_again_and_never_kept(
    fetcher: Fetcher, waits: Waits, answer: bytes, message: str
) -> None:
    assert fault(fetcher, raw(answer)) == message
    assert waits.slept == [1, 2]


def test_a_page_that_comes_whole_the_second_time_is_kept(fetcher: Fetcher, waits: Waits) -> None:
    answers: Iterator[Reply | Raw] = iter([raw(OK + b"Content-Length: 30\r\n\r\nThe ferry"), PAGE])
    with Server({"/a": lambda _: next(answers)}) as server:
        fetched = fetcher.fetch(server.url("/a"))
    assert fetched.body == PAGE.body
    assert len(fetched.capture.exchanges) == 1
    assert waits.slept == [1]


# What is no answer


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"The ferry came in.\r\n", "127.0.0.1 answers with something that is not HTTP"),
        (b"<html>The ferry</html>", "127.0.0.1 answers with something that is not HTTP"),
        (b"HTTP/1.1 many OK\r\n\r\n", "127.0.0.1 answers with something that is not HTTP"),
        (b"SSH-2.0-Server\r\n", "127.0.0.1 answers with something that is not HTTP"),
        (OK + b"no header\r\nContent-Length: 3\r\n\r\nThe", "its headers are broken: a line of them is none"),
        (
            OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"The ferry")[:12] + bytes(20),
            "its compressed body is broken: Error -3 while decompressing data: in",
        ),
        (
            OK + b"Content-Encoding: br\r\n\r\n\x0b\x02",
            "its body has the content coding 'br', which was not asked for and is not known",
        ),
        (
            OK + b"Content-Encoding: gzip, gzip, gzip, gzip\r\n\r\nx",
            "its body is coded 4 times, which no server means",
        ),
        (OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nThe ferry", "cannot be fetched from 127.0.0.1: "),
    ],
)
def test_an_answer_that_is_none_is_told(fetcher: Fetcher, waits: Waits, answer: bytes, message: str) -> None:
    assert fault(fetcher, raw(answer)).startswith(message)
    assert waits.slept == []


@pytest.mark.parametrize(
    "status",
    ["204 No Content", "206 Partial Content", "400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found",
     "410 Gone", "451 Unavailable For Legal Reasons", "500 Internal Server Error", "999 Whatever", "300 Choices"],
)  # fmt: skip
def test_an_answer_without_a_page_is_named(fetcher: Fetcher, waits: Waits, status: str) -> None:
    assert fault(fetcher, Reply(status=status)) == f"answered {status}"
    assert waits.slept == []


def test_an_empty_page_is_no_article(fetcher: Fetcher) -> None:
    assert fault(fetcher, page("")) == "answered 200 OK with an empty body: there is nothing to archive"


def test_no_noise_of_any_kind_breaks_out(hasty: Fetcher) -> None:
    noise = random.Random(4)
    heads = [
        b"",
        OK,
        CHUNKED,
        OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00",
        b"HTTP/1.1 302 Found\r\nLocation: ",
    ]
    for number in range(60):
        answer = raw(heads[number % len(heads)] + noise.randbytes(200) + b"\r\n\r\n" * (number % 2))
        with Server({"/a": answer}) as server:
            try:
                assert isinstance(hasty.fetch(server.url("/a")).body, bytes)
            except FetchError as error:
                assert str(error)  # noqa: PT017 - either will do, nothing else


# What cannot be reached


def test_a_host_that_refuses_is_told(fetcher: Fetcher, waits: Waits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 refused the connection$"):
        fetcher.fetch(f"http://127.0.0.1:{port}/")
    assert waits.slept == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (socket.EAI_NONAME, r"there is no host news\.example \(DNS\)"),
        (socket.EAI_AGAIN, r"the name of the host news\.example cannot be looked up now \(DNS\)"),
    ],
)
def test_a_host_that_is_not_known_is_told(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, code: int, message: str
) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "as the system says it")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(FetchError, match=message):
        fetcher.fetch("http://news.example/")


# Servers that ask for a pause


@pytest.mark.parametrize(
    ("status", "after", "slept"),
    [
        ("429 Too Many Requests", "7", 7),
        ("503 Service Unavailable", "0", 0),
        ("503 Service Unavailable", "soon", 1),
        ("502 Bad Gateway", "", 1),
    ],
)
def test_a_pause_that_is_asked_for_is_made(
    fetcher: Fetcher, waits: Waits, status: str, after: str, slept: float
) -> None:
    answers = iter([Reply(status=status, headers=(("Retry-After", after),)), PAGE])
    with Server({"/a": lambda _: next(answers)}) as server:
        assert fetcher.fetch(server.url("/a")).body == PAGE.body
    assert sum(waits.slept) == slept


def test_a_pause_that_is_too_long_is_left_to_the_user(fetcher: Fetcher, waits: Waits) -> None:
    busy = Reply(status="429 Too Many Requests", headers=(("Retry-After", "86400"),))
    assert fault(fetcher, busy) == "answered 429 Too Many Requests, and asks to come back in 86,400 s"
    assert waits.slept == []


def test_of_a_server_that_stays_busy_each_page_is_asked_for_once(fetcher: Fetcher, waits: Waits) -> None:
    busy = Reply(status="429 Too Many Requests", headers=(("Retry-After", "60"),))
    with Server({"/a": busy, "/b": busy, "/c": PAGE, "/d": busy}) as server:
        for target in ("/a", "/b", "/c", "/d"):
            try:
                fetcher.fetch(server.url(target))
            except FetchError as error:
                assert "429" in str(error)  # noqa: PT017 - one of four is well
    assert server.asked == ["/robots.txt", *["/a"] * 3, "/b", "/c", *["/d"] * 3]
    # A second between pages, a minute where it was asked for.
    assert waits.slept == [60, 60, 1, 1, 1, 60, 60]


@pytest.mark.parametrize("length", [b"", b"Content-Length: 9999999\r\n"])
def test_a_body_that_nobody_wants_is_not_waited_for(fetcher: Fetcher, length: bytes) -> None:
    sent: list[bytes] = []

    def pieces() -> Iterator[bytes]:
        yield b"HTTP/1.1 404 Not Found\r\n" + length + b"\r\n"
        for _ in range(100):
            sent.append(b"x")
            yield b"x"

    assert fault(fetcher, Raw(pieces, pause=0.05)) == "answered 404 Not Found"
    assert len(sent) < 100


def test_a_server_that_stays_busy_is_left(fetcher: Fetcher, waits: Waits) -> None:
    assert fault(fetcher, Reply(status="503 Service Unavailable")) == "answered 503 Service Unavailable"
    assert waits.slept == [1, 2]
