"""Mutants: each is a module with one change that is told."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.torture import mutants

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
