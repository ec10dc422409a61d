"""What only a terminal gets: colour, its width, progress bars. The sessions are in `transcripts/`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from cli.app import COMMANDS
from cli.layout import listed, wrapped
from cli.terminal import cells
from tests import sessions
from tests.cli.process import morgue

if TYPE_CHECKING:
    from tests.sessions import Place

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
COLOURED = ("search lamp", "show 1", "show 1 --provenance", "explain 1", "explain 1 place", "status")


@pytest.mark.parametrize("command", COLOURED)
def test_a_terminal_gets_colour_unless_it_or_the_user_wants_none(filled: Place, command: str) -> None:
    def shown(**environment: str) -> str:
        done = sessions.run(f"morgue --archive archive {command}", filled, terminal=True, environment=environment)
        assert done.code == 0
        return done.output

    coloured = shown()
    assert "\x1b[" in coloured
    # Every style is ended on its line.
    assert all(line.count("\x1b[0m") * 2 == len(ESCAPE.findall(line)) for line in coloured.splitlines())
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in shown(**environment)
    assert "\x1b" not in morgue(filled, "--archive", "archive", *command.split()).stdout


@pytest.mark.parametrize("columns", [30, 60])
@pytest.mark.parametrize("command", ["search lamp", "search quellin", "show 1", "show 5", "explain 1", "log --runs"])
def test_no_line_is_wider_than_the_terminal_but_for_a_word_that_is(filled: Place, command: str, columns: int) -> None:
    for environment in ({"COLUMNS": str(columns), "NO_COLOR": "1"}, {"COLUMNS": str(columns)}):
        done = sessions.run(f"morgue --archive archive {command}", filled, terminal=True, environment=environment)
        assert done.code == 0
        for line in ESCAPE.sub("", done.output).splitlines():
            assert cells(line) <= columns or len(line.split()) <= 2, line


def test_a_terminal_dims_the_boilerplate_of_a_text_and_a_pipe_gets_it_as_it_is(place: Place) -> None:
    text = "Home » News » Ferry Returns\nFerry Returns at Last\n\nThe ferry is back in the harbour.\n\nPost a comment\n"
    (place.work / "ferry.txt").write_text(text, "utf-8")
    assert morgue(place, "--archive", "A", "init").code == 0
    assert morgue(place, "--archive", "A", "add", "ferry.txt").code == 0
    shown = sessions.run("morgue --archive A show 1", place, terminal=True).output
    body = shown.replace("\r", "").partition("digest")[2].partition("\n\n")[2]
    dimmed = " ".join(re.findall(r"\x1b\[2m(.*?)\x1b\[0m", body))
    assert dimmed == "Home » News » Ferry Returns Post a comment"
    assert ESCAPE.sub("", body).strip() == text.strip()
    assert morgue(place, "--archive", "A", "show", "1").stdout.endswith(f"\n\n{text}")
    assert morgue(place, "--archive", "A", "search", "comment").code == 1


def test_help_fits_a_narrow_terminal(place: Place) -> None:
    for command in ("", *COMMANDS):
        done = sessions.run(f"morgue {command} --help", place, terminal=True, environment={"COLUMNS": "50"})
        assert done.code == 0
        assert max(map(cells, done.output.splitlines())) <= 50


def test_a_wide_terminal_does_not_make_long_lines(filled: Place) -> None:
    done = sessions.run(
        "morgue --archive archive search buoy", filled, terminal=True, environment={"COLUMNS": "250", "NO_COLOR": "1"}
    )
    assert max(cells(line) for line in done.output.splitlines() if "clippings" not in line) <= 100


def test_a_page_says_how_it_goes_on_but_only_on_a_terminal(filled: Place) -> None:
    search = "morgue --archive archive search lamp --limit 1 --offset"
    told = [sessions.run(f"{search} {offset}", filled, terminal=True).output.splitlines()[-1] for offset in range(4)]
    assert told == [
        "morgue: 1 of 3 hits; --offset 1 goes on, --limit 0 prints all",
        "morgue: 2 of 3 hits; --offset 2 goes on, --limit 0 prints all",
        "morgue: 3 of 3 hits; --limit 0 prints all",
        "morgue: none of 3 hits; --limit 0 prints all",
    ]
    assert "goes on" not in sessions.run(f"{search} 0", filled).output


def test_an_add_that_takes_long_shows_its_progress_on_a_terminal_only(place: Place) -> None:
    records = (json.dumps({"id": f"ship-{number}", "text": f"Ship {number} came in."}) for number in range(2000))
    (place.work / "ships.jsonl").write_text("\n".join(records) + "\n")
    # The second batch comes when the user has waited long enough to be shown something.
    slowly = "(head -n 1000 ships.jsonl; sleep 0.7; tail -n 1000 ships.jsonl)"
    add = f"{slowly} | morgue --archive {{}} add - --format jsonl --no-index >added"
    for name in ("one", "two", "three"):
        assert morgue(place, "--archive", name, "init").code == 0
    shown = sessions.run(add.format("one"), place, terminal=True)
    assert shown.code == 0
    assert "\x1b[2K" in shown.output
    assert "adding" in shown.output
    assert shown.output.endswith("morgue: 2000 added\n")
    dumb = sessions.run(add.format("two"), place, terminal=True, environment={"TERM": "dumb"})
    assert (dumb.code, "\x1b" in dumb.output) == (0, False)
    assert sessions.run(add.format("three"), place) == sessions.Done("", 0)


def test_marks_count_in_a_line_as_they_are_seen() -> None:
    text = "one two three four"
    marks = [(0, 3), (4, 7), (8, 13), (14, 18)]
    assert wrapped(text, width=11, marks=marks, mark=lambda word: f"*{word}*") == ["*one* *two*", "*three*", "*four*"]
    coloured = wrapped(text, width=11, marks=marks, mark=lambda word: f"\x1b[1m{word}\x1b[0m")
    assert [ESCAPE.sub("", line) for line in coloured] == ["one two", "three four"]


def test_facts_side_by_side_break_between_them() -> None:
    pieces = ["The Courier", None, "published 2031", "", "Port Ansel"]
    assert listed(pieces, width=60, indent="  ") == ["  The Courier · published 2031 · Port Ansel"]
    assert listed(pieces, width=29, indent="  ") == ["  The Courier", "  published 2031 · Port Ansel"]
    assert listed(pieces, width=14) == ["The Courier", "published 2031", "Port Ansel"]
    assert listed(pieces, width=10) == ["The", "Courier", "published", "2031", "Port Ansel"]
    assert listed([], width=10) == []
