from typing import TYPE_CHECKING

import attrs
import pytest

from tests.benchmarks import corpus
from tests.benchmarks.__main__ import main
from tests.benchmarks.adding import ONE, TWO
from tests.benchmarks.adding import PEER as PLAIN
from tests.benchmarks.language import MADE
from tests.benchmarks.ours import Morgue
from tests.benchmarks.page import page
from tests.benchmarks.peers import TANTIVY, Fts5, StockWhoosh
from tests.benchmarks.processes import OURS, PEER, RIPGREP
from tests.benchmarks.results import load, save
from tests.benchmarks.targets import Target, exponent, targets
from tests.benchmarks.verifying import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.results import Build, Comparison, Conditions, Growth, Latency, Results, Step

CONDITIONS: "Conditions" = {"day": "2026-01-02", "tool": "morgue 9", "python": "3.14.0", "cores": 2, "corpus": "texts"}


def _build(engine: str, seconds: float, size: int, peak: int | None = None) -> "Build":
    return {"engine": engine, "runs": 2, "seconds": seconds, "cpu": seconds, "bytes": size, "peak": peak}


def _latencies(ours: float, fts5: float, tantivy: float) -> "list[Latency]":
    values = {Morgue.name: ours, Fts5.name: fts5, TANTIVY[1]: tantivy}
    return [{"engine": engine, "p50": value, "p95": 2 * value} for engine, value in values.items()]


def _compared() -> "Comparison":
    return {
        "conditions": CONDITIONS,
        "articles": 25_287,
        "append": 2_000,
        "builds": [
            _build(Morgue.name, 2.0, 50),
            _build(Fts5.name, 3.0, 100, 2**20),
            _build(TANTIVY[2], 1.5, 40),
            _build(StockWhoosh.name, 90.0, 200),
        ],
        "queries": {"one word": _latencies(0.001, 0.002, 0.0005), "phrase": _latencies(0.006, 0.005, 0.001)},
        "hits": {},
        "catch_up": [
            {"engine": Morgue.name, "p50": 0.02, "p95": 0.1},
            {"engine": Fts5.name, "p50": 0.01, "p95": 0.03},
        ],
        "batches": [
            {"articles": 100, "engine": Morgue.name, "rate": 500},
            {"articles": 100, "engine": Fts5.name, "rate": 2_000},
        ],
    }


def _step(articles: int, seconds: float, peak: int | None) -> "Step":
    return {
        "articles": articles,
        "append": 2_000,
        "runs": 2,
        "seconds": seconds,
        "cpu": 2 * seconds,
        "peak": peak,
        "bytes": articles * 1_000,
        "segments": 3,
        "queries": {"one word": 0.001},
        "catch_up": 0.01 + articles / 1e8,
        "process": 0.2,
    }


def _growth() -> "Growth":
    steps = [_step(10**power, 10.0 ** (power - 4), 800 << 20) for power in (4, 5, 6)]
    return {"conditions": CONDITIONS, "steps": [_step(1_000, 0.8, None), *steps]}


def _results() -> "Results":
    return {
        "compare": {"25287": _compared()},
        "processes": {
            "25287": {
                "conditions": CONDITIONS,
                "articles": 25_287,
                "whole": [
                    {"name": PEER, "seconds": 0.03},
                    {"name": OURS, "seconds": 0.135},
                    {"name": RIPGREP, "seconds": None},
                ],
                "phases": [{"name": "searching", "seconds": 0.002}],
            }
        },
        "growth": _growth(),
        "adding": {
            "conditions": CONDITIONS,
            "articles": 25_287,
            "bytes": 80_000_000,
            "rounds": 5,
            "rates": [
                {"name": PLAIN, "seconds": 2.0, "cpu": 1.0},
                {"name": ONE, "seconds": 10.0, "cpu": 10.0},
                {"name": TWO, "seconds": 5.0, "cpu": 11.0},
            ],
        },
        "verifying": {
            "conditions": CONDITIONS,
            "rounds": 3,
            "archives": [
                {
                    "name": TEXTS,
                    "articles": 100,
                    "payload": 300_000_000,
                    "file": 200_000_000,
                    "verify": 2.0,
                    "sha256sum": 0.1,
                }
            ],
        },
        "language": {
            "conditions": {**CONDITIONS, "day": "2026-01-03"},
            "articles": 25_287,
            "asked": [
                {
                    "label": MADE,
                    "queries": 10_000,
                    "refused": 70,
                    "p50": 0.02,
                    "p95": 0.1,
                    "p99": 0.3,
                    "slowest": [{"query": "a|b", "seconds": 1.5}],
                }
            ],
        },
    }


