"""Mutants: each is a module with one change that is told, and takes the place of what was imported."""

from __future__ import annotations

import ast
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tests.torture import mutants, trials

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SOURCE = """\
def checked(rows, limit):
    for row in rows:
        if row > limit and row != 0:
            yield row
    return None
"""


def test_each_mutant_differs_in_one_thing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(SOURCE, "utf-8")
    made = {mutant.told: mutant.source for mutant in mutants.mutants_of(path)}
    whole = ast.unparse(ast.parse(SOURCE)) + "\n"
    assert made == {
        "3: its condition is negated": whole.replace("row > limit and row != 0", "not (row > limit and row != 0)"),
        "3: And becomes the other one": whole.replace(" and ", " or "),
        "3: Gt becomes GtE": whole.replace(" > ", " >= "),
        "3: NotEq becomes Eq": whole.replace(" != ", " == "),
        "3: 0 becomes 1": whole.replace("!= 0", "!= 1"),
        "4: what it yields is dropped": whole.replace("yield row", "yield from ()"),
    }


USED = """\
from functools import cache

LIMIT = 7


class Box:
    def __init__(self, size=1):
        self.size = size

    @property
    def full(self):
        if self.size > LIMIT:
            return True
        return False


@cache
def twice(number):
    return number * 2
"""


def imported(monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> Any:
    module = ModuleType(name)
    module.__file__ = f"{name}.py"
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(source, module.__file__, "exec"), vars(module))  # noqa: S102 - written above
    return module


def test_a_mutant_takes_the_place_of_what_others_have_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    used = imported(monkeypatch, "mutated_module", USED)
    user = imported(monkeypatch, "its_user", "from mutated_module import LIMIT, Box, twice")
    trials.put_in_place("mutated_module.py", USED.replace("> LIMIT", ">= LIMIT").replace("* 2", "* 3"))
    assert (user.twice(5), user.Box(7).full, user.Box().size) == (15, True, 1)
    trials.put_in_place("mutated_module.py", USED.replace("7", "8").replace("size=1", "size=9"))
    assert (user.LIMIT, used.LIMIT, user.Box().size, user.Box(8).full) == (8, 8, 9, False)


def test_the_lines_that_a_test_comes_by_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    used = imported(monkeypatch, "mutated_module", USED)
    seen: set[tuple[str, int]] = set()
    trials.put_in_place("mutated_module.py", trials._noting(USED, "m"), {trials._NOTE: seen.add})
    assert used.Box(8).full
    assert seen == {("m", 8), ("m", 12), ("m", 13)}
    trials.put_in_place("mutated_module.py", USED)
    seen.clear()
    assert not used.Box(2).full
    assert not seen


def test_a_mutant_knows_the_lines_that_must_be_come_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(USED, "utf-8")
    lines = {mutant.told: mutant.lines for mutant in mutants.mutants_of(path)}
    assert lines == {
        "3: 7 becomes 8": ((12, 12),),
        "7: 1 becomes 2": None,
        "12: its condition is negated": ((12, 12),),
        "12: Gt becomes GtE": ((12, 12),),
        "19: 2 becomes 3": ((19, 19),),
    }
