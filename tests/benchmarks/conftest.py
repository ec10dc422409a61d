"""One small archive of generated articles, and the articles that follow them."""

from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from tests.benchmarks.corpus import add
from tests.benchmarks.generator import articles, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTICLES = 200


@pytest.fixture(scope="module")
def records() -> "Iterator[dict[str, object]]":
    return articles(source_of([]))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, records: "Iterator[dict[str, object]]") -> "Iterator[Archive]":
    with Archive.create(tmp_path_factory.mktemp("benchmarks") / "archive") as opened:
        add(opened, records, ARTICLES)
        yield opened
