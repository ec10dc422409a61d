"""The start of the process is part of every search: what is not needed is not imported."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sessions import Place

NEVER = {
    "rich",
    "pydantic",
    "charset_normalizer",
    "hypothesis",
    "platformdirs",
    "asyncio",
    "email",
    "urllib.request",
    "http.client",
    "ssl",
    "unittest",
    "multiprocessing",
    "pygments",
    "numpy",
}
"""None of the commands below needs any of these."""

# The command ends its process itself, so that is where to look: `-X importtime` leaves out what `import_module` loads.
PROBE = """
import os, sys
leave = os._exit
def tell(code):
    print(*sys.modules, sep="\\n", file=sys.stderr, flush=True)
    leave(code)
os._exit = tell
from cli.main import main
main()
"""


def imported(place: Place, *words: str) -> set[str]:
    """Return the modules that are loaded at the end of a command."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        cwd=place.work,
        env=place.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines())


def within(modules: set[str], packages: set[str]) -> set[str]:
    return {name for name in modules if any(name == package or name.startswith(package + ".") for package in packages)}


@pytest.mark.parametrize("words", [["search", "lamp"], ["search", "lamp", "--format", "jsonl"], ["show", "1"], ["log"]])
def test_reading_imports_only_what_it_needs(filled: Place, words: list[str]) -> None:
    modules = imported(filled, "--archive", "archive", *words)
    assert {"cli.main", "sqlite3"} <= modules
    assert within(modules, NEVER) == set()
    if words[0] != "search":
        assert within(modules, {"whoosh", "Stemmer"}) == set()


def test_the_version_opens_nothing(filled: Place) -> None:
    modules = imported(filled, "--version")
    assert (
        within(modules, NEVER | {"whoosh", "Stemmer", "sqlite3", "zstandard", "archive.archive", "cli.commands"})
        == set()
    )


def test_adding_loads_no_detector_of_encodings_for_utf_8(filled: Place) -> None:
    modules = imported(filled, "--archive", "archive", "add", "clippings")
    assert within(modules, NEVER | {"whoosh"}) == set()


def test_help_loads_no_other_command(filled: Place) -> None:
    modules = imported(filled, "search", "--help")
    assert "cli.commands.search" in modules
    assert within(modules, {"cli.commands.add", "cli.commands.show", "whoosh", "sqlite3", "rich"}) == set()


def test_a_module_that_is_imported_is_seen(filled: Place) -> None:
    # Nothing above may pass because nothing is listed.
    assert "platformdirs" in imported(filled, "add", "clippings")
    assert within({"rich.console", "richer"}, {"rich"}) == {"rich.console"}
