"""An archive with a key, and what is signed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive import keys
from archive.archive import Archive
from tests.archive.making import add_all, submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORT = "A gull at the lock\n\nIt sat there all day."


def make_key(archive_id: str) -> str:
    return str(keys.create(archive_id).verifier)


@pytest.fixture
def keyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """Give an archive of three articles that has a key, in a folder of its own."""
    monkeypatch.setenv("MORGUE_KEYS", str(tmp_path / "keys"))
    with Archive.create(tmp_path / "desk", lock_timeout=5, make_key=make_key) as created:
        add_all(
            created,
            [
                submission(SHORT, title="A gull at the lock", url="https://courier.example/gull"),
                submission("Nothing.", key="n-2"),
                submission("The tide came in.\n" * 40, title="Tide", url="https://courier.example/tide"),
            ],
        )
        yield created
