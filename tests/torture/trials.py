"""Trials of mutants: `python -m tests.torture.trials FILE` prints a line of JSON for each of those that FILE holds.

The tests are collected once and run once as they are, to find out which of them runs which lines, and how long it
takes. Each mutant gets a fork of that process then, in which its functions take the places of the module's: of the
tests only those are run that come by its lines, the quickest first, up to the first one that fails. A mutant that no
test comes by is alive. What does not end in many times the time that it usually takes has failed, too.
"""

from __future__ import annotations

import ast
import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, TextIO

import pytest
from hypothesis import Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Mutant = Mapping[str, Any]

ROOT = Path(__file__).parents[2]

_MEMORY = 4 << 30
"""Bytes of address space for a trial: what grows without end has failed."""

_PATIENCE, _AT_LEAST = 3, 5
"""A test may take so many times as long as while it was watched, and so many seconds in any case."""

_EXAMPLES = 50
"""Examples that Hypothesis tries of each law, the same ones each time; it looks for no smaller one."""

# What is imported here ahead of pytest cannot be rewritten any more, which is an error otherwise.
_OPTIONS = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
_ALIVE, _KILLED = 0, 1
_NOTE = "_note_of_the_trials"


class Trials:
    """A plugin that runs the tests as they are, then again with each mutant; holds what it saw of each test."""

    def __init__(self, mutants: Sequence[Mutant], out: TextIO) -> None:
        self._mutants = mutants
        self._out = out
        self._paths = {str(mutant["path"]) for mutant in mutants}
        self._lines: set[tuple[str, int]] = set()
        self._failed: list[str] = []
        self._seen: dict[str, tuple[float, set[tuple[str, int]]]] = {}

    def pytest_sessionstart(self) -> None:
        """Let laws be tried alike each time; before the tests are imported, and after their own profile was loaded."""
        phases = [Phase.explicit, Phase.generate]
        settings.register_profile(
            "trials", deadline=None, database=None, derandomize=True, phases=phases, max_examples=_EXAMPLES
        )
        settings.load_profile("trials")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what fails."""
        if report.failed:
            self._failed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests, and the trials."""
        items = {item.nodeid: item for item in session.items}
        for path in self._paths:
            put_in_place(path, _noting((ROOT / path).read_text("utf-8"), path), {_NOTE: self._lines.add})
        for item in session.items:
            self._watch(item)
        for path in self._paths:
            put_in_place(path, (ROOT / path).read_text("utf-8"))
        if self._failed:
            self._tell({"failed": f"without any mutation: {self._failed[0]}"})
            return True
        for mutant in self._mutants:
            chosen = self._chosen(mutant)
            begun = time.monotonic()
            status = _forked(lambda: self._try(mutant, [items[name] for name in chosen])) if chosen else _ALIVE  # noqa: B023 - called here
            killed, seconds = status != _ALIVE, round(time.monotonic() - begun, 2)
            self._tell({"killed": killed, "tests": len(chosen), "status": status, "seconds": seconds})
        return True

    def _tell(self, told: Mapping[str, object]) -> None:
        self._out.write(json.dumps(told) + "\n")
        self._out.flush()

    def _watch(self, item: pytest.Item) -> None:
        self._lines.clear()
        begun = time.monotonic()
        _run(item)
        self._seen[item.nodeid] = time.monotonic() - begun, set(self._lines)

    def _chosen(self, mutant: Mutant) -> list[str]:
        """Return the tests that come by the lines of a mutant, the quickest first."""
        places = mutant["lines"] or [(0, sys.maxsize)]
        found = [
            (seconds, name)
            for name, (seconds, lines) in self._seen.items()
            if any(
                path == mutant["path"] and any(first <= line <= last for first, last in places) for path, line in lines
            )
        ]
        return [name for _, name in sorted(found)]

    def _try(self, mutant: Mutant, items: list[pytest.Item]) -> int:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        put_in_place(mutant["path"], mutant["source"])
        for item in items:
            signal.alarm(_AT_LEAST + int(_PATIENCE * self._seen[item.nodeid][0]))
            _run(item)
            if self._failed:
                return _KILLED
        return _ALIVE


