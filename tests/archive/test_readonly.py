"""A folder that cannot be written is read nevertheless: another user's, or a read-only file system's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive import lock
from archive.archive import Archive
from tests.archive.making import add_all, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

READER = Path(__file__).with_name("reader.py")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that another user may look into; pytest's own are for the user alone."""
    with tempfile.TemporaryDirectory(prefix="morgue-test-") as made:
        Path(made).chmod(0o755)
        yield Path(made) / "archive"


def shown(folder: Path, mode: int = 0o444) -> None:
    """Let everybody read an archive, and nobody write it."""
    for file in folder.iterdir():
        file.chmod(mode)
    folder.chmod(0o555)


def hidden(folder: Path) -> None:
    folder.chmod(0o700)


def read(folder: Path) -> list[str]:
    """Return what a reader without rights says."""
    command = [sys.executable, "-B", str(READER), str(folder)]
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o777)
        environment = {**os.environ, "TMPDIR": temporary}
        finished = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert list(Path(temporary).iterdir()) == [], "a copy was left behind"
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout.splitlines()


@pytest.mark.parametrize("mode", [0o444, 0o666])
def test_an_archive_at_rest_is_read_in_place(folder: Path, mode: int) -> None:
    with Archive.create(folder) as archive:
        add_all(archive, numbered(3))
        expected = f"5 {archive.root().hex()} 3"
    # Where the lock could be taken for writing, an addition must not wait for its own reader.
    shown(folder, mode)
    assert read(folder) == [expected, "StorageError"]
    assert {file.name for file in folder.iterdir()} == {"events.db", "lock"}
    hidden(folder)


@pytest.mark.parametrize("with_lock", [True, False])
def test_commits_that_wait_in_the_wal_are_read_too(folder: Path, with_lock: bool) -> None:
    # The files of an archive as a writer leaves them that was killed: it is still open here, and copied.
    with Archive.create(folder.with_name("open")) as archive:
        add_all(archive, numbered(3))
        expected = f"5 {archive.root().hex()} 3"
        subprocess.run(["cp", "-r", str(archive.path), str(folder)], check=True)
    assert (folder / "events.db-wal").stat().st_size
    if not with_lock:
        (folder / "lock").unlink()
    shown(folder)
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert read(folder) == [expected, "StorageError"]
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before
    hidden(folder)


def test_nobody_is_read_under_a_writer(folder: Path) -> None:
    with Archive.create(folder):
        pass
    shown(folder)
    with lock.held(folder / "lock", timeout=0):
        (line,) = read(folder)
    assert line.startswith("BusyError")
    hidden(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_an_archive_that_is_for_its_owner_alone_is_an_error_of_ours(folder: Path) -> None:
    with Archive.create(folder):
        pass
    (line,) = read(folder)
    assert line.startswith(("NoSuchArchiveError", "StorageError"))
    folder.chmod(0o555)
    (folder / "events.db").chmod(0o600)
    (line,) = read(folder)
    assert line.startswith("StorageError")
    shutil.rmtree(folder)
