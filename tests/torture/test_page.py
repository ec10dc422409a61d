"""The page of the results tells every battery, its failures, and what was not run."""

from __future__ import annotations

from tests.torture.page import page
from tests.torture.registry import Battery, Result


def battery(name: str) -> Battery:
    return Battery(name=name, proves=f"{name} harms nothing", short=1, long=2, run=lambda *_: Result(runs=1))


def test_a_page_tells_what_was_run_and_what_was_not() -> None:
    result = {
        "runs": 1234,
        "failures": ["seed 7, run 3: gone"],
        "observed": {"killed": 1000, "p99": "3 ms"},
        "seed": 7,
        "date": "2026-11-22",
        "machine": "Linux",
    }
    written = page([battery("rain"), battery("hail")], {"rain": result})
    assert "| rain | rain harms nothing | 1,234 | 1 | 7 | 2026-11-22 |\n" in written
    assert "- **rain**: killed: 1,000; p99: 3 ms.\n" in written
    assert "- Linux: rain.\n" in written
    assert "Not run yet: hail." in written
