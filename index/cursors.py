"""Cursors: how far a search that is made again and again has seen the log, kept in a file between two searches.

A cursor belongs to one archive and to one query, as it was typed, so that no news is taken for seen that another
search has shown. It holds the size of the log and the root at that size: a log that does not go on from there, such as
one that came out of an older backup, is told, as its next events are not the ones that were next.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from archive import private_files
from archive.errors import InvalidValueError

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from index.search import Results

_VERSION = 1
_TYPES = [str, str, bool, bool, int, str]


@attrs.frozen(kw_only=True)
class Cursor:
    """What a file says: the first `size` events of an archive, whose root was `root`, were searched for a query."""

    archive: str
    query: str
    any_word: bool
    literal: bool
    size: int
    root: str


def read_cursor(path: Path, archive: Archive, *, query: str, any_word: bool, literal: bool) -> Cursor | None:
    """Return the cursor that a file holds of a search, None where there is no file.

    Raises InvalidValueError where it is not the cursor of this query in this archive, OSError.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    found = _parsed(path, content)
    if found.archive != archive.id:
        raise InvalidValueError(
            f"{path} is the cursor of a search in another archive, {found.archive}; name a file for each archive"
        )
    if (found.query, found.any_word, found.literal) != (query, any_word, literal):
        raise InvalidValueError(f"{path} is the cursor of another search, {_told(found)}; name a file for each search")
    if found.size > archive.size() or archive.root(found.size).hex() != found.root:
        raise InvalidValueError(
            f"{path} has seen {found.size} events of another history of this archive, which was rewritten or lost its"
            " end; to begin anew, remove that file"
        )
    return found


def cursor_after(results: Results, before: Cursor | None) -> Cursor:
    """Return the cursor behind what a search has seen. It never goes back, even where an older index had to serve."""
    archive, request = results.archive, results.request
    size = max(results.position + 1, 0 if before is None else before.size)
    return Cursor(
        archive=archive.id,
        query=request.query,
        any_word=request.any_word,
        literal=request.literal,
        size=size,
        root=archive.root(size).hex(),
    )


def write_cursor(path: Path, cursor: Cursor) -> None:
    """Write a cursor to its file, for its owner only: whole or not at all. Raises OSError."""
    stated = json.dumps({"cursor": _VERSION, **attrs.asdict(cursor)}, indent=1, sort_keys=True)
    private_files.replace(path, stated.encode("ascii") + b"\n")


def _parsed(path: Path, content: bytes) -> Cursor:
    try:
        members = dict(json.loads(content))
        known = members.pop("cursor") == _VERSION
        cursor = Cursor(**members)
    except (ValueError, TypeError, KeyError, RecursionError):
        known, cursor = False, None
    if not known or cursor is None or [type(value) for value in attrs.astuple(cursor)] != _TYPES or cursor.size < 0:
        raise InvalidValueError(f"{path} is no cursor of a search; name another file, or one that is not there")
    return cursor


def _told(cursor: Cursor) -> str:
    options = [name for name, given in (("--any", cursor.any_word), ("--literal", cursor.literal)) if given]
    return " ".join([repr(cursor.query), *options])
