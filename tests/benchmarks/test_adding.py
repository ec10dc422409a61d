"""Adding is measured next to a plain table, and only where both keep everything."""

from __future__ import annotations

import pytest

from tests.benchmarks import adding
from tests.benchmarks.adding import ONE, PEER, TWO, measure_adding


def test_all_ways_are_measured_on_the_same_file() -> None:
    found = measure_adding(200, rounds=1)
    assert [rate["name"] for rate in found["rates"]] == [PEER, ONE, TWO]
    assert all(rate["seconds"] > 0 for rate in found["rates"])
    assert found["articles"] == 200
    assert found["bytes"] > 100_000


def test_a_way_that_loses_something_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "_insert", lambda _file, _folder: 199)
    with pytest.raises(RuntimeError, match="kept 199 of 200"):
        measure_adding(200, rounds=1)
