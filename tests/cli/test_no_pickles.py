"""Nothing is unpickled, in no process: an index that another could write is read, and cannot make us run anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Read by every Python process at its start, so by workers and builders, too. numpy imports pickle and uses none of it.
REFUSING = """
import _pickle, os, pickle

def refuse(*_, **__):
    os.write(2, b"UNPICKLED")
    os._exit(99)

for module in (pickle, _pickle):
    module.load = module.loads = module.Unpickler = refuse
"""


@pytest.fixture
def refusing(tmp_path: Path) -> dict[str, str]:
    """Give an environment in which a process that unpickles ends at once."""
    (tmp_path / "sitecustomize.py").write_text(REFUSING)
    return {**os.environ, "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)}


def test_no_command_unpickles(tmp_path: Path, refusing: dict[str, str]) -> None:
    for number in range(3):
        (tmp_path / f"{number}.html").write_text(f"<html><title>Lamp {number}</title><p>The lamp went dark.</p></html>")
    for words in (
        ["init", "archive"],
        ["--archive", "archive", "add", "--jobs", "2", "0.html", "1.html"],
        ["--archive", "archive", "index", "--rebuild"],
        ["--archive", "archive", "add", "2.html"],
        ["--archive", "archive", "search", "lamp"],
        ["--archive", "archive", "search", "la*", "--sort", "newest"],
        ["--archive", "archive", "show", "1"],
        ["--archive", "archive", "amend", "--all"],
        ["--archive", "archive", "verify"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", "from cli.main import main; main()", *words],
            cwd=tmp_path,
            env=refusing,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, b"UNPICKLED" in done.stderr) == (0, False), (words, done.stderr)


def test_building_by_several_processes_unpickles_nothing(tmp_path: Path, refusing: dict[str, str]) -> None:
    program = """
from pathlib import Path
from archive.archive import Archive
from index import builder
from index.index import Index
from tests.archive.making import add_all, numbered
builder.EVENTS_FOR_PROCESSES = 10
with Archive.create(Path("archive")) as archive:
    add_all(archive, numbered(50))
    Index(archive).rebuild()
"""
    root = str(Path(__file__).parents[2])
    environment = {**refusing, "PYTHONPATH": os.pathsep.join((refusing["PYTHONPATH"], root))}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_process_that_unpickles_would_be_found(tmp_path: Path, refusing: dict[str, str]) -> None:
    program = "import pickle; pickle.loads(pickle.dumps(1))"
    done = subprocess.run([sys.executable, "-c", program], env=refusing, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (99, b"UNPICKLED")
