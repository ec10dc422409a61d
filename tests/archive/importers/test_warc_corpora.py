"""What three tools' own test files hold, the truncated and corrupt ones too: looked at one by one, and written down."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from archive.importers.protocol import Problem, Record, Skipped
from archive.importers.warc import WarcImporter

CORPORA = Path(__file__).parents[3].parent / "shared" / "data" / "warc.tar.xz"

# File: articles, skipped, problems.
EXPECTED = {
    # Front pages of commoncrawl.org and, in the next five, archive.org.
    "cc.warc.gz": (0, 1, 0),
    "gzip_extra_sl.warc.gz": (0, 1, 0),
    "IAH-20080430204825-00000-blackbook-truncated.arc": (1, 8, 0),
    "IAH-20080430204825-00000-blackbook-truncated.arc.gz": (1, 8, 0),
    "IAH-20080430204825-00000-blackbook-truncated.warc": (1, 22, 0),
    "IAH-20080430204825-00000-blackbook-truncated.warc.gz": (1, 22, 0),
    "IAH-urls-wget.warc.gz": (0, 36, 0),
    "sopa-wikipedia-homepage.warc.gz": (1, 163, 0),
    "main-page.warc.gz": (1, 150, 0),
    "post-blackout.warc.gz": (1, 116, 0),
    # All of its lengths are wrong but for one, of a response of one byte.
    "bad.arc": (0, 1, 3),
    # One gzip member for all records, which other readers refuse.
    "example-bad-non-chunked.warc.gz": (1, 5, 0),
    # Followed by four zeros.
    "example-bad.warc.gz.bad": (1, 5, 0),
    "example-digest.warc": (0, 4, 0),
    "example-iana.org-chunked.warc": (1, 2, 0),
    "example-resource.warc.gz": (1, 2, 0),
    "example-space-in-target-uri.warc.gz": (0, 2, 0),
    # Its one record says that it has 16 bytes more than there are.
    "example-space-in-url.arc": (0, 1, 1),
    # Ends behind its first request, between two records.
    "example-trunc.warc": (1, 3, 0),
    "example-wget-bad-target-uri.warc.gz": (1, 5, 0),
    # Its members begin and end anywhere in records.
    "example-wrong-chunks.warc.gz": (1, 1, 0),
    "example.arc": (1, 1, 0),
    "example.arc.gz": (1, 1, 0),
    "example.warc": (1, 5, 0),
    "example.warc.gz": (1, 5, 0),
    "post-test.warc.gz": (0, 6, 0),
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    if not CORPORA.exists():
        pytest.skip("the corpora lie beside the checkout, where they are")
    found = {}
    with tarfile.open(CORPORA) as packed:
        for member in packed.getmembers():
            name = Path(member.name).name
            if ".warc" in name or ".arc" in name:
                stream = packed.extractfile(member)
                if stream is not None:
                    found[name] = stream.read()
    return found


def test_every_file_is_written_down(files: dict[str, bytes]) -> None:
    assert set(files) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_gives_what_is_in_it(files: dict[str, bytes], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(WarcImporter().split(io.BytesIO(files[name])))
    counted = tuple(sum(isinstance(item, kind) for item in found) for kind in (Record, Skipped, Problem))
    assert counted == EXPECTED[name], [item for item in found if isinstance(item, Problem)]


@pytest.mark.parametrize("name", ["example.warc.gz", "IAH-20080430204825-00000-blackbook-truncated.arc.gz"])
def test_a_file_that_is_cut_anywhere_gives_no_error(files: dict[str, bytes], name: str) -> None:
    whole = files[name]
    for cut in range(0, len(whole), max(1, len(whole) // 40)):
        assert isinstance(list(WarcImporter().split(io.BytesIO(whole[:cut]))), list)
