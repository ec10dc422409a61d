"""How the difference between two versions, or two readings of one, is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.differences import Difference, FieldChange
    from archive.provenance import Value


_INDENT = " " * 4
"""Ahead of the lines of a diff of texts."""
_STYLES = {"-": "31", "+": "32", "@": "2"}
"""The SGR codes of what went, what came, and where it stood."""


def change_lines(difference: Difference) -> Iterator[str]:
    """Yield the lines on what changes: fields, boilerplate, and the text as a unified diff."""
    for change in (*difference.fields, *difference.facts):
        yield f"  {change.name}: {_shown(change)}"
    if any(difference.boilerplate):
        found, gone = difference.boilerplate
        yield f"  boilerplate: +{found} -{gone} stretches"
    if difference.text is not None:
        lines = _diff(*difference.text)
        removed = sum(line.startswith("-") for line in lines)
        added = sum(line.startswith("+") for line in lines)
        yield f"  text: +{added} -{removed} lines"
        yield from (f"{_INDENT}{line}" for line in lines)


def shown(line: str) -> list[str]:
    """Return a line on what changes as standard output shows it: on a terminal folded, and in its colour."""
    from cli.layout import folded
    from cli.terminal import coloured, styled

    marker = line[len(_INDENT) : len(_INDENT) + 1] if line.startswith(_INDENT) else ""
    lines = folded(line, hang=len(_INDENT) + 1 if marker else len(_INDENT))
    style = _STYLES.get(marker)
    return lines if style is None else [styled(one, style, on=coloured(sys.stdout)) for one in lines]


def _shown(change: FieldChange) -> str:
    if change.old == change.new:
        return f"{_value(change.new)}, otherwise known than before"
    return f"{_value(change.old)} -> {_value(change.new)}"


def _value(value: Value | None) -> str:
    if value is None:
        return "not known"
    return value if isinstance(value, str) else ", ".join(value)


def _diff(old: str, new: str) -> list[str]:
    """Return a unified diff of two texts, without its two lines of file names."""
    from difflib import unified_diff

    return list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1))[2:]


def members_of(difference: Difference) -> dict[str, Any]:
    """Return a difference as JSON has it, without that of the text."""
    return {
        "changes": {
            change.name: {"old": _plain(change.old), "new": _plain(change.new)}
            for change in (*difference.fields, *difference.facts)
        },
        "boilerplate": dict(zip(("added", "removed"), difference.boilerplate, strict=True)),
        "text_changed": difference.text is not None,
    }


def text_diff(difference: Difference) -> list[str]:
    """Return the lines of a unified diff of the texts, none where they are equal."""
    return _diff(*difference.text) if difference.text is not None else []


def _plain(value: Value | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value
