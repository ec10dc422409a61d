"""Batteries that are tests elsewhere: they are run by pytest as they stand, and each test of theirs counts as a run."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]


def run_tests(paths: tuple[str, ...], seed: int, folder: Path, environment: Mapping[str, str]) -> Result:
    """Run tests; what fails of them is told by its name."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}", *paths]
    settings = {**os.environ, **environment, "MORGUE_SEED": str(seed)}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    if not report.exists():
        return Result(runs=0, failures=(done.stdout[-2000:] + done.stderr[-2000:],))
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - pytest wrote it just now
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = sum(case.find("skipped") is not None for case in cases)
    return Result(
        runs=len(cases) - skipped,
        failures=tuple(f"{case.get('classname')}::{case.get('name')}" for case in failed),
        observed={"skipped": skipped} if skipped else {},
    )


def borrowed(name: str, proves: str, *paths: str) -> Battery:
    """Return the battery that some tests are. They run with all others in any case: the short run leaves them out."""

    def run(_count: int, seed: int, folder: Path) -> Result:
        return run_tests(paths, seed, folder, {})

    def missing() -> str | None:
        absent = [path for path in paths if not (ROOT / path).exists()]
        return f"there is no {absent[0]}" if absent else None

    return Battery(name=name, proves=proves, short=0, long=1, run=run, missing=missing)


GOLDEN = borrowed(
    "golden",
    "archives of every format so far are read, verified, searched and added to",
    "tests/archive/test_golden.py",
)

PROOFS = borrowed(
    "proofs",
    "every leaf of every size is proved, vectors from outside hold, any changed byte of a proof fails",
    "tests/archive/test_merkle.py",
    "tests/archive/proofs",
)
