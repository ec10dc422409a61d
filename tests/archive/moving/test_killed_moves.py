"""A mover that is killed at any moment leaves what was there, or all of what is new."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from archive.archive import Archive
from archive.moving.merging import merge
from archive.moving.sources import source_at
from archive.verification import verify
from tests.archive.making import add_all, numbered

KILLS = 12
MOVER = Path(__file__).with_name("mover.py")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moved") / "source"
    with Archive.create(folder) as archive:
        add_all(archive, numbered(400))
    return folder


def killed(what: str, source: Path, to: Path, seconds: float) -> None:
    with subprocess.Popen([sys.executable, str(MOVER), what, str(source), str(to)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()


def test_a_merge_is_all_there_or_not_at_all(source: Path, tmp_path: Path) -> None:
    random = Random(5)
    left = set()
    for number in range(KILLS):
        with Archive.create(tmp_path / str(number)) as archive:
            add_all(archive, numbered(2, 1000))
        killed("merge", source, tmp_path / str(number), random.uniform(0, 0.5))
        with Archive.open(tmp_path / str(number)) as archive:
            assert list(verify(archive)) == []
            # 402 events, `archive.merged` and the run.
            assert archive.size() in {4, 4 + 404}, number
            left.add(archive.size())
            with source_at(source, lock_timeout=5) as again:
                merge(archive, again)
            assert archive.size() == 4 + 404
    assert 4 in left


def test_an_import_is_there_as_a_whole_or_not_at_all(source: Path, tmp_path: Path) -> None:
    random = Random(6)
    with Archive.open(source) as archive:
        whole = (archive.size(), archive.root())
    missing = 0
    for number in range(KILLS):
        path = tmp_path / str(number)
        killed("import", source, path, random.uniform(0, 0.5))
        if not path.exists():
            missing += 1
            continue
        with Archive.open(path) as archive:
            assert (archive.size(), archive.root()) == whole
            assert list(verify(archive)) == []
    assert missing
