"""Every format that was ever released is read, verified and added to by today's code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archive import schema
from archive.adding import Outcome
from archive.archive import Archive
from archive.intake import gather
from archive.verification import verify
from tests.archive.golden import CLIPPINGS, DATA, EXPECTED, LARGE, facts, unpack
from tests.archive.making import numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMATS = sorted(DATA.glob("format-*"))


@pytest.fixture(params=FORMATS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Give the folder of a golden archive."""
    chosen: Path = request.param
    return chosen


@pytest.fixture
def golden(folder: Path, tmp_path: Path) -> Iterator[Archive]:
    """Give a golden archive, opened from a copy."""
    unpack(folder, tmp_path / "archive")
    with Archive.open(tmp_path / "archive") as opened:
        yield opened


def expected_of(folder: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    return expected


def test_there_is_one_of_every_format() -> None:
    assert [folder.name for folder in FORMATS] == [f"format-{number + 1}" for number in range(schema.FORMAT)]


def test_it_verifies(golden: Archive) -> None:
    assert list(verify(golden)) == []


def test_all_that_was_recorded_is_read(folder: Path, golden: Archive) -> None:
    # Through JSON, which has lists where Python has tuples.
    read = json.loads(json.dumps(facts(golden)))
    expected = expected_of(folder)
    for name, fact in expected.items():
        assert read[name] == fact, name
    assert read.keys() == expected.keys()


def test_its_articles_are_found(folder: Path, golden: Archive) -> None:
    for article in expected_of(folder)["articles"]:
        for identifier in (str(article["position"]), article["event"]):
            assert golden.find(identifier).position == article["position"]
        for identifier in (article["article"], article["digest"], article["digest"][:8], article["url"]):
            if identifier is not None:
                assert golden.find(identifier).article_id == article["article"]


def test_another_spelling_of_an_address_finds_the_same_article(golden: Archive) -> None:
    # The stated addresses of the clippings, and one that only the rules make the same.
    stated = ["https://www.courier.example/fish?utm_source=feed", "http://courier.example:80/x/../fish?fbclid=1#top"]
    assert {golden.find(url).metadata.title for url in stated} == {"Fish Prices Rise"}


def test_what_it_holds_is_unchanged_when_it_is_added_again(golden: Archive) -> None:
    # Rules of identity, canonical URLs and lookup keys are part of the format.
    size = golden.size()
    again = [*gather([str(CLIPPINGS)]), submission(LARGE, title="Large"), *numbered(250)]
    outcomes = [result for result in golden.add_many(again) if isinstance(result, Outcome)]
    assert {outcome.status for outcome in outcomes} == {"unchanged"}
    assert (len(outcomes), golden.size()) == (256, size)


def test_it_is_added_to(folder: Path, golden: Archive) -> None:
    outcome = golden.add(submission("A new text.", url="https://courier.example/fish"))
    assert (outcome.status, outcome.position) == ("revised", expected_of(folder)["size"])
    assert list(verify(golden)) == []
    for size, root in expected_of(folder)["roots"].items():
        assert golden.root(int(size)).hex() == root