def _run(item: pytest.Item) -> None:
    """Run a test, and keep what the whole session shares: something is said to follow that has nothing else."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.session)


def _noting(source: str, path: str) -> str:
    """Return the source of a module whose functions note each statement that they come to: path and line."""
    module = ast.parse(source)
    for function in [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]:
        for node in ast.walk(function):
            for name in ("body", "orelse", "finalbody"):
                block = getattr(node, name, None)
                if isinstance(block, list) and not _is_note(block[0] if block else None):
                    noted = [(ast.parse(f"{_NOTE}(({path!r}, {one.lineno}))").body[0], one) for one in block]
                    setattr(node, name, [one for pair in noted for one in pair])
    return ast.unparse(ast.fix_missing_locations(module))


def _is_note(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == _NOTE


def put_in_place(path: str, source: str, names: Mapping[str, object] | None = None) -> None:
    """Let the functions of a module do what those of another source do, and its values be that one's.

    Whoever imported them has them: a function stays the same object with other code in it. `names` are put into the
    module besides. Raises whatever the source raises.
    """
    module = sys.modules[path.removesuffix(".py").replace("/", ".")]
    other = ModuleType(module.__name__)
    other.__file__ = module.__file__
    exec(compile(source, str(module.__file__), "exec"), vars(other))  # noqa: S102 - it is a mutant of our own
    vars(module).update(names or {})
    new = dict(_functions(other))
    for qualified, function in _functions(module):
        function.__code__ = new[qualified].__code__
        function.__defaults__, function.__kwdefaults__ = new[qualified].__defaults__, new[qualified].__kwdefaults__
    for known, value in list(vars(module).items()):
        # Of the kinds that constants are.
        if isinstance(value, int | str | bytes | tuple | list | dict | set | frozenset) and known in vars(other):
            for user in list(sys.modules.values()):
                if vars(user).get(known) is value:
                    setattr(user, known, vars(other)[known])


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions that a module defines, those of its classes among them, by their qualified names."""
    owners: list[object] = [module]
    for owner in owners:
        for value in list(vars(owner).values()):
            for function in _unwrapped(value):
                if function.__module__ == module.__name__ and function.__code__.co_filename == module.__file__:
                    yield function.__qualname__, function
            if isinstance(value, type) and value.__module__ == module.__name__ and value not in owners:
                owners.append(value)


def _unwrapped(value: object) -> Iterator[FunctionType]:
    """Yield the functions below a decorator's result: a property, a class method, what keeps `__wrapped__`."""
    for inner in (value, getattr(value, "fget", None), getattr(value, "__func__", None)):
        while inner is not None and not isinstance(inner, FunctionType):
            inner = getattr(inner, "__wrapped__", None) if not isinstance(inner, type) else None  # noqa: PLW2901
        if isinstance(inner, FunctionType):
            yield inner
            if isinstance(below := getattr(inner, "__wrapped__", None), FunctionType):
                yield below


def _forked(run: Callable[[], int]) -> int:
    """Run a function in a fork; return its exit status, negative where a signal ended it."""
    child = os.fork()
    if not child:
        try:
            os._exit(run())
        except BaseException:  # noqa: BLE001 - whatever it is, the mutant failed
            os._exit(_KILLED)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> int:
    """Try mutants; see the module."""
    asked = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    # What pytest and the tests print goes nowhere, in this process and in its forks.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    with tempfile.TemporaryDirectory(prefix="morgue-trials-") as scratch:
        set_hypothesis_home_dir(scratch)
        tests = [str(ROOT / test) for test in asked["tests"]]
        return int(pytest.main([*_OPTIONS, "--rootdir", str(ROOT), *tests], plugins=[Trials(asked["mutants"], out)]))


if __name__ == "__main__":
    sys.exit(main())
