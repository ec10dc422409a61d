"""Write docs/reference.md: the commands, from their help texts, and the fields, from the rules of who is believed.

    python docs/make_reference.py

A test compares the file with what this would write.
"""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

_FILE = Path(__file__).with_name("reference.md")

_HEAD = """\
# Command reference

The help texts of morgue and of its commands, as `--help` prints them, and how the value of a [field](#fields) is
chosen. This page is written by `python docs/make_reference.py`; edit the help texts in `cli/` and the rules in
`archive/precedence.py`, not this page.

What the commands have in common, and the table of exit codes, is in the [README](../README.md#unattended-use); worked
examples are in the [tutorial](tutorial.md) and the [how-to pages](how-to.md).
"""

_FIELDS = """\
## Fields

What is known of an article. All values that were found for a field are kept, each with its method, its extractor and
its place; of several, the one by the method that stands first in this table is chosen, and of several by one method the
one that its extractor trusts most. `morgue explain ID` shows which, and `morgue explain --rules` prints this table.
"""


def reference() -> str:
    """Return the page."""
    from cli.app import COMMANDS

    parts = [_HEAD, _section("morgue", [])]
    parts += [_section(f"morgue {name}", [name]) for name in COMMANDS]
    return "\n".join([*parts, _FIELDS, _rules()])


def _rules() -> str:
    from archive.precedence import METHODS, RULES
    from archive.provenance import LIST_FIELDS

    lines = ["| field | believed first to last |", "|---|---|"]
    for name, methods in RULES.items():
        shown = f"`{name}`{' (a list)' if name in LIST_FIELDS else ''}"
        lines.append(f"| {shown} | {', '.join(f'`{method}`' for method in methods)} |")
    lines += ["", "| method | where the value was found |", "|---|---|"]
    lines += [f"| `{method}` | {meaning} |" for method, meaning in METHODS.items()]
    return "\n".join(lines) + "\n"


def _section(heading: str, command: list[str]) -> str:
    return f"## {heading}\n\n```text\n{_help(command)}\n```\n"


def _help(command: list[str]) -> str:
    from cli.main import run

    printed = io.StringIO()
    # The help is folded to the terminal's width; a page has one width for everybody.
    with patch.dict(os.environ, {"COLUMNS": "80"}), redirect_stdout(printed):
        code = run([*command, "--help"])
    if code:
        raise SystemExit(f"morgue {' '.join(command)} --help ended with {code}")
    return "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines())


if __name__ == "__main__":
    _FILE.write_text(reference(), "utf-8")
