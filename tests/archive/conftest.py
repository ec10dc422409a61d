"""What the archive's tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from tests.archive.damage import make_sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Give a new archive that holds nothing but its first event."""
    with Archive.create(tmp_path / "archive", lock_timeout=5) as created:
        yield created


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive with every kind of row, which is not to be changed: it is copied."""
    folder = tmp_path_factory.mktemp("sound") / "archive"
    make_sound(folder)
    return folder
