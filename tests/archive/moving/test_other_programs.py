"""Exports for other programs: WARC as warcio and our own importer read it, articles in the words of schema.org."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from archive.amending import current_versions
from archive.archive import Archive
from archive.intake import gather
from archive.moving.news_articles import news_articles
from archive.moving.warc import write_warc
from archive.submission import Submission
from tests.archive.making import add_all, submission
from tests.archive.moving.making import varied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with varied(tmp_path / "archive") as made:
        yield made


def written(archive: Archive, *, compress: bool = False) -> bytes:
    out = BytesIO()
    assert write_warc(archive, archive.events(), out, compress=compress) == 1
    return out.getvalue()


def records(content: bytes) -> list[tuple[Any, bytes]]:
    from warcio.archiveiterator import ArchiveIterator

    return [
        (record, record.content_stream().read()) for record in ArchiveIterator(BytesIO(content), check_digests=True)
    ]


@pytest.mark.parametrize("compress", [True, False])
def test_every_original_is_a_record_with_its_bytes(archive: Archive, *, compress: bool) -> None:
    content = written(archive, compress=compress)
    assert content.startswith(b"\x1f\x8b" if compress else b"WARC/1.1")
    found = {record.rec_headers["WARC-Record-ID"]: (record, payload) for record, payload in records(content)}
    for position in (1, 2, 4, 6, 7, 8):
        version = archive.version(position)
        record, payload = found[f"<urn:uuid:{version.event_id}>"]
        assert payload == archive.original(version)
        assert record.rec_type == ("response" if position == 7 else "resource")
    assert archive.event(5).envelope.id not in content.decode("latin-1")


def test_a_capture_comes_with_its_redirects_and_headers(archive: Archive) -> None:
    redirect, response = [record for record, _ in records(written(archive)) if record.rec_type == "response"]
    assert redirect.rec_headers["WARC-Target-URI"] == "https://courier.example/lamp?r=1"
    assert redirect.http_headers.get_statuscode() == "301"
    assert response.rec_headers["WARC-Date"] == "2031-04-13T07:30:01Z"
    assert response.http_headers["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert "content-encoding" not in response.http_headers
    assert "X-Lamp: médaille\r\n".encode() in written(archive)


def test_what_is_known_stands_behind_it_and_no_path_of_a_file(archive: Archive) -> None:
    about = {
        record.rec_headers["WARC-Refers-To"]: json.loads(payload)
        for record, payload in records(written(archive))
        if record.rec_type == "metadata" and archive.event(10).envelope.id != json.loads(payload)["event"]
    }
    version = archive.version(7)
    known = about[f"<urn:uuid:{version.event_id}>"]
    assert known["article"]["fields"]["title"][0]["value"] == "Lamp mended"
    assert (known["subject"], known["recorded"]) == (version.article_id, version.recorded)
    assert all("path" not in json.dumps(one) for one in about.values())


def test_a_warc_is_the_same_each_time(archive: Archive) -> None:
    assert written(archive, compress=True) == written(archive, compress=True)


def test_our_own_importer_reads_it(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "out.warc").write_bytes(written(archive))
    read = [item for item in gather([str(tmp_path / "out.warc")]) if isinstance(item, Submission)]
    assert archive.original(archive.version(7)) in {one.original for one in read}


def test_articles_are_told_in_the_words_of_schema_org(archive: Archive) -> None:
    add_all(archive, [submission("Dated.", title="A date", key="17")])
    lines = list(news_articles(archive, current_versions(archive)))
    told = {line["@id"]: line for line in map(json.loads, lines)}
    assert len(lines) == len(told) == 7
    version = archive.version(7)
    assert told[f"urn:uuid:{version.article_id}"] == {
        "@context": "https://schema.org",
        "@id": f"urn:uuid:{version.article_id}",
        "@type": "NewsArticle",
        "articleBody": "The lamp of Quellin burns again.",
        "encodingFormat": "text/plain",
        "headline": "Lamp mended",
        "identifier": [f"urn:uuid:{version.event_id}", f"sha256:{version.article.digest}"],
        "sdDatePublished": version.recorded,
        "url": "https://courier.example/lamp",
        "version": 1,
    }
    # The reading of the bytes at 4, not the first one.
    assert [line["version"] for line in told.values() if line["articleBody"] == "Two, read again."] == [2]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2031-03-05", "2031-03-05"),
        ("2031-03", "2031-03"),
        ("XXXX-03-05", None),
        ("2031-03-05T10:00+02:00", "2031-03-05T10:00+02:00"),
    ],
)
def test_a_date_that_iso_8601_has_not_is_left_out(tmp_path: Path, published: str, expected: str | None) -> None:
    from tests.factories import add

    with Archive.create(tmp_path / "dated") as archive:
        version = archive.version(
            add(archive, "Dated.", published=published, authors=("Joan Arkwright",), place="Quellin")
        )
        told = json.loads(next(news_articles(archive, [version])))
    assert told.get("datePublished") == expected
    assert told["author"] == [{"@type": "Person", "name": "Joan Arkwright"}]
    assert told["contentLocation"] == {"@type": "Place", "name": "Quellin"}
