"""The pager: only on a terminal, only for what is longer than that is high."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import sessions

if TYPE_CHECKING:
    from tests.sessions import Place

SHOW = "morgue --archive archive show 1 --provenance"
PAGER = "sed s/^/page:/"


def run(place: Place, command: str, *, terminal: bool = True, **environment: str) -> list[str]:
    done = sessions.run(command, place, terminal=terminal, environment={"NO_COLOR": "1", **environment})
    assert done.code == 0, done.output
    return done.output.splitlines()


def test_what_is_longer_than_the_terminal_is_paged_whole(filled: Place) -> None:
    plain = run(filled, SHOW)
    assert len(plain) > 24
    assert run(filled, SHOW, MORGUE_PAGER=PAGER) == [f"page:{line}" for line in plain]
    assert run(filled, SHOW, MORGUE_PAGER=PAGER, COLUMNS="200")[0].startswith("page:")


def test_what_fits_is_not(filled: Place) -> None:
    for command in ("search lamp --limit 1", "log --since 5"):
        assert not [
            line for line in run(filled, f"morgue --archive archive {command}", MORGUE_PAGER=PAGER) if "page:" in line
        ]


def test_notes_keep_their_place_behind_the_hits(filled: Place) -> None:
    lines = run(filled, "morgue --archive archive search lamp --limit 2", COLUMNS="20", MORGUE_PAGER=PAGER)
    assert all(line.startswith("page:") for line in lines)
    assert "of 3 hits" in lines[-1]


@pytest.mark.parametrize(
    ("command", "terminal", "environment"),
    [
        (f"{SHOW} --no-pager", True, {"MORGUE_PAGER": PAGER}),
        (SHOW, False, {"MORGUE_PAGER": PAGER}),
        (f"{SHOW} | cat", True, {"MORGUE_PAGER": PAGER}),
        (SHOW, True, {"MORGUE_PAGER": "cat", "PAGER": PAGER}),
        (SHOW, True, {"MORGUE_PAGER": "no-such-pager-here"}),
        (SHOW, True, {"MORGUE_PAGER": "'"}),
        (SHOW, True, {"MORGUE_PAGER": PAGER, "TERM": "dumb"}),
        ("morgue --archive archive show 1 --original", True, {"MORGUE_PAGER": PAGER}),
    ],
)
def test_there_is_none_where_it_is_not_wanted(
    filled: Place, command: str, terminal: bool, environment: dict[str, str]
) -> None:
    assert not [line for line in run(filled, command, terminal=terminal, **environment) if "page:" in line]


def test_the_general_pager_is_taken_where_ours_is_not_named(filled: Place) -> None:
    assert run(filled, f"unset MORGUE_PAGER; PAGER='{PAGER}' {SHOW}")[0].startswith("page:")


def test_colours_and_the_width_are_those_of_the_terminal(filled: Place) -> None:
    done = sessions.run(SHOW, filled, terminal=True, environment={"MORGUE_PAGER": PAGER, "COLUMNS": "60"})
    assert "\x1b[" in done.output
    assert done.output.startswith("page:")


def test_a_reader_who_leaves_the_pager_ends_it_quietly(filled: Place) -> None:
    assert run(filled, SHOW, MORGUE_PAGER="sh -c 'head -n 1'")[0].startswith("title")
    assert run(filled, SHOW, MORGUE_PAGER="true") == []


def test_hits_behind_a_cursor_are_not_paged_as_a_reader_may_leave_before_the_last(filled: Place) -> None:
    search = "morgue --archive archive search lamp --cursor paged.cursor"
    lines = run(filled, search, COLUMNS="30", MORGUE_PAGER="sh -c 'head -n 1'")
    assert len(lines) > 24
    done = sessions.run(search, filled, terminal=True)
    assert (done.code, done.output) == (1, "morgue: no hits\n")
