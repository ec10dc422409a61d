"""Labelled facts, one below the other, as `show` and `status` print them."""

from __future__ import annotations

import sys

from cli.layout import wrapped
from cli.terminal import BOLD, DIM, coloured, styled, width


def fact(name: str, value: str, *, labels: int, bold: bool = False) -> list[str]:
    """Return the lines of a fact, for standard output; its label takes `labels` columns."""
    colours = coloured(sys.stdout)
    lines = wrapped(value, width=max(width() - labels, 1)) or [""]
    margins = [styled(name.ljust(labels), DIM, on=colours)] + [" " * labels] * (len(lines) - 1)
    return [margin + styled(line, BOLD, on=colours and bold) for margin, line in zip(margins, lines, strict=True)]


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count and what is counted: 1 event, 1,200 events."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
