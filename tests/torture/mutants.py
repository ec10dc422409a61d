"""The battery of mutants: each small change of the verifier, one at a time, must fail the verifier's own tests.

A comparison turned around, a condition negated, `and` for `or`, a problem that is not yielded, a number that is one too
many. Mutants that live are listed: each is a test that lacks, or a change that makes no difference.
"""

from __future__ import annotations

import ast
import copy
import os
import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import attrs

from tests.torture.borrowed import ROOT
from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MUTATED = "archive/verification"
TESTS = (
    "tests/archive/test_verification.py",
    "tests/archive/test_verification_torn.py",
    "tests/archive/test_verified.py",
    "tests/archive/test_erased_parts.py",
    "tests/archive/test_flips.py",
)
KILLED_AT_LEAST = 0.9
_TIMEOUT = 600.0

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@attrs.frozen
class Mutant:
    """A module with one change in it."""

    path: str
    told: str
    source: str


def mutate(count: int, seed: int, folder: Path) -> Result:
    """Test `count` mutants that are chosen at random, or all where there are no more."""
    everything = [mutant for path in sorted((ROOT / MUTATED).glob("*.py")) for mutant in mutants_of(path)]
    chosen = everything if count >= len(everything) else random.Random(seed).sample(everything, count)
    tree = _copied(folder / "tree")
    if (problem := _failing(tree)) is not None:
        return Result(runs=0, failures=(f"the tests fail without any mutation: {problem}",))
    alive: list[str] = []
    for mutant in chosen:
        path = tree / mutant.path
        kept = path.read_text("utf-8")
        path.write_text(mutant.source, "utf-8")
        if _failing(tree) is None:
            alive.append(f"{mutant.path}:{mutant.told}")
        path.write_text(kept, "utf-8")
    killed = 1 - len(alive) / len(chosen)
    observed: dict[str, int | float | str] = {"mutants there are": len(everything), "killed": f"{killed:.0%}"}
    if killed < KILLED_AT_LEAST:
        return Result(runs=len(chosen), failures=tuple(alive), observed=observed)
    return Result(runs=len(chosen), observed={**observed, "alive": "; ".join(alive) or "none"})


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield the mutants of a module, in the order of its code."""
    module = ast.parse(path.read_text("utf-8"))
    for number, node in enumerate(ast.walk(module)):
        if (told := _told(node)) is not None:
            changed = copy.deepcopy(module)
            _change(list(ast.walk(changed))[number])
            line = getattr(node, "lineno", 0)
            source = ast.unparse(ast.fix_missing_locations(changed)) + "\n"
            yield Mutant(str(path.relative_to(ROOT)), f"{line}: {told}", source)


def _told(node: ast.AST) -> str | None:
    """Return how a node is changed, in words; None where it is not."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _TURNED:
            return f"{type(operator).__name__} becomes {_TURNED[type(operator)].__name__}"
        case ast.BoolOp(op=operator):
            return f"{type(operator).__name__} becomes the other one"
        case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.Name) or test.id != "TYPE_CHECKING":
            return "its condition is negated"
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            return "what it yields is dropped"
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return f"{value} becomes {value + 1}"
    return None


def _change(node: ast.AST) -> None:
    match node:
        case ast.Compare(ops=[operator]):
            node.ops = [_TURNED[type(operator)]()]
        case ast.BoolOp(op=operator):
            node.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
        case ast.If(test=test) | ast.IfExp(test=test):
            node.test = ast.UnaryOp(ast.Not(), test)
        case ast.Expr():
            # An empty `yield from`: what is a generator stays one.
            node.value = ast.YieldFrom(ast.Tuple([], ast.Load()))
        case ast.Constant(value=int() as value):
            node.value = value + 1


def _copied(tree: Path) -> Path:
    """Return a copy of what the tests import, with the rest of the checkout as links."""
    tree.mkdir()
    shutil.copytree(ROOT / "archive", tree / "archive", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("index", "cli", "tests", "pyproject.toml"):
        (tree / name).symlink_to(ROOT / name)
    return tree


def _failing(tree: Path) -> str | None:
    """Return how the tests fail on a tree, None where they pass."""
    tests = [test for test in TESTS if (ROOT / test).exists()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(tree), *tests]
    settings = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=tree, env=settings, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return "it does not end"
    return (done.stdout + done.stderr)[-1000:] if done.returncode else None


BATTERY = Battery(
    name="mutants",
    proves="the tests of the verifier notice nine of ten changes of it",
    short=0,
    long=1000,
    run=mutate,
)
