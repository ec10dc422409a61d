"""WARC and ARC files: the articles among their records, and what is told of the rest."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import capture, importers
from archive.importers import warc_members
from archive.importers.protocol import Problem, Reached, Record, Skipped
from archive.importers.warc import WarcImporter
from tests.archive.importers.warcs import DATE, ID, arc, arc_head, http, members, record, text_record

if TYPE_CHECKING:
    from archive.importers.protocol import Importer

THREE = [text_record(number) for number in (1, 2, 3)]


@pytest.fixture(autouse=True)
def _pages_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importers, "NAMES", (*importers.NAMES, "html", "pdf"))


def split(data: bytes) -> list[Record | Problem | Skipped]:
    importer: Importer = WarcImporter()
    return [item for item in importer.split(io.BytesIO(data)) if not isinstance(item, Reached)]


def told(data: bytes) -> list[str]:
    """Return the text of each record, the reason of what was skipped, and each problem with its label's end."""
    found = []
    for item in split(data):
        if isinstance(item, Record):
            found.append(item.original.decode())
        elif isinstance(item, Skipped):
            found.append(f"skipped: {item.reason}")
        else:
            found.append(f"{(item.label or 'file')[-4:]}: {item.message}")
    return found


def one(data: bytes) -> Record:
    (item,) = split(data)
    assert isinstance(item, Record), item
    return item


def text(number: int) -> str:
    return f"The ferry came in {number} times."


TEXTS = [text(1), text(2), text(3)]


@pytest.mark.parametrize(
    "data",
    [
        b"".join(THREE),
        members(*THREE),
        gzip.compress(b"".join(THREE)),
        members(THREE[0] + THREE[1], THREE[2]),
        members(THREE[0][:150], THREE[0][150:], THREE[1], THREE[2]),
        members(THREE[0][:-4], b"\r\n\r\n" + THREE[1], THREE[2]),
        b"\r\n" + b"".join(THREE),
        b"".join(THREE).replace(b"WARC/1.0", b"WARC/1.1"),
        arc_head() + b"".join(arc(number, http(text(number).encode())) for number in (1, 2, 3)),
        members(arc_head(), *(arc(number, http(text(number).encode())) for number in (1, 2, 3))),
    ],
    ids=["plain", "members", "whole", "two in one", "cut", "ends apart", "blank", "1.1", "arc", "arc members"],
)
def test_records_are_found_however_they_are_packed(data: bytes) -> None:
    assert [line for line in told(data) if line != "skipped: warcinfo"] == TEXTS


def test_a_record_keeps_how_it_was_fetched() -> None:
    found = one(record(7, http(b"<p>Ferry", media_type="text/html; charset=latin-1", Content_Language="en")))
    assert (found.format, found.container, found.label) == ("html", "warc", ID % 7)
    assert found.capture is not None
    response = capture.from_bytes(found.capture).response
    assert (response.uri, response.date, response.record) == ("https://courier.example/7", DATE, ID % 7)
    assert response.status == "HTTP/1.1 200 OK"
    assert response.header("content-type") == "text/html; charset=latin-1"
    assert response.header("content-language") == "en"


def test_a_capture_holds_neither_cookies_nor_credentials() -> None:
    headers = {"Set_Cookie": "sid=hunter2; Path=/", "X_Auth_Token": "hunter2", "Location": "/a?token=hunter2"}
    found = one(record(7, http(b"Ferry.", **headers)))
    assert found.capture is not None
    assert b"hunter2" not in found.capture
    kept = capture.from_bytes(found.capture).response
    assert [kept.header(name.replace("_", "-")) for name in headers] == ["sid=…", "REDACTED", "/a?token=REDACTED"]


def test_a_record_of_an_arc_states_its_time() -> None:
    found = one(arc(7, http(b"Ferry.")))
    assert found.capture is not None
    response = capture.from_bytes(found.capture).response
    assert (response.uri, response.date, response.record) == ("http://courier.example/7", "2021-04-13T09:30:00Z", None)
    assert found.label == "at byte 0"


def chunked(data: bytes) -> bytes:
    pieces = [data[start : start + 5] for start in range(0, len(data), 5)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


BODY = b"The ferry is back in the harbour. " * 20


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(BODY), {"Transfer_Encoding": "chunked"}),
        (BODY, {"Transfer_Encoding": "chunked"}),
        (gzip.compress(BODY), {"Content_Encoding": "gzip"}),
        (gzip.compress(BODY), {"Content_Encoding": "x-gzip"}),
        (zlib.compress(BODY), {"Content_Encoding": "deflate"}),
        (zlib.compress(BODY)[2:-4], {"Content_Encoding": "deflate"}),
        (zstandard.ZstdCompressor().compress(BODY), {"Content_Encoding": "zstd"}),
        (gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), {"Content_Encoding": "gzip"}),
        (zstandard.compress(BODY[:9]) + zstandard.compress(BODY[9:]), {"Content_Encoding": "zstd"}),
        (chunked(gzip.compress(BODY)), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (brotli.compress(BODY), {"Content_Encoding": "br"}),
        (BODY, {"Content_Encoding": "identity"}),
        (BODY, {}),
    ],
    ids=[str(number) for number in range(13)],
)
def test_what_only_carried_the_bytes_is_undone(body: bytes, headers: dict[str, str]) -> None:
    assert one(record(1, http(body, **headers))).original == BODY


