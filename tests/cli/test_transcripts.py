"""Every command, as a user sees it: the sessions in `transcripts/`, wide and narrow, piped and on a terminal."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.app import COMMANDS
from tests import sessions

if TYPE_CHECKING:
    from tests.sessions import Place

OLDER = Path(__file__).with_name("older.py")
TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_session_goes_as_it_is_written_down(transcript: Path, place: Place) -> None:
    # For sessions about what an earlier version left behind.
    shutil.copy(OLDER, place.home)
    sessions.check(sessions.parse(transcript.read_text("utf-8")), place)


def test_every_command_is_in_a_session() -> None:
    # The demo's own session is in test_demo.
    told = "\n".join(path.read_text("utf-8") for path in TRANSCRIPTS)
    assert [name for name in COMMANDS if f"$ morgue {name}" not in told and name != "demo"] == []


@pytest.mark.parametrize(
    ("expected", "output"),
    [
        ("one", "two\n"),
        ("one", ""),
        ("", "one\n"),
        ("one", "one\ntwo\n"),
        ("one\n…\nthree", "one\ntwo\n"),
        ("a … b", "a \n b\n"),
        ("plain", "\x1b[1mplain\x1b[0m\n"),
        ("␛[1mbold␛[0m", "bold\n"),
    ],
)
def test_another_output_is_not_taken_for_the_expected_one(expected: str, output: str) -> None:
    assert not sessions.agrees(expected, output)


@pytest.mark.parametrize(
    ("expected", "output"),
    [
        ("one", "one  \n\n"),
        ("a … b", "a 1 2 b\n"),
        ("one\n…\nthree", "one\ntwo\n2\nthree\n"),
        ("one\n…", "one\n"),
        ("␛[1mbold␛[0m", "\x1b[1mbold\x1b[0m\n"),
    ],
)
def test_ellipses_stand_for_anything(expected: str, output: str) -> None:
    assert sessions.agrees(expected, output)


@pytest.mark.parametrize(
    "session",
    [
        "$ echo one\ntwo\n",
        "$ echo one\n",
        "$ false\n",
        "$ true\n[exit 1]\n",
        "$ echo one\none\n[exit 1]\n",
        "tty$ test -t 1\n[exit 1]\n",
        "$ test -t 1\n",
        "% A=1\n$ echo $A\n2\n",
    ],
)
def test_a_session_that_goes_otherwise_fails(session: str, place: Place) -> None:
    with pytest.raises(AssertionError, match="line"):
        sessions.check(sessions.parse(session), place)


def test_a_session_has_an_environment_continued_commands_and_exit_codes(place: Place) -> None:
    text = "% A=1\n% COLUMNS=33\n\n# first\n$ echo $A \\\n> two\n1 two\n\n# second\n"
    text += "$ cat <<X\n> a\n> X\na\n$ (exit 3)\n[exit 3]\n"
    sessions.check(sessions.parse(text + "tty$ stty size <&1\n24 33\n"), place)
