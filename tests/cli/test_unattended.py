"""Runs that nobody watches: cron jobs on the default archive, two at a time, a lost index, a script that follows."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.cli.process import morgue, started

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sessions import Place


def numbered(start: int, end: int) -> bytes:
    lines = (json.dumps({"id": f"ship-{number}", "text": f"Ship {number} came in."}) for number in range(start, end))
    return "".join(line + "\n" for line in lines).encode()


@pytest.mark.skipif(sys.platform != "linux", reason="the data folder is elsewhere")
def test_the_first_add_makes_the_default_archive(place: Place) -> None:
    folder = place.home / "data" / "morgue"
    for words in (["search", "lamp"], ["log"], ["status"], ["show", "1"]):
        missing = morgue(place, *words)
        assert missing.code == 4
        assert "morgue init" in missing.stderr
        assert not folder.exists()
    assert morgue(place, "add", "clippings").code == 0
    assert folder.stat().st_mode & 0o777 == 0o700
    assert morgue(place, "search", "lamp", "--format", "urls").lines == ["https://courier.example/2031/lamp"]
    elsewhere = morgue(place, "status", environment={"XDG_DATA_HOME": str(place.home / "other")})
    assert elsewhere.code == 4


def test_the_environment_names_the_archive_and_the_option_wins(place: Place) -> None:
    for name in ("one", "two"):
        assert morgue(place, "--archive", name, "init").code == 0
    assert morgue(place, "add", "clippings/ferry.txt", environment={"MORGUE_ARCHIVE": "one"}).statuses == ["added"]
    one = json.loads(morgue(place, "status", "--json", environment={"MORGUE_ARCHIVE": "one"}).stdout)
    two = json.loads(
        morgue(place, "--archive", "two", "status", "--json", environment={"MORGUE_ARCHIVE": "one"}).stdout
    )
    assert (one["archive"], one["articles"]) == ("one", 1)
    assert (two["archive"], two["articles"]) == ("two", 0)
    # What is named in the environment is not made by chance either.
    lost = morgue(place, "add", "clippings", environment={"MORGUE_ARCHIVE": "lost"})
    assert lost.code == 4
    assert "morgue init lost" in lost.stderr
    assert not (place.work / "lost").exists()


def test_adding_again_changes_nothing(place: Place) -> None:
    first = morgue(place, "add", "clippings")
    size = json.loads(morgue(place, "status", "--json").stdout)["events"]
    again = morgue(place, "add", "clippings")
    assert (first.code, again.code, again.stderr) == (0, 0, "")
    assert again.statuses == ["unchanged"] * 5
    assert json.loads(morgue(place, "status", "--json").stdout)["events"] == size


def test_two_at_once_with_the_same_articles_keep_each_once(place: Place) -> None:
    assert morgue(place, "--archive", "archive", "init").code == 0

    def add(stdin: bytes) -> list[str]:
        done = morgue(place, "--archive", "archive", "add", "-", "--format", "jsonl", stdin=stdin)
        assert (done.code, done.stderr) == (0, "")
        return done.lines

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(add, (numbered(0, 600), numbered(300, 900)))
    by_digest: dict[str, set[str]] = {}
    statuses: dict[str, list[str]] = {}
    for line in (*one, *two):
        position, status, digest, _ = line.split("\t")
        by_digest.setdefault(digest, set()).add(position)
        statuses.setdefault(digest, []).append(status)
    assert len(by_digest) == 900
    assert all(len(positions) == 1 for positions in by_digest.values())
    assert all(found.count("added") == 1 for found in statuses.values())
    log = [json.loads(line) for line in morgue(place, "--archive", "archive", "log", "--json").lines]
    assert [event["position"] for event in log] == list(range(903))
    assert morgue(place, "--archive", "archive", "verify").code == 0
    found = morgue(place, "--archive", "archive", "search", "ship", "--limit", "0", "--format", "ids")
    assert len(set(found.lines)) == 900


def test_a_lost_index_comes_back_and_says_so(filled: Place, place: Place) -> None:
    shutil.copytree(filled.work / "archive", place.work / "archive")
    before = morgue(place, "--archive", "archive", "search", "lamp", "--format", "jsonl")
    for lose in (shutil.rmtree, _empty_files):
        lose(place.work / "archive" / "index")
        after = morgue(place, "--archive", "archive", "search", "lamp", "--format", "jsonl")
        assert (after.code, after.stdout) == (0, before.stdout)
        assert "index" in after.stderr
        assert after.stderr.startswith("morgue: ")
        assert morgue(place, "--archive", "archive", "search", "lamp").stderr == ""


def _empty_files(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "lock":
            file.write_bytes(b"")


def test_a_search_catches_up_with_what_was_added_without_index(place: Place) -> None:
    assert morgue(place, "add", "clippings/ferry.txt").code == 0
    assert morgue(place, "add", "clippings/wire.jsonl", "--no-index").code == 0
    done = morgue(place, "search", "quellin", "--format", "urls")
    assert (done.lines, done.stderr) == (["https://shimbun.example/quellin"], "")


def test_the_log_begins_where_a_script_left_off(filled: Place) -> None:
    whole = morgue(filled, "--archive", "archive", "log", "--json").lines
    assert [json.loads(line)["position"] for line in whole] == list(range(7))
    assert morgue(filled, "--archive", "archive", "log", "--json", "--since", "5").lines == whole[5:]
    beyond = morgue(filled, "--archive", "archive", "log", "--since", "9" * 30)
    assert (beyond.code, beyond.stdout) == (0, "")


@pytest.mark.parametrize("piped", [True, False])
def test_who_follows_the_log_is_told_of_what_another_process_adds(place: Place, piped: bool) -> None:
    assert morgue(place, "--archive", "archive", "init").code == 0
    with started(place, "--archive", "archive", "log", "--follow", "--json") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["position"] == 0
        words = ["-"] if piped else ["clippings/ferry.txt"]
        stdin = (place.work / "clippings" / "ferry.txt").read_bytes() if piped else b""
        assert morgue(place, "--archive", "archive", "add", *words, stdin=stdin).code == 0
        told = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGINT)
    assert [event["type"] for event in told] == ["morgue.article.added.v1", "morgue.run.recorded.v1"]
    assert [event["position"] for event in told] == [1, 2]
    assert told[0]["about"] == "Ferry runs aground in fog"


def test_the_archive_names_no_folder_of_the_users_home(place: Place) -> None:
    assert morgue(place, "--archive", "archive", "init").code == 0
    assert morgue(place, "--archive", "archive", "add", "clippings").code == 0
    assert morgue(place, "--archive", "archive", "search", "lamp").code == 0
    # But for the archive's private key, which must not lie within it.
    kept = [path.relative_to(place.home) for path in place.home.rglob("*") if path.is_file()]
    assert [(str(path.parent), path.suffix) for path in kept] == [("data/morgue-keys", ".key")]
