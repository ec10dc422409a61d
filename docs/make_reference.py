"""Write docs/reference.md, the reference of the command line, from the help texts of the commands.

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

The help texts of morgue and of its commands, as `--help` prints them. This page is written by
`python docs/make_reference.py`; edit the help texts in `cli/`, not this page.

What the commands have in common, and the table of exit codes, is in the [README](../README.md#unattended-use); worked
examples are in the [tutorial](tutorial.md) and the [how-to pages](how-to.md).
"""


def reference() -> str:
    """Return the page."""
    from cli.app import COMMANDS

    parts = [_HEAD, _section("morgue", [])]
    parts += [_section(f"morgue {name}", [name]) for name in COMMANDS]
    return "\n".join(parts)


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
