"""`morgue doctor`: what it says of software, places, locks and archives, whole ones and broken ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive import lock
from archive.archive import Archive
from cli.doctor import contents, locks, place, software
from cli.doctor.finding import LEVELS
from tests.archive import raw
from tests.archive.making import add_all, numbered
from tests.archive.test_erased_parts import erase
from tests.cli.process import morgue

if TYPE_CHECKING:
    from tests.sessions import Place

CHECKS = [
    "python", "sqlite", "libraries", "encoding", "file system", "disk space", "permissions", "lock", "index lock",
    "archive", "clock", "verified", "erasures", "index", "leftovers", "keys",
]  # fmt: skip


@pytest.fixture
def own(place: Place) -> Place:
    """Give a place with an archive that a test may spoil."""
    (place.work / "lamp.txt").write_text("The lamp went dark.\n")
    for words in (["init", "archive"], ["--archive", "archive", "add", "lamp.txt"]):
        assert morgue(place, *words).code == 0
    return place


def told(place: Place, *, code: int = 0) -> dict[str, dict[str, str | None]]:
    """Return the findings about the archive by what was looked at."""
    done = morgue(place, "--archive", "archive", "doctor", "--json")
    assert (done.code, done.stderr) == (code, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(set(one) == {"check", "level", "says", "advice"} for one in found)
    assert all(one["level"] in LEVELS for one in found)
    return {one["check"]: one for one in found}


def level(place: Place, check: str, *, code: int = 0) -> str | None:
    return told(place, code=code)[check]["level"]


def test_an_archive_that_is_well_has_no_problem(own: Place) -> None:
    found = told(own)
    assert list(found) == CHECKS
    assert {one["level"] for one in found.values()} <= {"ok", "note", "warning"}
    assert found["archive"]["level"] == found["index"]["level"] == found["permissions"]["level"] == "ok"


def test_what_is_well_needs_no_advice_and_a_problem_has_one(own: Place) -> None:
    for one in told(own).values():
        assert one["level"] != "ok" or one["advice"] is None
    (own.work / "archive").rename(own.work / "elsewhere")
    assert told(own, code=7)["archive"]["advice"] == "run: morgue init archive"


def test_it_looks_at_the_machine_where_there_is_no_archive(place: Place) -> None:
    found = told(place, code=7)
    assert found["archive"]["level"] == "problem"
    assert "keys" not in found
    assert found["sqlite"]["level"] != "problem"
    done = morgue(place, "doctor")
    assert done.code == 0
    assert "the first `morgue add` makes it" in " ".join(done.stdout.split())


def test_damage_ends_with_the_code_of_damage(own: Place) -> None:
    with raw.unguarded(own.work / "archive") as connection:
        connection.execute("DELETE FROM meta")
    assert level(own, "archive", code=5) == "problem"


def test_another_programs_file_is_a_problem_and_no_damage(place: Place) -> None:
    folder = place.work / "archive"
    folder.mkdir()
    with raw.connected(folder) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    assert level(place, "archive", code=7) == "problem"


def test_an_older_copy_is_told_from_what_was_verified(own: Place) -> None:
    folder = own.work / "archive"
    older = (folder / "events.db").read_bytes()
    (own.work / "more.txt").write_text("One more.\n")
    assert morgue(own, "--archive", "archive", "add", "--no-index", "more.txt").code == 0
    assert morgue(own, "--archive", "archive", "verify").code == 0
    assert level(own, "verified") == "ok"
    with raw.connected(folder) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "events.db").write_bytes(older)
    assert level(own, "verified", code=5) == "problem"


def test_a_purge_that_is_pending_is_told(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        add_all(archive, numbered(3))
        assert contents._purge(archive).level == "ok"
        erase(archive, 2, zero=False)
        found = contents._purge(archive)
        assert (found.level, "purge pending: 1 event" in found.says) == ("warning", True)


def test_what_a_killed_build_left_is_told(own: Place) -> None:
    index = own.work / "archive" / "index"
    (index / "00000099").mkdir()
    (index / "00000099" / "a.seg").write_bytes(bytes(2000))
    found = told(own)["leftovers"]
    assert (found["level"], found["says"]) == ("note", "1 file or folder of interrupted work, 2.0 KiB")


def test_permissions_that_let_others_write_are_told(own: Place) -> None:
    folder = own.work / "archive"
    folder.chmod(0o770)
    assert "others can write in archive" in str(told(own)["permissions"]["says"])
    folder.chmod(0o750)
    assert level(own, "permissions") == "note"
    (folder / "index" / "CURRENT").chmod(0o666)
    assert "CURRENT" in str(told(own)["permissions"]["says"])
    folder.chmod(0o700)
    assert level(own, "permissions") == "ok"


# Locks

HOLDER = """
import sys
from pathlib import Path
from archive import lock
with lock.held(Path(sys.argv[1]), timeout=1):
    print(flush=True)
    input()
