"""What the tests of the index share: an archive, and an index of it that keeps its notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Give a new archive that holds nothing but its first event."""
    with Archive.create(tmp_path / "archive") as created:
        yield created


@pytest.fixture
def index(archive: Archive) -> NotedIndex:
    """Give the index of that archive, not built yet."""
    return NotedIndex(archive)
