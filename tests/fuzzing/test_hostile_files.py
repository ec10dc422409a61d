"""Whatever a file holds, in whatever format it is said to be: an article, or a clear error, in bounded time and memory.

`make fuzz` tries damaged seeds for ten minutes; the tests do for some seconds.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from archive import importers
from archive.intake import gather
from archive.submission import Failure, Submission
from tests.archive.making import submission
from tests.fuzzing.hostile_files import HOSTILE, SEEDS

FORMATS = ("auto", *importers.NAMES)
EXAMPLES = int(os.environ.get("MORGUE_FUZZ_EXAMPLES", "12"))
"""Damaged files that are tried of each format."""

# Reads files one after the other in a process of its own, so that its memory can be measured; tells what each came to.
READ = """
import json, resource, sys, time
from archive.intake import gather
from archive.submission import Submission
form, *paths = sys.argv[1:]
found = {path: [] for path in paths}
slowest, begun = 0.0, time.monotonic()
for item in gather(paths, format_name=form):
    slowest, begun = max(slowest, time.monotonic() - begun), time.monotonic()
    if isinstance(item, Submission):
        found[item.article.origin.path].append(True)
    elif len(found[item.path]) < 50:
        found[item.path].append(str(item))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"found": found, "peak": peak, "slowest": slowest}))
"""

# What no message may show: how the program is made.
_UNCLEAR = re.compile(r"Traceback|object at 0x|<class ")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_every_hostile_file_is_read_or_refused_and_costs_no_other(folder: Path, form: str) -> None:
    paths = {str(folder / re.sub(r"\W+", "-", what)): what for what in HOSTILE}
    for path, what in paths.items():
        if not Path(path).exists():
            Path(path).write_bytes(HOSTILE[what]())
    done = subprocess.run(
        [sys.executable, "-c", READ, form, *paths], capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["peak"] <= 1 << 30
    # A record has ten seconds, ten more where it is the first of its format; and the machine may be busy.
    assert told["slowest"] < 120
    for path, found in told["found"].items():
        assert found, f"{paths[path]}: neither an article nor a word about it"
        assert not any(_UNCLEAR.search(item) for item in found if item is not True), found


@pytest.mark.parametrize("form", FORMATS)
def test_what_follows_a_damaged_file_is_read(folder: Path, form: str) -> None:
    run = _Run(folder, form)
    _fuzz(run)
    assert run.tried >= min(EXAMPLES, 10)


class _Run:
    """Files of one format that go in, one after the other, each with a good one behind it."""

    def __init__(self, folder: Path, form: str) -> None:
        self.damaged = folder / f"{form}.damaged"
        self.good = folder / f"{form}.good"
        self.form = form
        self.tried = 0
        self.good.write_bytes(b'{"text": "The ferry is back."}')

    def read(self, data: bytes) -> None:
        self.tried += 1
        self.damaged.write_bytes(data)
        begun = time.monotonic()
        found = list(gather([str(self.damaged)], format_name=self.form, jobs=1))
        after = list(gather([str(self.good)], format_name="jsonl"))
        assert time.monotonic() - begun < 120
        assert all(isinstance(item, Submission | Failure) for item in found)
        assert [type(item) for item in after] == [Submission]
        for item in found:
            if isinstance(item, Submission):
                # It can be stored, and its spans are places in it.
                assert item.article.digest
                _check_spans(item)
            else:
                assert not _UNCLEAR.search(str(item))


def _check_spans(item: Submission) -> None:
    for candidates in item.article.metadata.fields.values():
        for candidate in candidates:
            span = candidate.span
            if span is not None and span.source == "text":
                assert item.text[span.start : span.end] == candidate.raw


def damaged() -> st.SearchStrategy[bytes]:
    """Return seeds of all formats with pieces cut out, repeated, replaced or put in."""
    edits = st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 200), st.binary(max_size=30), st.integers(0, 40)), max_size=6
    )

    def apply(seed: bytes, changes: list[tuple[int, int, bytes, int]]) -> bytes:
        for at, length, new, times in changes:
            start = at % (len(seed) + 1)
            seed = seed[:start] + seed[start : start + length] * times + new + seed[start + length :]
        return seed[:200_000]

    return st.one_of(st.builds(apply, st.sampled_from(SEEDS), edits), st.binary(max_size=300))


def _fuzz(run: _Run) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(damaged())
    def read(data: bytes) -> None:
        run.read(data)

    read()


def test_a_seed_is_an_article(tmp_path: Path) -> None:
    # What is damaged above is whole to begin with, or nothing would be tried.
    (tmp_path / "seed").write_bytes(SEEDS[0])
    (found,) = gather([str(tmp_path / "seed")])
    assert isinstance(found, Submission)
    assert found.content() == submission(found.text, title=found.article.metadata.title).content()
