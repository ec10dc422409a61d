"""Backups: whole, verified, of one moment, and there only when they are complete."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from archive.archive import Archive
from archive.errors import DamagedError, NotAnArchiveError, StorageError
from archive.moving.backups import back_up
from archive.verification import verify
from tests.archive.making import add_all, numbered, submission
from tests.archive.moving.making import log_of, varied
from tests.archive.raw import unguarded

KILLS = 10
BACKER = Path(__file__).with_name("backer.py")


def quiet(_what: str, _done: int, _total: int) -> None:
    pass


def test_a_backup_is_the_archive(tmp_path: Path) -> None:
    with varied(tmp_path / "archive") as archive:
        tree = back_up(archive.store, tmp_path / "backup", quiet)
        assert tree == (archive.size(), archive.root())
    assert log_of(tmp_path / "backup") == log_of(tmp_path / "archive")
    with Archive.open(tmp_path / "backup") as backup:
        assert [backup.version(position).metadata.title for position in (1, 6, 7)] == [
            "Two chunks",
            "Ships: 1",
            "Lamp mended",
        ]


def test_nothing_is_in_a_backup_but_the_log(tmp_path: Path) -> None:
    with varied(tmp_path / "archive") as archive:
        (tmp_path / "archive" / "index").mkdir()
        back_up(archive.store, tmp_path / "deep" / "backup", quiet)
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep" / "backup").iterdir()}
    assert files == {"events.db": 0o600, "lock": 0o600}
    assert stat.S_IMODE((tmp_path / "deep" / "backup").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["backup"]


def test_others_add_while_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.store._PAGES_AT_ONCE", 1)
    added: list[int] = []
    with varied(tmp_path / "archive") as archive, Archive.open(tmp_path / "archive") as other:
        before = archive.size()

        def progress(what: str, _done: int, _total: int) -> None:
            if what == "copying" and len(added) < 5:
                added.extend(outcome.position for outcome in add_all(other, [submission(f"Meanwhile {len(added)}.")]))

        tree = back_up(archive.store, tmp_path / "backup", progress)
        assert len(added) == 5
        assert archive.size() == before + 10
    assert tree.size == before
    assert log_of(tmp_path / "backup") == log_of(tmp_path / "archive")[:before]


def test_a_damaged_archive_is_not_backed_up(tmp_path: Path) -> None:
    with varied(tmp_path / "archive") as archive:
        with unguarded(tmp_path / "archive") as connection:
            connection.execute("UPDATE payload SET checksum = zeroblob(32) WHERE position = 4")
        with pytest.raises(DamagedError, match=r"position 4: .*no backup was made"):
            back_up(archive.store, tmp_path / "backup", quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    target = tmp_path / "backup"
    if there == "file":
        target.write_text("a letter")
    elif there == "folder":
        target.mkdir()
        (target / "letter").touch()
    else:
        target.symlink_to(tmp_path / "nowhere")
    with varied(tmp_path / "archive") as archive, pytest.raises(NotAnArchiveError, match="is there already"):
        back_up(archive.store, target, quiet)
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "backup"}


def test_an_empty_folder_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with varied(tmp_path / "archive") as archive:
        back_up(archive.store, tmp_path / "backup", quiet)
    assert log_of(tmp_path / "backup") == log_of(tmp_path / "archive")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter").touch()
    with varied(tmp_path / "archive") as archive, pytest.raises(StorageError, match="letter"):
        back_up(archive.store, tmp_path / "letter" / "backup", quiet)


def test_a_backup_whose_maker_was_killed_is_whole_or_not_there(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        add_all(archive, numbered(300))
        size = archive.size()
    random = Random(17)
    made = 0
    for number in range(KILLS):
        target = tmp_path / f"backup {number}"
        command = [sys.executable, str(BACKER), str(tmp_path / "archive"), str(target)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.15))
            process.kill()
        if target.exists():
            made += 1
            with Archive.open(target) as backup:
                assert backup.size() == size
                assert list(verify(backup)) == []
    assert made < KILLS
    with Archive.open(tmp_path / "archive") as archive:
        assert list(verify(archive)) == []