def test_each_target_has_its_figure_and_its_verdict() -> None:
    found = targets(_results())
    assert {target.what: target.figure for target in found} == pytest.approx(
        {
            "rebuild, articles/s against FTS5 at 25,287": 1.5,
            "rebuild against tantivy, 2 threads, at 25,287": 0.75,
            "rebuild against stock Whoosh at 25,287": 45,
            "size of the index against FTS5's at 25,287": 0.5,
            "query p50 against FTS5 at 25,287, slowest class": 1.2,
            "query p50 against tantivy at 25,287, slowest class": 6,
            "whole `morgue search` against a script that queries FTS5 at 25,287": 4.5,
            "rebuild, articles/s against FTS5 at 100,000": None,
            "rebuild against tantivy, 2 threads, at 100,000": None,
            "size of the index against FTS5's at 100,000": None,
            "query p50 against FTS5 at 100,000, slowest class": None,
            "query p50 against tantivy at 100,000, slowest class": None,
            "whole `morgue search` against a script that queries FTS5 at 100,000": None,
            "adding with one process against inserting the same bytes into a table": 0.2,
            "adding with two jobs against inserting the same bytes into a table": 0.4,
            "verifying pages, MB of `events.db` a second and core": None,
            "verifying pages, MB of payloads, uncompressed, a second and core": None,
            "verifying texts, MB of `events.db` a second and core": 100,
            "verifying texts, MB of payloads, uncompressed, a second and core": 150,
            "peak memory of a rebuild of 1,000,000, all processes": 800,
            "exponent of rebuild time, 10,000 to 1,000,000": 1,
            "add, catch up and search, 1,000,000 against 10,000": 0.02 / 0.0101,
        }
    )
    verdicts = ["yes", "**no**", "yes", "yes, and the aim", "**no**", "yes", "yes", *["not measured"] * 6]
    assert [target.verdict for target in found[:13]] == verdicts


def test_without_results_nothing_is_met() -> None:
    found = targets({"compare": {}, "processes": {}, "growth": None})
    assert len(found) == len(targets(_results())) == 22
    assert {target.verdict for target in found} == {"not measured"}


def test_a_bound_is_met_where_it_is_reached() -> None:
    target = Target("speed", 1.2, required=1.2, aim=2.0, at_least=True)
    assert target.verdict == "yes"
    assert target.cells() == ["speed", "≥ 1.20 ×", "≥ 2.00 ×", "1.20 ×", "yes"]
    assert attrs.evolve(target, figure=1.19).verdict == "**no**"
    assert attrs.evolve(target, at_least=False).verdict == "yes, and the aim"


def test_a_class_that_only_the_peer_answers_is_told() -> None:
    results = _results()
    compared = results["compare"]["25287"]
    compared["queries"] = {"one word": _latencies(1, 2, 3), "prefix": _latencies(1, 2, 3)[1:]}
    [target] = [target for target in targets(results) if target.what.startswith("query p50 against FTS5 at 25,287")]
    assert target.figure == 0.5
    assert target.cells()[3:] == ["0.50 × (one word)", "as far as measured, without prefix"]


def test_growth_is_fitted_from_10_000_articles_on() -> None:
    assert exponent(_growth()) == pytest.approx((1e-4, 1.0))
    assert exponent({"conditions": CONDITIONS, "steps": _growth()["steps"][:2]}) is None


def test_the_page_has_every_part() -> None:
    written = page(_results())
    assert "| morgue | 12,644 | 1.00 × | 2.0 | 0.0 | 1.00 × | not measured |" in written
    assert "| phrase | 6.00 / 12.0 | 5.00 / 10.0 | – | – | – | 1.20 × | 6.00 × |" in written
    assert "| add one article and find it, ms p50 / p95 | 20.0 / 100 | 10.0 / 30.0 | 2.00 × |" in written
    assert "| batches of 100, articles/s | 500 | 2,000 | 4.00 × |" in written
    assert f"| {TWO} | 5,057 | 16.0 | 11.0 | 0.40 × |" in written
    assert f"| {RIPGREP} | not installed | – |" in written
    assert f"| {MADE} | 10,000 | 70 | 20.0 | 100 | 300 | 1,500 |" in written
    assert "| `` a\\|b `` | 1,500 |" in written
    assert "| 1,000,000 | 2,000 | 100.0 | 200.0 | 10,000 | 800 | 1,000.0 | 3 | 1.00 | 20.0 | 200 |" in written
    assert (
        "Rebuild time from 10,000 articles on: 0.1 ms × articles^1.000;\nprocessor time: 0.2 ms × articles^1.000."
        in written
    )


def test_a_part_that_was_measured_on_another_day_says_so() -> None:
    results = _results()
    assert page(results).count("Measured on 2026-01-02") == 4
    results["processes"]["25287"]["conditions"] = {**CONDITIONS, "day": "2026-03-04"}
    assert page(results).count("Measured on 2026-03-04") == 1


def test_results_come_back_from_their_file(tmp_path: "Path") -> None:
    path = tmp_path / "performance.json"
    assert page(load(path)).count("not measured") == 22
    save(path, _results())
    assert load(path) == _results()


@pytest.mark.slow
def test_a_part_is_measured_alone_and_the_rest_stays(
    tmp_path: "Path", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of invented words: the real texts take long to unpack.
    monkeypatch.setattr(corpus, "SHARED", tmp_path / "missing")
    corpus.source.cache_clear()
    save(tmp_path / "performance.json", _results())
    main(["--into", str(tmp_path), "--growth", "300", "600"])
    kept = load(tmp_path / "performance.json")
    assert kept["compare"] == _results()["compare"]
    assert kept["growth"] is not None
    assert [step["articles"] for step in kept["growth"]["steps"]] == [300, 600]
    written = (tmp_path / "performance.md").read_text("utf-8")
    assert "| 600 |" in written
    assert written in capsys.readouterr().out