"""


def test_the_process_that_holds_a_lock_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert locks.holder(path, "lock", "writing").says == "free; nobody has held it yet"
    with lock.held(path, timeout=1):
        pass
    assert locks.holder(path, "lock", "writing").says == "free"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = locks.holder(path, "lock", "writing")
        assert found.level == "note"
        assert "is writing" in found.says
        if Path("/proc/locks").exists():
            assert str(process.pid) in found.says
        process.communicate(b"\n")
    assert locks.holder(path, "lock", "writing").says == "free"


# Software


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ((3, 33, 0), "problem"), ((3, 34, 0), "note"), ((3, 40, 1), "note"), ((3, 44, 5), "note"), ((3, 44, 6), "ok"),
        ((3, 45, 0), "note"), ((3, 50, 6), "note"), ((3, 50, 7), "ok"), ((3, 51, 2), "note"), ((3, 51, 3), "ok"),
        ((3, 52, 0), "ok"),
    ],
)  # fmt: skip
def test_versions_of_sqlite_that_can_lose_commits_are_known(version: tuple[int, ...], level: str) -> None:
    assert software.sqlite(version, ()).level == level


def test_an_sqlite_that_lacks_what_is_used_is_a_problem() -> None:
    found = software.sqlite((3, 52, 0), {"OMIT_WAL", "THREADSAFE=1"})
    assert (found.level, "write-ahead logs" in found.says) == ("problem", True)
    assert any(option.startswith("THREADSAFE") for option in software.compile_options())


@pytest.mark.parametrize(
    ("names", "text", "level"),
    [("utf-8", "UTF-8", "ok"), ("ascii", "UTF-8", "warning"), ("utf-8", "cp1252", "warning")],
)
def test_encodings_other_than_utf_8_are_told(names: str, text: str, level: str) -> None:
    assert software.encoding(names, text).level == level


def test_libraries_that_are_missing_or_old_are_named() -> None:
    assert software._unmet("attrs>=1.0") is None
    assert software._unmet("attrs>=9999.1,<9") is not None
    assert software._unmet("no-such-library-at-all>=1") == "no-such-library-at-all is not installed"
    assert software._unmet("no-such-library-at-all>=1; extra == 'dev'") is None


# Places

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw,nosuid 0 0
server:/x /mnt/with\\040space nfs4 rw 0 0
/dev/sdb1 /mnt/read ext4 ro 0 0
"""
MAC = """\
/dev/disk3s1 on / (apfs, local, journaled)
//desk@server/x on /Volumes/Desk (smbfs, nodev)
"""


@pytest.mark.parametrize(
    ("path", "kind"), [("/home/x", "ext4"), ("/tmp/x", "tmpfs"), ("/tmpx", "ext4"), ("/mnt/with space/a", "nfs4")]
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    found = place.mounted(Path(path), MOUNTS)
    assert found is not None
    assert found[0] == kind


@pytest.mark.parametrize(
    ("path", "level"),
    [("/home/x", "ok"), ("/tmp/x", "warning"), ("/mnt/with space/a", "warning"), ("/mnt/read/a", "note")],
)
def test_file_systems_are_judged(path: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert place.file_system(Path(path), MOUNTS).level == level
    assert place.file_system(Path(path), "").level == "note"


def test_the_list_of_mounts_of_a_mac_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert place.file_system(Path("/Users/x"), MAC).level == "ok"
    assert place.file_system(Path("/Volumes/Desk/x"), MAC).level == "warning"


@pytest.mark.parametrize(
    ("free", "needed", "level"), [(0, 0, "problem"), (1 << 30, 1 << 31, "warning"), (1 << 31, 1 << 30, "ok")]
)
def test_room_is_judged_by_what_a_rebuild_needs(free: int, needed: int, level: str) -> None:
    assert place.free_space(free, needed).level == level


@pytest.mark.parametrize(
    ("now", "last", "level"),
    [
        ("2026-11-22T12:00:00", "2026-11-22T11:00:00.000000Z", "ok"),
        ("2026-11-22T12:00:00", "2026-11-22T12:00:01.500000Z", "ok"),
        ("2026-11-22T12:00:00", "2026-11-22T13:00:00.000000Z", "warning"),
        ("1970-01-01T00:00:09", "2026-11-22T13:00:00.000000Z", "problem"),
        ("2099-01-01T00:00:09", "2026-11-22T13:00:00.000000Z", "problem"),
    ],
)
def test_a_clock_is_judged_by_the_log(now: str, last: str, level: str) -> None:
    assert contents.clock(datetime.fromisoformat(now).replace(tzinfo=UTC), last).level == level


def test_keys_that_others_can_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORGUE_KEYS", str(tmp_path / "keys"))
    archive_id = "018f0000-0000-7000-8000-000000000001"

    def found() -> str:
        [one] = contents.keys(archive_id)
        return one.level

    assert found() == "note"
    (tmp_path / "keys").mkdir(mode=0o700)
    assert found() == "note"
    key = tmp_path / "keys" / f"{archive_id}.key"
    key.touch(mode=0o600)
    assert found() == "ok"
    key.chmod(0o644)
    assert found() == "warning"
    key.chmod(0o600)
    os.chmod(tmp_path / "keys", 0o777)  # noqa: PTH101, S103 - what it must tell
    assert found() == "warning"


def test_a_file_that_is_named_for_an_archive_is_told_so(own: Place) -> None:
    for words in (["status"], ["search", "lamp"], ["verify"]):
        done = morgue(own, "--archive", "archive/events.db", *words)
        assert (done.code, done.stdout) == (4, "")
        assert done.stderr == "morgue: archive/events.db is a file, and an archive is a folder; name that\n"
    done = morgue(own, "--archive", "archive/events.db", "doctor")
    assert done.code == 7
    assert "morgue init" not in done.stdout
