"""The software that an archive is used with: Python, SQLite and its known bugs, libraries, the encoding of text."""

from __future__ import annotations

import locale
import platform
import re
import sqlite3
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from cli.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OLDEST_SQLITE = (3, 34, 0)
_RESET_BUG = (3, 7, 0), (3, 51, 2)
_RESET_FIXED: dict[tuple[int, ...], int] = {(3, 44): 6, (3, 50): 7}
"""Releases of older branches that have the fix of 3.51.3: a race at the reset of the WAL, by which commits get lost."""

_NEEDED = {
    "OMIT_WAL": "write-ahead logs",
    "OMIT_TRIGGER": "triggers",
    "OMIT_CHECK": "constraints",
    "OMIT_INTEGRITY_CHECK": "its own check of a file",
    "OMIT_AUTOINIT": "its own start",
}
"""What SQLite may be built without, and is used here."""

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;]*)(;.*)?")
_NUMBERS = re.compile(r"\d+")


def examine() -> Iterator[Finding]:
    """Yield what there is to say about the software."""
    yield _python(sys.version_info[:3])
    yield sqlite(sqlite3.sqlite_version_info, compile_options())
    yield _libraries()
    yield encoding(sys.getfilesystemencoding(), locale.getpreferredencoding(False))


def compile_options() -> frozenset[str]:
    """Return what SQLite says that it was built with."""
    connection = sqlite3.connect(":memory:")
    try:
        return frozenset(option for (option,) in connection.execute("PRAGMA compile_options"))
    finally:
        connection.close()


def sqlite(version: tuple[int, ...], options: Iterable[str]) -> Finding:
    """Judge a version of SQLite and what it was built with."""
    shown = ".".join(map(str, version))
    if version < _OLDEST_SQLITE:
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        return Finding("sqlite", "problem", f"{shown} is too old", f"install a Python with SQLite {oldest} or newer")
    missing = [what for option, what in _NEEDED.items() if option in options]
    if missing:
        return Finding(
            "sqlite", "problem", f"{shown} is built without {', '.join(missing)}", "install another build of SQLite"
        )
    if _has_reset_bug(version):
        return Finding(
            "sqlite",
            "note",
            f"{shown} can lose commits where two connections write and checkpoint at once; morgue's own lock keeps its "
            "processes from that",
            "let no other program write events.db; SQLite 3.51.3, 3.50.7 and 3.44.6 have the fix",
        )
    return Finding("sqlite", "ok", shown)


def encoding(file_names: str, text: str) -> Finding:
    """Judge the encodings of file names and of text by the locale."""
    said = f"file names {file_names}, text {text}"
    if file_names.lower().replace("-", "") == "utf8" and text.lower().replace("-", "") == "utf8":
        return Finding("encoding", "ok", said)
    return Finding("encoding", "warning", f"{said}: not UTF-8", "set a UTF-8 locale, such as LC_ALL=C.UTF-8")


def _has_reset_bug(version: tuple[int, ...]) -> bool:
    first, last = _RESET_BUG
    fixed = _RESET_FIXED.get(version[:2])
    return first <= version <= last and not (fixed is not None and version[2] >= fixed)


def _python(version: tuple[int, ...]) -> Finding:
    shown = f"{platform.python_implementation()} {'.'.join(map(str, version))} on {platform.platform(terse=True)}"
    if version < (3, 11):
        return Finding("python", "problem", f"{shown} is too old", "install Python 3.11 or newer")
    return Finding("python", "ok", shown)


def _libraries() -> Finding:
    try:
        required = metadata.requires("morgue") or []
        own = metadata.version("morgue")
    except metadata.PackageNotFoundError:
        return Finding("libraries", "note", "morgue runs from its source, not installed", None)
    wrong = [told for requirement in required if (told := _unmet(requirement)) is not None]
    if wrong:
        return Finding("libraries", "problem", "; ".join(wrong), "install morgue again, with its libraries")
    return Finding("libraries", "ok", f"morgue {own}, {len(required)} libraries as required")


def _unmet(requirement: str) -> str | None:
    """Tell what is missing of a requirement, as `importlib.metadata` has it; None where nothing is."""
    match = _REQUIREMENT.match(requirement)
    if match is None or match[3] is not None:
        return None  # One with a marker is for other machines or for what was not asked for.
    try:
        found = metadata.version(match[1])
    except metadata.PackageNotFoundError:
        return f"{match[1]} is not installed"
    for bound in match[2].split(","):
        if bound.strip().startswith(">=") and _numbers(found) < _numbers(bound):
            return f"{match[1]} {found} is older than {bound.strip()[2:]}"
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in _NUMBERS.findall(version)[:3])
