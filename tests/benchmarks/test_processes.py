import shutil
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.builds import best_of, build_apart, measure_builds
from tests.benchmarks.memory import measurable
from tests.benchmarks.ours import Morgue
from tests.benchmarks.peers import Fts5
from tests.benchmarks.processes import OURS, PEER, RIPGREP, measure_phases, measure_processes, pair_in, write_texts

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive


def test_the_best_run_counts() -> None:
    runs = [{"seconds": 3.0, "cpu": 4.0, "bytes": 9}, {"seconds": 2.0, "cpu": 5.0, "bytes": 9}]
    best = best_of(Morgue.name, [{"seconds": run["seconds"], "cpu": run["cpu"], "bytes": 9} for run in runs], None)
    assert (best["runs"], best["seconds"], best["cpu"], best["peak"]) == (2, 2.0, 4.0, None)


def test_builds_are_measured_apart(archive: "Archive", tmp_path: "Path") -> None:
    builds = measure_builds([Morgue.name, Fts5.name], archive.path, tmp_path, runs=1)
    assert [build["engine"] for build in builds] == [Morgue.name, Fts5.name]
    for build in builds:
        assert build["runs"] == 1
        assert build["seconds"] > 0
        assert build["cpu"] > 0
        assert (build["peak"] is not None) is measurable()
    assert builds[0]["bytes"] == Morgue(archive, tmp_path).size()
    assert builds[1]["bytes"] == (tmp_path / "fts5.db").stat().st_size


def test_a_build_that_fails_is_no_measurement(tmp_path: "Path") -> None:
    with pytest.raises(RuntimeError, match="the build of morgue ended with 1"):
        build_apart(Morgue.name, tmp_path / "missing", tmp_path, sampled=False)


def test_whole_processes_and_phases_have_their_times(archive: "Archive", tmp_path: "Path") -> None:
    engine = Fts5(archive, tmp_path)
    engine.build()
    words = pair_in(article.text for article in archive.articles())
    texts = write_texts(archive, tmp_path)
    assert len(list(texts.rglob("*.txt"))) == sum(1 for _ in archive.articles())
    times = {
        timing["name"]: timing["seconds"] for timing in measure_processes(archive.path, engine.file, texts, words, 1)
    }
    assert times[OURS]
    assert times[PEER]
    assert bool(times[RIPGREP]) is (shutil.which("rg") is not None)
    phases = measure_phases(archive.path, words, 1)
    assert [phase["name"] for phase in phases][-2:] == ["searching", "reading ten hits and their passages"]
    assert all(phase["seconds"] for phase in phases)


def test_the_words_of_whole_processes_stand_side_by_side() -> None:
    assert pair_in(["as oil prices rise", "more"]) == ["oil", "prices"]
    assert pair_in(["one ship comes late", "that ship comes late", "ship comes"]) == ["ship", "comes"]
