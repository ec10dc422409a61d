"""The battery of mutants: each small change of a verifier, one at a time, must fail the verifier's own tests.

A comparison turned around, a condition negated, `and` for `or`, a problem that is not yielded, a number that is one too
many. Two things are mutated, each against its own tests: what verifies an archive, and what checks a proof. Mutants
that live are listed: each is a test that lacks, or a change that makes no difference. `trials` runs the tests.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import attrs

from tests.torture.borrowed import ROOT
from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLED_AT_LEAST = 0.9

Lines = tuple[int, int]
"""The first of some lines, and the last."""


@attrs.frozen(kw_only=True)
class Target:
    """Modules that are mutated, as patterns of paths, and the tests that must notice it."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


TARGETS = (
    Target(
        name="verifier",
        modules=("archive/verification/*.py",),
        tests=(
            "tests/archive/test_verification.py",
            "tests/archive/test_verification_torn.py",
            "tests/archive/test_verified.py",
            "tests/archive/test_erased_parts.py",
            "tests/archive/test_stated.py",
            "tests/archive/test_usual.py",
            "tests/archive/test_verification_merged.py",
        ),
    ),
    Target(
        name="proof checkers",
        modules=("archive/proofs/check*.py",),
        tests=(
            "tests/archive/proofs/test_bundles.py",
            "tests/archive/proofs/test_checkpoint.py",
            "tests/archive/proofs/test_every_leaf.py",
        ),
    ),
)

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
    """A module with one change in it. A test can only notice it if it runs one of the `lines`: first and last of each.

    They are those of the statement, without those inside it, or of all that use the constant; None where all may.
    """

    path: str
    told: str
    source: str
    lines: tuple[Lines, ...] | None


def mutate(count: int, seed: int, folder: Path) -> Result:
    """Test `count` mutants of each target that are chosen at random, or all where there are no more."""
    runs, failures = 0, []
    observed: dict[str, int | float | str] = {}
    for target in TARGETS:
        paths = sorted(path for pattern in target.modules for path in ROOT.glob(pattern))
        everything = [mutant for path in paths for mutant in mutants_of(path)]
        chosen = everything if count >= len(everything) else random.Random(seed).sample(everything, count)
        alive, problem = _tried(target, chosen, folder)
        if problem is not None:
            return Result(runs=runs, failures=(f"{target.name}: {problem}",))
        killed = 1 - len(alive) / len(chosen)
        runs += len(chosen)
        observed[f"killed of the {target.name}"] = f"{len(chosen) - len(alive)} of {len(chosen)}, {killed:.0%}"
        observed[f"alive of the {target.name}"] = "; ".join(f"{one.path}:{one.told}" for one in alive) or "none"
        if killed < KILLED_AT_LEAST:
            failures += [f"{one.path}:{one.told}" for one in alive]
    return Result(runs=runs, failures=tuple(failures), observed=observed)


def _tried(target: Target, mutants: list[Mutant], folder: Path) -> tuple[list[Mutant], str | None]:
    """Return the mutants that no test notices, and why they could not be tried, None where they were."""
    asked = folder / f"{target.name}.json"
    asked.write_text(json.dumps({"tests": target.tests, "mutants": [attrs.asdict(one) for one in mutants]}), "utf-8")
    # A process of its own: what is mutated must not have been imported there yet.
    command = [sys.executable, "-m", "tests.torture.trials", str(asked)]
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True, check=False)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(verdicts) != len(mutants):
        return [], "; ".join(map(str, verdicts[-1:])) or "the trials ended with an error"
    return [mutant for mutant, verdict in zip(mutants, verdicts, strict=True) if not verdict["killed"]], None


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield the mutants of a module, in the order of its code."""
    module = ast.parse(path.read_text("utf-8"))
    # What runs as a program only is tried by a test that starts it, not by these.
    module.body = [one for one in module.body if not (isinstance(one, ast.If) and "__name__" in ast.dump(one.test))]
    places = _places(module)
    for number, node in enumerate(ast.walk(module)):
        if (told := _told(node)) is not None:
            changed = copy.deepcopy(module)
            _change(list(ast.walk(changed))[number])
            line = getattr(node, "lineno", 0)
            source = ast.unparse(ast.fix_missing_locations(changed)) + "\n"
            yield Mutant(str(path.relative_to(ROOT)), f"{line}: {told}", source, places[number])


def _places(module: ast.Module) -> list[tuple[Lines, ...] | None]:
    """Return for each node, in the order of `ast.walk`, the lines of the statements that it is in: see `Mutant`."""
    found: dict[ast.AST, tuple[Lines, ...] | None] = {module: None}
    users: dict[str, set[Lines]] = {}
    for node in ast.walk(module):
        for child in ast.iter_child_nodes(node):
            in_function = isinstance(node, ast.FunctionDef) and child in node.body
            if isinstance(child, ast.stmt) and (in_function or found[node] is not None):
                found[child] = (_lines(child),)
            else:
                # Defaults, decorators and annotations are evaluated where the function is defined.
                found[child] = found[node]
            if isinstance(child, ast.Name) and (places := found[child]) is not None:
                users.setdefault(child.id, set()).update(places)
    for statement in module.body:
        match statement:
            # What uses a constant is what a change of it changes; where nothing does here, others may.
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if name in users:
                found.update(dict.fromkeys(ast.walk(statement), tuple(sorted(users[name]))))
    return [found[node] for node in ast.walk(module)]


def _lines(statement: ast.stmt) -> Lines:
    """Return first and last line of a statement; of one that holds others, of its head."""
    body: list[ast.stmt] = getattr(statement, "body", [])
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return statement.lineno, max(statement.lineno, last)


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


BATTERY = Battery(
    name="mutants",
    proves="the tests of the verifier, and of what checks proofs, notice nine of ten changes of either",
    short=0,
    long=1000,
    run=mutate,
)
