"""The lock: a bounded wait, and nothing to clean up after a holder who was killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from archive import lock
from archive.archive import Archive
from archive.errors import BusyError, StorageError
from archive.submission import Failure
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOLD = """
import fcntl, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(archive: Archive) -> Iterator[subprocess.Popen[bytes]]:
    """Give another process that holds the archive's lock until its standard input is closed."""
    command = [sys.executable, "-c", HOLD, str(archive.path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_who_waits_too_long_hears_of_it(archive: Archive, holder: subprocess.Popen[bytes]) -> None:
    archive.store.lock_timeout = 0.05
    with pytest.raises(BusyError, match="--lock-timeout") as error:
        archive.add(submission("Text."))
    assert error.value.waited == 0.05
    assert archive.size() == 1


def test_a_timeout_of_zero_tries_once(tmp_path: Path) -> None:
    with lock.held(tmp_path / "lock", timeout=0), pytest.raises(BusyError), lock.held(tmp_path / "lock", timeout=0):
        pass
    with lock.held(tmp_path / "lock", timeout=0):
        pass


def test_a_holder_who_was_killed_leaves_no_lock(archive: Archive, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    archive.store.lock_timeout = 0
    assert archive.add(submission("Text.")).status == "added"


def test_who_waits_gets_the_lock_when_it_is_free(archive: Archive, holder: subprocess.Popen[bytes]) -> None:
    archive.store.lock_timeout = 30
    assert holder.stdin is not None
    results = archive.add_many(numbered(1))
    holder.stdin.close()
    assert len(list(results)) == 1


TAKE_TURNS = """
import sys, time
from pathlib import Path
from archive import lock
for _ in range(int(sys.argv[2])):
    with lock.held(Path(sys.argv[1]), timeout=60):
        print(sys.argv[3], flush=True)
        time.sleep(0.01)
"""


def test_nobody_is_kept_out_by_one_who_takes_it_again_and_again(tmp_path: Path) -> None:
    path, told = tmp_path / "lock", tmp_path / "told"
    with told.open("w") as output, lock.held(path, timeout=0):
        writers = [
            subprocess.Popen([sys.executable, "-c", TAKE_TURNS, str(path), "20", name], stdout=output)
            for name in ("a", "b", "c")
        ]
        time.sleep(0.5)
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    turns = told.read_text().split()
    # From where all of them had come, to where one had its last turn. One that is lucky again and again has all of
    # them in a row.
    begun = max(turns.index(name) for name in "abc")
    ended = min(len(turns) - turns[::-1].index(name) for name in "abc")
    assert max((len(list(run)) for _, run in groupby(turns[begun:ended])), default=0) <= 6, turns
    assert begun < ended, turns


def test_who_gives_up_leaves_the_lock_to_others(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock.held(path, timeout=0), pytest.raises(BusyError), lock.held(path, timeout=0.05):
        pass
    # The thread that waited got it just now, for nobody.
    with lock.held(path, timeout=5):
        pass


def test_a_wait_can_be_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock.held(path, timeout=0):
        waiting = subprocess.Popen(
            [sys.executable, "-c", TAKE_TURNS, str(path), "1", "a"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        time.sleep(0.7)
        waiting.send_signal(signal.SIGINT)
        _, errors = waiting.communicate(timeout=20)
    assert b"KeyboardInterrupt" in errors


def test_without_another_thread_it_is_waited_for_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    path = tmp_path / "lock"
    monkeypatch.setattr(threading.Thread, "start", refused)
    with lock.held(path, timeout=0), pytest.raises(BusyError), lock.held(path, timeout=0.05):
        pass
    with lock.held(path, timeout=0.05):
        pass


def test_reading_needs_no_lock(archive: Archive, holder: subprocess.Popen[bytes]) -> None:
    with Archive.open(archive.path, lock_timeout=0) as reader:
        assert reader.size() == 1
        assert list(reader.events())


def test_readers_share_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    shared, other = (lock.held(path, timeout=0, shared=True) for _ in range(2))
    with shared, other, pytest.raises(BusyError), lock.held(path, timeout=0):
        pass


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), lock.held(tmp_path / "lock", timeout=0):
        raise KeyError
    with lock.held(tmp_path / "lock", timeout=0):
        pass


def test_the_lock_is_free_between_batches(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.batches.BATCH_ARTICLES", 1)
    results = archive.add_many([*numbered(2), Failure(path="x", message="y")])
    next(results)
    with Archive.open(archive.path, lock_timeout=0) as other:
        add_all(other, numbered(1, start=10))
    assert len(list(results)) == 2


def test_the_lock_is_for_its_owner_and_not_inherited(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock.held(path, timeout=0):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        subprocess.run([sys.executable, "-c", ""], check=True, close_fds=False)
        child = "import fcntl, sys; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        refused = subprocess.run([sys.executable, "-c", child, str(path)], capture_output=True, check=False)
        assert b"BlockingIOError" in refused.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_lock_that_cannot_be_made_is_an_error_of_ours(archive: Archive) -> None:
    (archive.path / "lock").unlink()
    archive.path.chmod(0o500)
    try:
        with pytest.raises(StorageError):
            archive.add(submission("Text."))
    finally:
        archive.path.chmod(0o700)
