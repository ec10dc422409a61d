"""Each exit code of the contract by a real case: scripts branch on them."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.process import morgue, started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sessions import Place

BATCH = 1000
"""As many articles are acknowledged together."""


def records(count: int, start: int = 0) -> bytes:
    lines = (json.dumps({"id": f"ship-{number}", "text": f"Ship {number} came in."}) for number in range(start, count))
    return "".join(line + "\n" for line in lines).encode()


def flip_a_byte_of_a_payload(archive: Path) -> None:
    """Change a byte as a disk would: past the triggers."""
    with closing(sqlite3.connect(archive / "events.db")) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("DELETE FROM sqlite_schema WHERE type = 'trigger'")
        database.commit()
    with closing(sqlite3.connect(archive / "events.db")) as database:
        found = database.execute("SELECT rowid, data FROM payload WHERE position = 1 AND part = 'original'").fetchone()
        data = bytearray(found[1])
        data[len(data) // 2] ^= 1
        database.execute("UPDATE payload SET data = ? WHERE rowid = ?", (bytes(data), found[0]))
        database.commit()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold an archive's lock for a `with` block, as another process that writes."""
    with file.open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_0_is_for_hits_and_for_what_was_done(filled: Place) -> None:
    done = morgue(filled, "--archive", "archive", "search", "lamp")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith("1. ")


