"""Standard streams as callers leave them: closed, full, gone, and in the encoding of a bare cron job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import sessions
from tests.cli.process import complain, morgue

if TYPE_CHECKING:
    from tests.sessions import Place

POORLY = (
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX"},
)
COMMANDS = (
    ("search lamp", 0),
    ("search lamp --format jsonl", 0),
    ("search zzzz", 1),
    ("search '('", 2),
    ("search --frob", 2),
    ("show 5", 0),
    ("show 77", 4),
    ("show 1 --original", 0),
    ("log", 0),
    ("status", 0),
    ("verify", 0),
    ("add clippings/nowhere.txt", 3),
    ("--help", 0),
)


@pytest.mark.parametrize(("command", "code"), COMMANDS)
def test_closed_outputs_change_no_exit_code(filled: Place, command: str, code: int) -> None:
    for closed in (">&-", "2>&-"):
        done = sessions.run(f"morgue --archive archive {command} {closed}", filled)
        assert done.code == code, (closed, done.output)
        assert "Traceback" not in done.output


def test_an_article_is_added_whatever_is_closed(place: Place) -> None:
    add = "morgue --archive archive add clippings/ferry.txt"
    assert sessions.run(f"morgue --archive archive init; {add} <&- >&- 2>&-", place).code == 0
    again = sessions.run(add, place)
    assert "\tunchanged\t" in again.output
    assert morgue(place, "--archive", "archive", "verify").code == 0


def test_a_closed_standard_input_is_an_empty_one(place: Place) -> None:
    done = sessions.run("morgue add - <&-", place)
    # A feed that has nothing new is no failure.
    assert done == sessions.Done("", 0)


@pytest.mark.parametrize(
    "command", ["search lamp", "search lamp --format json", "log --json", "show 1", "show 1 --json", "--help", "verify"]
)
def test_a_reader_that_goes_is_no_error(filled: Place, command: str) -> None:
    # The reader is gone before anything is written: `exec <&-` closes the pipe, and the fifo waits for that.
    script = f"""
        mkfifo gone.$$; (exec 3<gone.$$; : ) &
        exec 4>gone.$$; wait; rm gone.$$
        morgue --archive archive {command} >&4"""
    done = sessions.run(script, filled)
    assert (done.code, done.output) == (141, "")


def test_head_gets_its_line_and_no_complaint(filled: Place) -> None:
    done = sessions.run("morgue --archive archive search lamp --limit 0 | head -1", filled)
    assert len(done.output.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["search lamp", "show 1", "show 1 --original", "log", "status", "verify"])
def test_a_full_disk_is_told_in_a_sentence(filled: Place, command: str) -> None:
    done = sessions.run(f"morgue --archive archive {command} >/dev/full", filled)
    assert done.code == 7
    assert done.output.splitlines()[0].startswith("morgue: ")
    assert "No space left" in done.output
    assert "unexpected" not in done.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(("command", "code"), [("search zzzz", 1), ("search '('", 2), ("search --frob", 2)])
def test_what_cannot_be_told_still_has_its_exit_code(filled: Place, command: str, code: int) -> None:
    assert sessions.run(f"morgue --archive archive {command} 2>/dev/full", filled).code == code


@pytest.mark.parametrize("environment", POORLY, ids=lambda environment: " ".join(environment.values()))
def test_data_is_utf_8_in_any_locale(filled: Place, environment: dict[str, str]) -> None:
    def run(*words: str) -> str:
        done = morgue(filled, "--archive", "archive", *words, environment=environment)
        assert done.code == 0
        assert not complain(done)
        return done.stdout

    found = json.loads(run("search", "quellin", "--format", "jsonl"))
    assert found["title"] == "港の灯台、再び点灯"
    assert "港の灯台、再び点灯" in run("search", "quellin")
    assert "港の灯台、再び点灯" in run("show", "5")
    assert "港の灯台、再び点灯" in run("log")
    assert "港の灯台、再び点灯" in run("add", "clippings")


def test_errors_are_told_in_any_locale(filled: Place) -> None:
    for environment in POORLY[:2]:
        for words in (["search", "é ("], ["show", "é"], ["é"], ["add", "nowhere-é"]):
            done = morgue(filled, "--archive", "archive", *words, environment=environment)
            assert not complain(done), words
            assert done.code in {2, 3, 4}


def test_a_terminal_that_cannot_say_a_character_gets_a_question_mark(filled: Place) -> None:
    done = sessions.run(
        "morgue --archive archive search quellin",
        filled,
        terminal=True,
        environment={"PYTHONIOENCODING": "ascii", "NO_COLOR": "1"},
    )
    assert done.code == 0
    assert done.output.startswith("1. ?????????\n")