BOMBS = {"gzip": gzip.compress(bytes(80 << 20)), "zstd": zstandard.compress(bytes(80 << 20))}


@pytest.mark.parametrize("name", BOMBS)
def test_a_body_that_grows_out_of_proportion_is_no_article(name: str) -> None:
    found = told(record(1, http(BOMBS[name], Content_Encoding=name)) + THREE[1])
    assert found[0].startswith("001>: its content encoding: grows to more than 250 times its size")
    assert found[1:] == [text(2)]


@pytest.mark.parametrize("packed", [gzip.compress(BODY)[:-8], gzip.compress(BODY) + b"padding"])
def test_of_a_body_that_ends_too_early_or_too_late_what_there_is_is_kept(packed: bytes) -> None:
    assert one(record(1, http(packed, Content_Encoding="gzip"))).original == BODY


def test_an_encoding_that_is_not_known_is_told() -> None:
    assert told(record(1, http(b"?", Content_Encoding="rot13")) + THREE[1]) == [
        "001>: its content encoding 'rot13' is not known; decode it first",
        text(2),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (record(1, b"software: courier", kind="warcinfo"), "warcinfo"),
        (record(1, b"GET / HTTP/1.1\r\n\r\n", kind="request"), "request"),
        (record(1, http(b""), kind="revisit"), "revisit"),
        (record(1, b"fetchTimeMs: 3", kind="metadata"), "metadata"),
        (record(1, b"who knows", kind="courier"), "courier"),
        (record(1, http(b"Gone.", status="404 Not Found")), "status 404"),
        (record(1, http(b"", status="301 Moved")), "status 301"),
        (record(1, http(b"\x89PNG", media_type="image/png")), "image/png"),
        (record(1, http(b"{}", media_type="application/json; charset=utf-8")), "application/json"),
        (record(1, http(b"<rss>", media_type="application/rss+xml")), "application/rss+xml"),
        (record(1, http(b"User-agent: *"), uri="https://courier.example/robots.txt"), "robots.txt and the like"),
        (record(1, b"1.2.3.4", uri="dns:courier.example"), "dns address"),
        (
            record(1, b"log", kind="resource", uri="metadata://gnu.org/wget/log", media_type="text/plain"),
            "metadata address",
        ),
        (record(1, http(b"")), "empty"),
        (record(1, http(b"GIF89a", media_type=None)), "without a type"),
    ],
)
def test_what_holds_no_article_is_counted_by_its_reason(data: bytes, reason: str) -> None:
    assert told(data + THREE[1]) == [f"skipped: {reason}", text(2)]


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (record(1, b"Ferry.", kind="resource", media_type="text/plain"), "text"),
        (record(1, b"Ferry.", kind="conversion", media_type="text/plain", version="1.1"), "text"),
        (record(1, http(b"<p>", media_type="application/xhtml+xml")), "html"),
        (record(1, http(b"<!-- x --><!DOCTYPE html><p>", media_type=None)), "html"),
        (record(1, http(b"%PDF-1.4", media_type="application/pdf")), "pdf"),
    ],
)
def test_the_format_is_that_of_the_payload(data: bytes, form: str) -> None:
    assert one(data).format == form


def test_a_format_that_is_not_read_here_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importers, "NAMES", ("warc", "text"))
    assert told(record(1, http(b"<p>", media_type="text/html"))) == ["skipped: text/html (not read yet)"]


def test_a_damaged_member_costs_no_other() -> None:
    broken = bytearray(gzip.compress(THREE[1], mtime=0))
    broken[40:60] = b"\0" * 20
    found = told(gzip.compress(THREE[0]) + bytes(broken) + gzip.compress(THREE[2]))
    assert (found[0], found[-1]) == (text(1), text(3))
    assert len(found) == 3
    assert "gzip data is damaged" in found[1]


def test_junk_between_records_is_passed_over_and_told() -> None:
    found = told(THREE[0] + b"junk\njunk\r\n" + THREE[2])
    assert found[::2] == [text(1), text(3)]
    assert found[1].endswith(": 8 bytes that are no record were passed over")


@pytest.mark.parametrize("length", ["many", "-5", "", None])
def test_a_record_without_a_length_is_told_and_the_next_one_read(length: str | None) -> None:
    found = told(THREE[0] + record(2, http(b"Lost."), length=length) + THREE[2])
    assert (found[0], found[-1]) == (text(1), text(3))
    assert found[1] == "002>: its length is not stated, or no number"


