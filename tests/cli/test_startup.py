"""The start of the process is part of every search: what is not needed is not imported."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cli.app import COMMANDS

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
    "archive.fetching.fetcher",
    "archive.fetching.web",
    "certifi",
    "idna",
    "protego",
    "urllib3",
}
"""None of the commands below needs any of these."""

ADDING = {
    "archive.adding",
    "archive.edtf",
    "archive.identity",
    "archive.importers",
    "archive.intake",
    "archive.new_events",
    "archive.replay",
    "archive.runs",
    "archive.submission",
    "archive.urls",
    "archive.verification",
}
"""What reads or changes more of an archive than some of its events."""

VALUES = {"attr", "attrs", "archive.article", "archive.envelope", "archive.life_cycle", "archive.provenance"}
"""The values of an archive with all that is known of them, and what their classes are made by: a hit needs neither."""

BUILDING = {
    "index.builder",
    "index.compile",
    "index.projection",
    "index.schema",
    "index.tasks",
    "index.whoosh_search",
    "index.segment.bulk",
    "index.segment.collector",
    "index.segment.merge",
    "index.segment.vocabulary",
    "index.segment.writer",
}
"""What a search needs only where the index is behind, and what only tests need."""

READING = {
    "archive.archive",
    "attr",
    "cli.hits",
    "hashlib",
    "index.index",
    "index.search",
    "mmap",
    "sqlite3",
    "Stemmer",
    "zstandard",
}
"""What opens an archive or an index: nobody who asks for help or for the version waits for it."""

UNUSED = {"csv", "dataclasses", "decimal", "hmac", "logging", "random", "tempfile", "zipfile", "zoneinfo"}
"""Modules of the standard library that typer does not import either, and that a search does without."""

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


def imported(place: Place, *words: str, code: int = 0) -> set[str]:
    """Return the modules that are loaded at the end of a command, which ends with an exit code."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        cwd=place.work,
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return set(done.stderr.splitlines())


def within(modules: set[str], packages: set[str]) -> set[str]:
    return {name for name in modules if any(name == package or name.startswith(package + ".") for package in packages)}


@pytest.mark.parametrize("words", [["show", "1"], ["log"], ["log", "--runs"], ["explain", "1"]])
def test_reading_imports_only_what_it_needs(filled: Place, words: list[str]) -> None:
    modules = imported(filled, "--archive", "archive", *words)
    assert {"cli.main", "sqlite3"} <= modules
    assert within(modules, NEVER | BUILDING | {"whoosh", "Stemmer", "archive.intake", "archive.importers"}) == set()


@pytest.mark.parametrize("form", ["text", "jsonl", "ids"])
def test_a_search_that_has_nothing_to_catch_up_with_imports_only_what_searches(filled: Place, form: str) -> None:
    words = ("--archive", "archive", "search", "--format", form, "lamp")
    # The first one builds the index where there is none.
    imported(filled, *words)
    modules = imported(filled, *words)
    assert {"index.search", "archive.archive", "sqlite3"} <= modules
    assert within(modules, NEVER | ADDING | BUILDING | UNUSED | VALUES | {"whoosh"}) == set()
    assert ("cli.jsontext" in modules) == (form == "jsonl")


@pytest.mark.parametrize("words", [["--version"], ["--help"], *([command, "--help"] for command in COMMANDS)])
def test_the_version_and_help_open_nothing(place: Place, words: list[str]) -> None:
    modules = imported(place, *words)
    assert "typer" in modules
    assert within(modules, NEVER | ADDING | BUILDING | READING | {"whoosh"}) == set()
    asked = {f"cli.commands.{words[0].replace('-', '_')}"} if words[0] in COMMANDS else set()
    assert {name for name in modules if name.startswith("cli.commands.")} == asked


def test_adding_loads_no_detector_of_encodings_for_utf_8(filled: Place) -> None:
    modules = imported(filled, "--archive", "archive", "add", "clippings")
    assert within(modules, NEVER | {"whoosh"}) == set()


def test_a_url_loads_what_fetches(place: Place) -> None:
    modules = imported(place, "add", "gopher://news.example/", code=3)
    assert {"archive.fetching.web", "urllib3"} <= modules


def test_a_module_that_is_imported_is_seen(filled: Place, place: Place) -> None:
    # Nothing above may pass because nothing is listed.
    added = imported(filled, "add", "clippings")
    assert "platformdirs" in added
    assert {"archive.adding", "archive.intake", "archive.importers.text"} | VALUES - {"archive.life_cycle"} <= added
    assert within(added, UNUSED)
    # A copy: other tests expect the index of `filled` to have one generation.
    shutil.copytree(filled.work / "archive", place.work / "archive")
    rebuilt = imported(place, "--archive", "archive", "index", "--rebuild")
    assert {"index.builder", "index.projection", "index.segment.writer", "archive.replay"} <= rebuilt
    assert within({"rich.console", "richer"}, {"rich"}) == {"rich.console"}
