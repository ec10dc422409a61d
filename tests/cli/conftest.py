"""What the tests of the command line share: a place of their own, and archives in it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.process import CLIPPINGS, morgue
from tests.sessions import Place

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a home and a working folder that holds the clippings."""
    made = Place(tmp_path)
    shutil.copytree(CLIPPINGS, made.work / "clippings")
    return made


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a place with the clippings in `archive`, indexed; only for tests that add nothing."""
    made = Place(tmp_path_factory.mktemp("filled"))
    shutil.copytree(CLIPPINGS, made.work / "clippings")
    for words in (["init"], ["add", "clippings"]):
        done = morgue(made, "--archive", "archive", *words)
        assert done.code == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def modes_bind(tmp_path_factory: pytest.TempPathFactory) -> bool:
    """Tell whether the modes of files keep us out, as they do everyone but the superuser."""
    file = tmp_path_factory.mktemp("modes") / "file"
    file.touch(mode=0)
    return not os.access(file, os.R_OK)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Give the folder of the five articles that the acceptance is about."""
    if not SEEDS.is_dir():
        pytest.skip(f"needs the seed articles in {SEEDS}")
    return SEEDS
