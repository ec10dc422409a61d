"""The part `capture`: what is written is read back, whatever headers a server thinks up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.capture import Capture, Exchange, from_bytes, to_bytes
from archive.errors import InvalidValueError

# What a header may be once it was received: no line of it can hold a line's end, and white space around it is none.
LINES = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")).map(str.strip)
NAMES = LINES.filter(lambda name: ":" not in name)
EXCHANGES = st.builds(
    Exchange,
    uri=LINES,
    date=st.none() | LINES,
    record=st.none() | LINES,
    status=LINES,
    headers=st.lists(st.tuples(NAMES, LINES)).map(tuple),
)
CAPTURES = st.lists(EXCHANGES, min_size=1, max_size=4).map(lambda exchanges: Capture(tuple(exchanges)))


@given(CAPTURES)
def test_a_capture_is_read_back(capture: Capture) -> None:
    assert from_bytes(to_bytes(capture)) == capture


@given(st.lists(st.tuples(st.text(), st.text())), st.text(), st.text())
def test_no_value_breaks_out_of_its_line(headers: list[tuple[str, str]], status: str, uri: str) -> None:
    plain = Exchange(uri="https://news.example/")
    hostile = Exchange(uri=uri, status=status, headers=tuple(headers))
    read = from_bytes(to_bytes(Capture((hostile, plain))))
    assert len(read.exchanges) == 2
    assert read.response == plain
    assert len(read.exchanges[0].headers) == len(headers)
    assert read.exchanges[0].date is None


@given(CAPTURES)
def test_what_is_written_is_lines_of_utf_8(capture: Capture) -> None:
    encoded = to_bytes(capture)
    assert encoded.endswith(b"\r\n")
    lines = encoded.decode().split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)


@given(st.binary())
def test_bytes_are_a_capture_or_refused(encoded: bytes) -> None:
    try:
        capture = from_bytes(encoded)
    except InvalidValueError:
        return
    assert from_bytes(to_bytes(capture)) == capture


@pytest.mark.parametrize("encoded", [b"", b"\r\n", b"uri: a\r\n\r\n", b"date: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"])
def test_what_is_no_capture_is_refused(encoded: bytes) -> None:
    with pytest.raises(InvalidValueError):
        from_bytes(encoded)


def test_the_form_that_the_format_describes() -> None:
    capture = Capture(
        (
            Exchange(
                uri="https://courier.example/f",
                date="2031-04-13T09:30:00Z",
                status="HTTP/1.1 301 Moved Permanently",
                headers=(("Location", "/ferry"),),
            ),
            Exchange(uri="https://courier.example/ferry", record="<urn:uuid:1>", status="HTTP/1.1 200 OK"),
        )
    )
    assert to_bytes(capture).decode().split("\r\n") == [
        "uri: https://courier.example/f",
        "date: 2031-04-13T09:30:00Z",
        "",
        "HTTP/1.1 301 Moved Permanently",
        "Location: /ferry",
        "",
        "uri: https://courier.example/ferry",
        "record: <urn:uuid:1>",
        "",
        "HTTP/1.1 200 OK",
        "",
        "",
    ]
    assert capture.requested == "https://courier.example/f"
    assert capture.response.uri == "https://courier.example/ferry"
    assert capture.exchanges[0].header("LOCATION") == "/ferry"
    assert capture.response.header("Location") is None
