"""Trials of mutants: `python -m tests.torture.trials FILE` prints a line of JSON for each of those that FILE holds.

Pytest and what the tests import besides are loaded once; each mutant gets a fork of that process, in which its source
takes the module's place. A first run without any mutation finds out which test runs which lines, and how long it takes:
of each mutant only the tests are run that come by its lines, the quickest first, up to the first one that fails. One
that is not come by is alive. What does not end in many times the time that it usually takes has failed, too.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir

import archive.archive
import archive.erasing
import archive.importers.text
import archive.proofs.note  # noqa: F401 - loaded ahead of the forks, with all that it imports

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from importlib.machinery import ModuleSpec
    from types import CodeType, FrameType, ModuleType

ROOT = Path(__file__).parents[2]

_MEMORY = 4 << 30
"""Bytes of address space for a trial: what grows without end has failed."""

_PATIENCE, _AT_LEAST = 10, 5
"""A test may take so many times as long as without a mutation, and so many seconds in any case."""

_QUIET = ("-x", "-q", "-p", "no:cacheprovider", "--no-header", "--no-summary")
_NOTHING_FAILED = 0


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports one module of another source than its file's."""

    def __init__(self, name: str, path: str, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, fullname: str, _path: object, _target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def get_source(self, _fullname: str) -> str:
        return self._source

    def get_code(self, _fullname: str) -> CodeType:
        return compile(self._source, self._path, "exec")


class _Watch:
    """A plugin: notes of each test how long it takes and which lines of some files it runs."""

    def __init__(self, files: set[str]) -> None:
        self._files = files
        self._lines: set[tuple[str, int]] = set()
        self.seen: dict[str, dict[str, Any]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._lines = set()
        begun = time.monotonic()
        sys.settrace(self._entered)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.seen[item.nodeid] = {"seconds": time.monotonic() - begun, "lines": sorted(self._lines)}

    def _entered(self, frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        return self._line if frame.f_code.co_filename in self._files else None

    def _line(self, frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        if event == "line":
            self._lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


class _Hurry:
    """A plugin: ends the process where a test takes too long, and looks for no smaller example of a failure."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self._seconds = seconds

    def pytest_sessionstart(self) -> None:
        settings.register_profile(
            "trials", deadline=None, database=None, phases=[Phase.explicit, Phase.generate], print_blob=False
        )
        settings.load_profile("trials")

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        signal.alarm(_AT_LEAST + int(_PATIENCE * self._seconds.get(item.nodeid, 0.0)))


def _forked(run: Callable[[], int]) -> int:
    """Run a function in a fork that says nothing; return its exit status, negative where a signal ended it."""
    child = os.fork()
    if not child:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        try:
            os._exit(run())
        except BaseException:  # noqa: BLE001 - whatever it is, the mutant failed
            os._exit(70)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _watched(tests: list[str], files: set[str], told: Path) -> int:
    """Run all tests without a mutation, and write down what each of them runs."""
    watch = _Watch(files)
    status = pytest.main([*_QUIET, *tests], plugins=[watch])
    told.write_text(json.dumps(watch.seen), "utf-8")
    return int(status)


def _tried(mutant: Mapping[str, Any], tests: Mapping[str, float]) -> int:
    name = mutant["path"].removesuffix(".py").replace("/", ".")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.meta_path.insert(0, _Mutated(name, str(ROOT / mutant["path"]), mutant["source"]))
    return int(pytest.main([*_QUIET, *tests], plugins=[_Hurry(tests)]))


def _chosen(mutant: Mapping[str, Any], seen: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return the tests that come by the lines of a mutant, the quickest first, with the seconds that each takes."""
    path = str(ROOT / mutant["path"])
    found = [
        (one["seconds"], test)
        for test, one in seen.items()
        if mutant["lines"] is None
        or any(file == path and mutant["lines"][0] <= line <= mutant["lines"][1] for file, line in one["lines"])
    ]
    return {test: seconds for seconds, test in sorted(found)}


def main() -> int:
    """Try mutants; see the module."""
    asked = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    files = {str(ROOT / mutant["path"]) for mutant in asked["mutants"]}
    loaded = sorted(files & {getattr(module, "__file__", None) or "" for module in sys.modules.values()})
    if loaded:
        raise RuntimeError(f"what is to be mutated is loaded already: {loaded}")
    with tempfile.TemporaryDirectory(prefix="morgue-trials-") as scratch:
        set_hypothesis_home_dir(scratch)
        told = Path(scratch, "seen.json")
        if (status := _forked(lambda: _watched(asked["tests"], files, told))) != _NOTHING_FAILED:
            print(json.dumps({"failed": f"the tests fail without any mutation, with status {status}"}), flush=True)
            return 1
        seen = json.loads(told.read_text("utf-8"))
        for mutant in asked["mutants"]:
            tests = _chosen(mutant, seen)
            begun = time.monotonic()
            status = _forked(partial(_tried, mutant, tests)) if tests else _NOTHING_FAILED
            seconds = round(time.monotonic() - begun, 1)
            killed = status != _NOTHING_FAILED
            print(json.dumps({"killed": killed, "tests": len(tests), "status": status, "seconds": seconds}), flush=True)
            if not killed:
                print(f"  alive: {mutant['path']}:{mutant['told']} ({len(tests)} tests)", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
