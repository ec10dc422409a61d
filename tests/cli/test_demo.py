"""`morgue demo`: what a newcomer sees first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import cli
from tests import sessions

if TYPE_CHECKING:
    from tests.sessions import Place

SAMPLES = Path(cli.__file__).parent / "samples"


def test_the_demo_runs_and_leaves_nothing_behind(place: Place) -> None:
    done = sessions.run("morgue demo", place)
    assert done.code == 0, done.output
    commands = re.findall(r"^\$ morgue (\w+)", done.output, re.MULTILINE)
    assert commands[:3] == ["init", "add", "search"]
    assert "verify" in commands
    assert done.output.count("\tadded\t") >= 10
    assert done.output.count("\trevised\t") >= 1
    assert "\nok: " in done.output
    assert "morgue: " not in done.output
    assert not list((place.home.parent / "tmp").iterdir())
    assert not list(place.home.iterdir())


def test_the_demo_leaves_nothing_behind_when_its_reader_goes(place: Place) -> None:
    done = sessions.run("morgue demo | head -3", place)
    assert len(done.output.splitlines()) == 3
    assert not list((place.home.parent / "tmp").iterdir())


def test_the_demo_is_coloured_on_a_terminal_only(place: Place) -> None:
    assert "\x1b[1m$ morgue init\x1b[0m\n" in sessions.run("morgue demo", place, terminal=True).output
    plain = sessions.run("morgue demo", place, terminal=True, environment={"NO_COLOR": "1", "COLUMNS": "60"}).output
    assert "\x1b[1m" not in plain


def test_the_samples_are_of_several_formats() -> None:
    assert {path.suffix for path in SAMPLES.iterdir()} >= {".txt", ".jsonl"}
