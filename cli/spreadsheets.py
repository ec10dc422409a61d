"""CSV that a spreadsheet opens without acting on it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMULA = frozenset("=+-@＝＋－＠")
"""What a spreadsheet takes for the begin of a formula; the wide forms too, where it is set to East Asian scripts."""


def inert(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula, and in which nothing can drive a terminal."""
    if not isinstance(value, str):
        return value
    cell = clean(value)
    return "'" + cell if cell.lstrip()[:1] in _FORMULA else cell


def write_rows(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; None is an empty cell, and what is true or false is so as in JSON."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([str(value).lower() if isinstance(value, bool) else inert(value) for value in row] for row in rows)