def test_a_record_without_its_headers_is_told_in_words_of_its_own() -> None:
    (first, *_) = told(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nLost.\r\n\r\n")
    assert first.endswith("is damaged: its headers are incomplete")


def test_a_length_that_is_too_long_for_the_file_is_a_record_that_is_cut_off() -> None:
    assert told(THREE[0] + record(2, http(b"Lost."), length=9999)) == [
        text(1),
        "002>: is cut off: the file ends in the middle of it",
    ]


@pytest.mark.parametrize("size", [10, 60_000, 63_000, 65_530, 70_000, 200_000])
def test_the_next_record_is_found_however_far_it_is(size: int) -> None:
    for data in (b"x" * size + b"\n" + THREE[2], b"\n" * size + THREE[2]):
        assert told(THREE[0] + data)[-1] == text(3)
        assert told(members(THREE[0]) + data)[-1] == text(3)
    assert told(members(THREE[0]) + bytes(size) + members(THREE[2]))[-1] == text(3)


@pytest.mark.parametrize("size", [1 << 13, 1 << 14, 1 << 16, 1 << 20])
def test_a_record_is_found_wherever_a_buffer_ends(size: int) -> None:
    empty = len(record(1, http(bytes(10_000)))) - 10_000
    for short in (*range(-3, 60), 500, 2_047, 2_048, 2_049):
        # The second one begins so many bytes ahead of the end of a buffer.
        first = record(1, http(b"x" * (size - short - empty)))
        assert told(first + THREE[1] + THREE[2])[1:] == [text(2), text(3)]


@settings(deadline=None)  # the first example imports what reads it
@given(st.lists(st.integers(-1, 9), max_size=60))
def test_a_member_gives_its_bytes_however_it_is_asked(sizes: list[int]) -> None:
    member = next(warc_members.members(io.BytesIO(THREE[0])))
    assert isinstance(member, warc_members.Member)
    plain = io.BytesIO(THREE[0])
    for number, size in enumerate(sizes):
        ask = (number + size) % 3
        if ask == 0:
            assert member.read(size) == plain.read(size)
        elif ask == 1:
            assert member.readline(size) == plain.readline(size)
        else:
            assert member.peek() == THREE[0][plain.tell() :]
        assert member.tell() == plain.tell()


def test_what_is_no_warc_is_told() -> None:
    assert told(b"No record.\n" * 50) == ["file: holds no record of a WARC or ARC file"]
    assert told(gzip.compress(b"No record.\n" * 50))[-1] == "file: holds no record of a WARC or ARC file"


def test_a_bomb_in_a_member_is_left_where_it_is() -> None:
    bomb = gzip.compress(record(2, http(bytes(80 << 20))))
    found = told(gzip.compress(THREE[0]) + bomb + gzip.compress(THREE[2]))
    assert (found[0], found[-1]) == (text(1), text(3))
    assert "grows to more than 250 times its size" in found[1]


@settings(deadline=None)  # the first example imports what reads it
@given(cut=st.integers(0, len(members(*THREE))))
def test_a_file_that_is_cut_off_gives_what_is_whole(cut: int) -> None:
    data = members(*THREE)
    ends = [len(members(*THREE[:count])) for count in range(4)]
    # Where only the checksum behind a record is missing, the record is there, and the damage told all the same.
    whole = sum(end <= cut for end in ends[1:])
    certain = sum(end - 12 <= cut for end in ends[1:])
    found = told(data[:cut])
    assert [line for line in found if line in TEXTS] in (TEXTS[:whole], TEXTS[:certain])
    if cut not in ends:
        assert any("cut off" in line or "no record" in line for line in found)


@settings(deadline=None)  # the first example imports what reads it
@given(cut=st.integers(0, len(b"".join(THREE))))
def test_a_plain_file_that_is_cut_off_gives_what_is_whole(cut: int) -> None:
    found = told(b"".join(THREE)[:cut])
    assert [line for line in found if line in TEXTS] == [
        text(number + 1) for number in range(3) if len(b"".join(THREE[: number + 1])) - 4 <= cut
    ]


@settings(deadline=None)  # the first example imports what reads it
@given(at=st.integers(0, len(members(*THREE)) - 1), flip=st.integers(1, 255))
def test_a_flipped_byte_never_ends_in_an_error(at: int, flip: int) -> None:
    data = bytearray(members(*THREE))
    data[at] ^= flip
    found = told(bytes(data))
    assert sum(line in TEXTS for line in found) >= 2


@settings(deadline=None)  # the first example imports what reads it
@given(st.binary(max_size=400))
def test_whatever_follows_a_record_is_no_error(junk: bytes) -> None:
    assert told(THREE[0] + junk)[0] == text(1)


def test_each_record_is_reached_at_its_offset() -> None:
    importer = WarcImporter()
    arcs = [arc(number, http(text(number).encode())) for number in (1, 2, 3)]
    for data, starts in (
        (b"".join(THREE), [len(b"".join(THREE[:count])) for count in range(3)]),
        (b"".join(arcs), [len(b"".join(arcs[:count])) for count in range(3)]),
        (members(*THREE), [len(members(*THREE[:count])) for count in range(3)]),
        (members(*arcs), [len(members(*arcs[:count])) for count in range(3)]),
    ):
        assert [item.offset for item in importer.split(io.BytesIO(data)) if isinstance(item, Reached)] == starts
        # And behind each of them the next is found: what a fresh process does.
        for number, start in enumerate(starts):
            assert [line for line in told(data[start + 1 :]) if line in TEXTS] == TEXTS[number + 1 :]
