"""Tortures the archive and writes docs/reliability.md: `make torture`, or `python -m tests.torture`.

All batteries run at their long counts, or those that `--only` names. `--short` takes the counts of the tests, and
leaves out what has none there and is not named. The results of batteries that were not run are kept. `--into` writes to
another folder than docs. Exit code 1 if any failed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.torture.batteries import BATTERIES
from tests.torture.page import page

DOCS = Path(__file__).parents[2] / "docs"
RESULTS, PAGE = "reliability.json", "reliability.md"


def main(arguments: list[str] | None = None) -> int:
    """Run batteries and write the page."""
    parser = argparse.ArgumentParser("python -m tests.torture", description=__doc__)
    names = [battery.name for battery in BATTERIES]
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--short", action="store_true", help="as many runs as in the tests")
    parser.add_argument("--long", action="store_true", help="as many runs as in the last column, as without an option")
    parser.add_argument("--seed", type=int, default=int(time.time()), metavar="N", help="by default the time")
    parser.add_argument("--into", type=Path, default=DOCS, metavar="FOLDER", help="where to write, instead of docs")
    said = parser.parse_args(arguments)
    if said.short and said.long:
        parser.error("--short or --long, not both")
    said.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="morgue-keys-") as keys:
        # Private keys of the archives that are made go with them.
        os.environ["MORGUE_KEYS"] = str(Path(keys, "keys"))
        return _run(said)


def _run(said: argparse.Namespace) -> int:
    kept = said.into / RESULTS
    results = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    failed = False
    for battery in BATTERIES:
        if battery.name not in said.only if said.only else said.short and not battery.short:
            continue
        if (why := battery.missing()) is not None:
            print(f"{battery.name}: left out: {why}", flush=True)
            continue
        count = (said.short and battery.short) or battery.long
        print(f"{battery.name}:", end=" ", flush=True)
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="morgue-torture-") as folder:
            result = battery.run(count, said.seed, Path(folder))
        failed = failed or bool(result.failures)
        print(f"{result.runs:,} runs, {len(result.failures)} failures, {time.monotonic() - begun:,.0f} s", flush=True)
        for failure in result.failures:
            print(f"  {failure}", flush=True)
        for name, value in result.observed.items():
            print(f"  {name}: {value}", flush=True)
        results[battery.name] = {
            "runs": result.runs,
            "failures": list(result.failures),
            "observed": result.observed,
            "seed": said.seed,
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine(),
        }
        # After each of them: the next one may take an hour.
        kept.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        (said.into / PAGE).write_text(page(BATTERIES, results), "utf-8")
    return int(failed)


def machine() -> str:
    """Return what a result depends on: system, processors, Python, SQLite."""
    return (
        f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors,"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


if __name__ == "__main__":
    sys.exit(main())
