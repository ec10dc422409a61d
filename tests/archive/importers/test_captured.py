"""What a capture tells of an article of any format."""

from __future__ import annotations

import pytest

from archive.capture import Capture, Exchange, to_bytes
from archive.given import Given, Terms
from archive.importers import captured
from archive.importers.protocol import Record
from archive.submission import Submission
from archive.submitting import Source, read_record


def exchange(**headers: str) -> Exchange:
    return Exchange(
        uri="https://courier.example/ferry",
        date="2021-04-13T09:30:00Z",
        status="HTTP/1.1 200 OK",
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )


def test_the_address_and_the_language_are_candidates() -> None:
    fields, moment = captured.read(to_bytes(Capture((exchange(Content_Language=" en-GB "),))))
    assert moment == "2021-04-13T09:30:00Z"
    assert {name: (one.value, one.method, one.span) for name, (one,) in fields.items()} == {
        "url": ("https://courier.example/ferry", "http", None),
        "language": ("en-GB", "http", None),
    }


@pytest.mark.parametrize("stated", ["en, de", "", "*", "english language", "e"])
def test_of_several_languages_none_is_taken(stated: str) -> None:
    fields, _ = captured.read(to_bytes(Capture((exchange(Content_Language=stated),))))
    assert "language" not in fields


def test_of_redirects_the_last_address_counts() -> None:
    first = Exchange(uri="http://courier.example/1", status="HTTP/1.1 301 Moved")
    fields, _ = captured.read(to_bytes(Capture((first, exchange()))))
    assert fields["url"][0].value == "https://courier.example/ferry"


@pytest.mark.parametrize("uri", ["dns:courier.example", "urn:uuid:1", "", "https://"])
def test_what_is_no_address_of_the_web_is_none(uri: str) -> None:
    fields, moment = captured.read(to_bytes(Capture((Exchange(uri=uri, date="yesterday"),))))
    assert (fields, moment) == ({}, None)


def test_what_is_no_capture_tells_nothing() -> None:
    assert captured.read(b"\x00\xff") == ({}, None)


def test_an_article_has_them_behind_what_is_better_known() -> None:
    record = Record(
        original=b'{"text": "Ferry.", "url": "https://courier.example/own", "language": "de"}',
        format="jsonl",
        capture=to_bytes(Capture((exchange(Content_Language="en"),))),
    )
    (made,) = read_record(record, Source("f", "/f"), Terms.of(Given()))
    assert isinstance(made, Submission)
    known = made.article.metadata.fields
    assert [one.method for one in known["url"]] == ["json", "http"]
    assert [one.value for one in known["language"]] == ["de", "en"]
    assert (made.article.captured, made.article.canonical_url) == (
        "2021-04-13T09:30:00Z",
        "https://courier.example/own",
    )


def test_a_stated_time_of_capture_wins() -> None:
    record = Record(original=b"Ferry.", format="text", capture=to_bytes(Capture((exchange(),))))
    (made,) = read_record(record, Source("f", "/f"), Terms.of(Given(captured="2021-04-20")))
    assert isinstance(made, Submission)
    assert made.article.captured == "2021-04-20"
    assert made.article.metadata.url == "https://courier.example/ferry"
