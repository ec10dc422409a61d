"""Workers that know a hostile format."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive import importers
from tests.archive.workers import hostile

ROOT = Path(__file__).parents[3]

# Its worker processes import this first: the format, and no time for imports, which are done by then.
CUSTOMIZE = """
from archive.workers import limits
from tests.archive.workers import hostile

hostile.register()
limits.SECONDS_MORE = 0.0
"""


@pytest.fixture
def hostile_format(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the hostile format known, here and in worker processes."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(CUSTOMIZE)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(folder), str(ROOT))))
    monkeypatch.setattr(importers, "_IMPORTERS", dict(importers._IMPORTERS))
    hostile.register()