@pytest.mark.parametrize("format_name", ["text", "jsonl", "csv", "ids", "urls"])
def test_1_is_for_no_hits_and_nothing_is_printed(filled: Place, format_name: str) -> None:
    done = morgue(filled, "--archive", "archive", "search", "zzzz", "--format", format_name)
    assert (done.code, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("query", "carets"),
    [
        ("natanz (", "       ^"),
        ("lamp titel:fog", "     ^^^^^"),
        ("published:2031-13", "          ^^^^^^^"),
        ("港 published:2031-13", "             ^^^^^^^"),
        ('ferry "fog', "      ^"),
    ],
)
def test_2_is_for_a_bad_query_with_carets_under_the_place(filled: Place, query: str, carets: str) -> None:
    done = morgue(filled, "--archive", "archive", "search", query)
    assert (done.code, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[lines.index(query) + 1] == carets


@pytest.mark.parametrize(
    "words",
    [
        ["--frob"],
        ["frob"],
        ["search"],
        ["search", "lamp", "--limti", "3"],
        ["search", "lamp", "--limit", "many"],
        ["search", "lamp", "--at", "77"],
        ["search", "lamp", "--at", "yesterday"],
        ["add", "clippings", "--published", "yesterday"],
        ["add", "clippings", "--published", "2031-02-30"],
        ["add", "clippings", "--format", "xml"],
        ["log", "--since", "-1"],
    ],
)
def test_2_is_for_wrong_usage(filled: Place, words: list[str]) -> None:
    done = morgue(filled, "--archive", "archive", *words)
    assert (done.code, done.stdout) == (2, ""), done.stderr
    assert done.stderr


def test_3_is_for_a_broken_line_among_good_ones(place: Place) -> None:
    lines = records(5).splitlines()
    lines[2] = b'{"text": '
    done = morgue(place, "add", "-", "--format", "jsonl", stdin=b"\n".join(lines))
    assert done.code == 3
    assert done.statuses == ["added"] * 4
    assert done.stderr.startswith("-:3: ")
    assert len([line for line in done.stderr.splitlines() if not line.startswith("morgue: ")]) == 1


def test_4_is_for_an_archive_that_is_named_and_missing(place: Place) -> None:
    for words in (["search", "lamp"], ["add", "clippings"], ["status"], ["verify"], ["log"], ["show", "1"], ["index"]):
        done = morgue(place, "--archive", "nowhere", *words)
        assert (done.code, done.stdout) == (4, ""), words
        assert "morgue init nowhere" in done.stderr
        assert not (place.work / "nowhere").exists()


@pytest.mark.parametrize("identifier", ["0", "77", "deadbeef", "x", "https://nowhere.example/", "0" * 64, ""])
def test_4_is_for_an_article_that_is_not_there(filled: Place, identifier: str) -> None:
    done = morgue(filled, "--archive", "archive", "show", identifier)
    assert (done.code, done.stdout) == (4, "")


def test_5_is_for_an_archive_that_does_not_verify(filled: Place, place: Place) -> None:
    shutil.copytree(filled.work / "archive", place.work / "archive")
    flip_a_byte_of_a_payload(place.work / "archive")
    verified = morgue(place, "--archive", "archive", "verify", "--json")
    assert verified.code == 5
    *problems, summary = map(json.loads, verified.lines)
    assert 1 in [problem["position"] for problem in problems]
    assert (summary["ok"], summary["problems"], summary["root"]) == (False, len(problems), None)
    shown = morgue(place, "--archive", "archive", "show", "1")
    assert shown.code == 5
    assert "position 1" in shown.stderr
    assert "morgue verify" in shown.stderr


def test_6_is_for_an_archive_that_another_process_holds(filled: Place, place: Place) -> None:
    shutil.copytree(filled.work / "archive", place.work / "archive")
    lock = place.work / "archive" / "lock"
    assert lock.exists()
    with locked(lock):
        done = morgue(place, "--archive", "archive", "--lock-timeout", "0.2", "add", "-", stdin=b"A ship came in.")
        # Whoever only reads need not wait.
        read = morgue(place, "--archive", "archive", "--lock-timeout", "0.2", "search", "lamp")
    assert (done.code, done.stdout) == (6, "")
    assert "--lock-timeout" in done.stderr
    assert read.code == 0


def test_7_is_for_a_disk_that_refuses_and_what_was_acknowledged_stays(place: Place) -> None:
    assert morgue(place, "--archive", "archive", "init").code == 0
    assert morgue(place, "--archive", "archive", "add", "clippings", "--no-index").code == 0
    limit = 512 * 1024

    def refuse() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    text = base64.b64encode(os.urandom(2 * limit))
    with started(place, "--archive", "archive", "add", "-", stdin=-1, preexec_fn=refuse) as process:
        stdout, stderr = process.communicate(text)
    assert (process.returncode, stdout) == (7, b""), stderr
    assert b"Traceback" not in stderr
    assert b"unexpected" not in stderr
    assert morgue(place, "--archive", "archive", "verify").code == 0
    assert "events    7\n" in morgue(place, "--archive", "archive", "status").stdout


def test_7_is_for_an_archive_that_may_not_be_read(place: Place, modes_bind: bool) -> None:
    if not modes_bind:
        pytest.skip("the superuser may read everything")
    assert morgue(place, "--archive", "archive", "init").code == 0
    (place.work / "archive" / "events.db").chmod(0)
    assert morgue(place, "--archive", "archive", "status").code == 7


def test_0_is_for_an_archive_that_verifies_though_its_index_is_damaged(filled: Place, place: Place) -> None:
    shutil.copytree(filled.work / "archive", place.work / "archive")
    [segment] = (place.work / "archive" / "index").glob("*/*.seg")
    whole = bytearray(segment.read_bytes())
    whole[100] ^= 1
    segment.write_bytes(whole)
    checked = morgue(place, "--archive", "archive", "verify")
    assert checked.code == 0
    assert checked.stdout.startswith("ok: ")
    assert "is damaged" in checked.stderr
    assert "morgue index --rebuild" in checked.stderr
    assert morgue(place, "--archive", "archive", "index", "--rebuild").code == 0
    assert morgue(place, "--archive", "archive", "verify").stderr == ""


def test_130_is_for_an_interrupted_add_and_what_was_acknowledged_stays(place: Place) -> None:
    assert morgue(place, "--archive", "archive", "init").code == 0
    with started(place, "--archive", "archive", "add", "-", "--format", "jsonl", stdin=-1) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # A batch, and a line of the next, which is waited for in vain: the pipe stays open.
        process.stdin.write(records(BATCH + 1))
        process.stdin.flush()
        # On a busy machine the first batch is a smaller one: it is not waited for a certain number.
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, stderr = process.stdout.read(), process.stderr.read() if process.stderr else b""
    assert process.returncode == 130
    assert stderr.decode() == "morgue: interrupted\n"
    acknowledged = [first, *rest.splitlines(keepends=True)]
    assert all(b"\tadded\t" in line for line in acknowledged)
    log = [json.loads(line) for line in morgue(place, "--archive", "archive", "log", "--json").lines]
    kept = len([event for event in log if event["type"] == "morgue.article.added.v1"])
    assert len(acknowledged) <= kept <= BATCH
    assert log[-1]["about"].endswith("(interrupted)")
    # The interrupted call is simply repeated.
    again = morgue(place, "--archive", "archive", "add", "-", "--format", "jsonl", stdin=records(BATCH + 1))
    assert again.statuses == ["unchanged"] * kept + ["added"] * (BATCH + 1 - kept)


def test_130_is_for_an_interrupted_follow(filled: Place) -> None:
    with started(filled, "--archive", "archive", "log", "--follow") as process:
        assert process.stdout is not None
        assert process.stdout.readline().split()[0] == b"0"
        process.send_signal(signal.SIGINT)
        stderr = process.communicate()[1]
    assert process.returncode == 130
    assert stderr.decode() == "morgue: interrupted\n"


INTERRUPTED_IMPORT = """
import importlib.abc, os, signal, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, *_):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

module, sys.argv = sys.argv[1], ["morgue", "status"]
sys.meta_path.insert(0, Finder())
from cli.main import main
main()
"""


@pytest.mark.parametrize(("module", "code"), [("typer", -signal.SIGINT), ("cli.commands.status", 130)])
def test_an_interrupt_while_it_starts_shows_no_traceback(module: str, code: int) -> None:
    command = [sys.executable, "-c", INTERRUPTED_IMPORT, module]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
