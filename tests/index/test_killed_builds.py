"""Builds that are killed at any moment: the old generation goes on serving, or the new one does; nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from random import Random
from typing import TYPE_CHECKING

import attrs
import pytest

from index.evaluate import evaluate
from index.query.grammar import parse
from index.reading import View
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from index.generations import Generation

pytestmark = pytest.mark.slow

KILLS = 100
ARTICLES = 500
ADDED = 60
"""Articles that are new when a build that catches up begins."""

ORPHANS_END_WITHIN = 20.0
"""Seconds until no task of a killed build may run any more. On a machine that is not busy they take less than one."""

# Segments are small and there is room for few, so that builds merge: here, or in processes of their own.
BUILD = """
import sys
from pathlib import Path
from archive.archive import Archive
from index import builder, tasks
from index.index import Index
from index.segment import policy
folder, way, processes = sys.argv[1:]
policy.MOST = 2
tasks.TOKENS_A_SEGMENT = builder.TOKENS_AT_ONCE = 2000
builder.MERGED_AT_MOST = 400
builder.EVENTS_FOR_PROCESSES = 1 if processes == "processes" else 1 << 30
builder.EVENTS_A_TASK = 125 if way == "rebuild" else 30
with Archive.open(Path(folder)) as archive:
    index = Index(archive)
    print("ready", flush=True)
    index.rebuild() if way == "rebuild" else index.catch_up()
"""
WAYS = [("rebuild", "here"), ("rebuild", "processes"), ("catch up", "here"), ("catch up", "processes")]


@attrs.frozen
class Library:
    """An archive whose articles are numbered, and what a search must find in it as of any size."""

    archive: Archive
    positions: list[int] = attrs.field(factory=list)

    def grow(self, count: int) -> None:
        """Add articles with the next numbers."""
        first = len(self.positions)
        texts = (
            f"ships no{number} came in and went out {'again ' * (number % 40)}"
            for number in range(first, first + count)
        )
        self.positions.extend(add_all(self.archive, [Clipping(text=text) for text in texts]))

    def check(self, generation: Generation) -> None:
        """Make sure that a generation holds all articles up to its size, each under its own words."""
        size = generation.state.size
        inside = [position for position in self.positions if position < size]
        with closing(View(generation, size - 1)) as view:
            assert view.limit == generation.state.documents == len(inside)
            assert self._found(view, "ships AND came") == inside
            for number in (0, len(inside) // 2, len(inside) - 1):
                assert self._found(view, f"no{number}") == [self.positions[number]]
            assert self._found(view, "storm") == []

    @staticmethod
    def _found(view: View, query: str) -> list[int]:
        return [view.position_of(document) for document, _ in evaluate(view, parse(query))]


def test_a_build_that_is_killed_anywhere_leaves_an_index_that_answers_right(
    archive: Archive, index: NotedIndex
) -> None:
    library = Library(archive)
    library.grow(ARTICLES)
    index.rebuild()
    lasting = {}
    for way in WAYS:
        library.grow(ADDED)
        begun = time.monotonic()
        with started(archive, way) as whole:
            assert whole.wait() == 0
        lasting[way] = time.monotonic() - begun
    random = Random(11)
    ended = {"killed": 0, "finished": 0, "tasks killed": 0, "old serves": 0, "new serves": 0}
    for number in range(KILLS):
        # Processes take long to start: one round in four has them.
        way = random.choice(
            [*WAYS, *(way for way in WAYS if way[1] == "here"), ("rebuild", "here"), ("rebuild", "here")]
        )
        if way[0] == "catch up":
            library.grow(ADDED)
        before = index.generations.current()
        assert before is not None
        with started(archive, way) as build:
            time.sleep(random.random() * lasting[way])
            victim = random.choice(["builder", "task", "all"])
            ended["tasks killed"] += kill(victim, build, archive.path)
            build.wait()
        ended["killed" if build.returncode else "finished"] += 1
        serving = index.generations.current()
        assert serving is not None
        assert serving == before or (serving.state.size == archive.size() and serving.name > before.name)
        ended["old serves" if serving == before else "new serves"] += 1
        library.check(serving)
        # A user's search: right at once, whether it has to catch up or not; and it has nothing to say.
        reader = NotedIndex(archive)
        assert reader.found("ships", sort="position") == library.positions
        assert reader.notes == []
        assert_no_task_goes_on(archive.path)
        if number % 10 == 9:
            index.rebuild()
            assert_swept(index)
            library.check(index.fresh())
    # Nothing above may pass because no build was ever hit.
    assert ended["killed"] >= KILLS // 3, ended
    assert ended["old serves"] >= KILLS // 5, ended
    assert ended["new serves"] >= KILLS // 20, ended
    assert ended["tasks killed"] >= KILLS // 50, ended


def started(archive: Archive, way: tuple[str, str]) -> subprocess.Popen[bytes]:
    """Start a build in a session of its own; return when it is about to begin."""
    command = [sys.executable, "-c", BUILD, str(archive.path.absolute()), *way]
    build = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert build.stdout is not None
    assert build.stdout.readline() == b"ready\n"
    return build


def kill(victim: str, build: subprocess.Popen[bytes], folder: Path) -> bool:
    """Kill -9 the builder alone, all of its processes at once, or one of its tasks, which the builder must get over.

    Returns whether it was one of its tasks.
    """
    if victim == "task" and (running := tasks_of(folder)):
        # It may have ended by itself since.
        with suppress(ProcessLookupError):
            os.kill(running[0], signal.SIGKILL)
        assert build.wait() == 0
        return True
    if victim == "all":
        os.killpg(build.pid, signal.SIGKILL)
    else:
        build.kill()
    return False


def tasks_of(folder: Path) -> list[int]:
    """Return the ids of the processes that work at tasks of builds of an archive, or read ahead for one."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    lines = (line.split(None, 1) for line in listed.splitlines())
    return [
        int(pid)
        for pid, arguments in lines
        if ("index.tasks" in arguments or "index.reading_ahead" in arguments) and str(folder.absolute()) in arguments
    ]


def assert_no_task_goes_on(folder: Path) -> None:
    """Make sure that what a dead builder had started comes to its end by itself."""
    deadline = time.monotonic() + ORPHANS_END_WITHIN
    while running := tasks_of(folder):
        assert time.monotonic() < deadline, f"tasks still run: {running}"
        time.sleep(0.05)


def assert_swept(index: NotedIndex) -> None:
    """Make sure that nothing of a dead build is left: two generations at the most, and in each what it names."""
    entries = {entry.name: entry for entry in index.generations.folder.iterdir()}
    generations = [entry for entry in entries.values() if entry.is_dir()]
    assert set(entries) - {entry.name for entry in generations} == {"CURRENT", "lock"}
    assert len(generations) <= 2
    current = index.generations.current()
    assert current is not None
    assert {file.name for file in current.folder.iterdir()} == {"state.json", *current.state.segments}
