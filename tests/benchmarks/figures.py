"""From measurements to figures: quantiles, a fit, and the cells of tables. Pure."""

from __future__ import annotations

from math import ceil, exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NONE = "–"
"""Stands where there is no figure."""


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least a share of them, 0 to 1, does not exceed. Raises ValueError for none."""
    if not values:
        raise ValueError("no values have no quantile")
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def power_fit(sizes: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Return a and b of the law value = a × size^b by least squares on logarithms.

    Raises ValueError for fewer than two sizes that differ.
    """
    if len(set(sizes)) < 2:
        raise ValueError("a fit needs two sizes")
    across, up = [log(size) for size in sizes], [log(value) for value in values]
    mean_across, mean_up = sum(across) / len(across), sum(up) / len(up)
    pairs = list(zip(across, up, strict=True))
    slope = sum((x - mean_across) * (y - mean_up) for x, y in pairs) / sum((x - mean_across) ** 2 for x in across)
    return exp(mean_up - slope * mean_across), slope


def table(heads: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table in Markdown. Raises ValueError where a row has not a cell for each head."""
    if any(len(row) != len(heads) for row in rows):
        raise ValueError(f"each row needs {len(heads)} cells")
    return [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]


def ratio(ours: float | None, theirs: float | None) -> str:
    """Return ours over theirs with two digits behind the point; `NONE` where one of them is missing."""
    return NONE if ours is None or theirs is None else f"{ours / theirs:.2f} ×"


def milliseconds(seconds: float | None) -> str:
    """Return seconds as milliseconds with three digits or so; `NONE` for None."""
    if seconds is None:
        return NONE
    value = seconds * 1e3
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def megabytes(count: int | None) -> str:
    """Return bytes in millions; `NONE` for None."""
    return NONE if count is None else f"{count / 1e6:,.1f}"


def mebibytes(count: int | None) -> str:
    """Return bytes in 2^20 bytes; `NONE` for None."""
    return NONE if count is None else f"{count / 2**20:,.0f}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
