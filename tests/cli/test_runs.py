"""`morgue log --runs`: a run that was killed, one that was interrupted, one that took long."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from archive.archive import Archive
from archive.new_events import run_recorded
from archive.runs import Run, RunInProgress
from tests import sessions
from tests.archive.making import numbered, submission
from tests.cli.process import morgue

if TYPE_CHECKING:
    import pytest

    from tests.sessions import Place

LONG = Run(
    id="01a203d2-299d-7f38-9c35-e92f20a70f48",
    command="add",
    arguments=("add", "clippings"),
    agent="evil\x1b[2J@desk",
    tool="morgue 0.1.0",
    started="2031-03-05T10:00:00.000000Z",
    ended="2031-03-05T10:03:12.250000Z",
    counts={"added": 12000},
    interrupted=True,
    skipped={"an image": 1200},
)


def test_runs_of_every_kind_are_listed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.create(place.work / "archive") as archive:
        # What a kill leaves: a batch, and nobody who records the run.
        monkeypatch.setattr(RunInProgress, "needs_recording", property(lambda _: False))
        list(archive.add_many(numbered(2)))
        monkeypatch.undo()
        list(archive.add_many([submission("One.")], agent="joan@desk"))
        with archive.store.appending() as appender:
            appender.append(run_recorded(LONG))
            hours = attrs.evolve(LONG, id=LONG.id[:-1] + "0", ended="2031-03-05T12:05:00.000000Z", interrupted=False)
            appender.append(run_recorded(hours))
    lines = morgue(place, "--archive", "archive", "log", "--runs").lines
    assert [line.split()[0] for line in lines] == ["-", "4", "5", "6"]
    assert "not recorded (killed, or still at work): 2 added from position 1 on" in lines[0]
    assert "3 min 12 s  add: 12,000 added, 1,200 skipped (an image) (interrupted)" in lines[2]
    assert "2 h 05 min  add: 12,000 added, 1,200 skipped (an image) " in lines[3]
    assert "\x1b" not in lines[2]
    killed, _, long, _ = (
        json.loads(line) for line in morgue(place, "--archive", "archive", "log", "--runs", "--json").lines
    )
    assert (killed["recorded"], killed["position"], killed["command"], killed["counts"]) == (
        False,
        None,
        None,
        {"added": 2},
    )
    assert (long["seconds"], long["skipped"], long["extractors"]) == (192.25, {"an image": 1200}, [])
    narrow = sessions.run("morgue --archive archive log --runs", place, terminal=True, environment={"COLUMNS": "40"})
    assert "[2J" in narrow.output
    assert "\x1b[2J" not in narrow.output
