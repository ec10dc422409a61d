"""What a process acknowledged, and whether an archive that something happened to still has all of it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import attrs

from archive.archive import Archive
from archive.errors import ArchiveError, ErasedError
from archive.verification import verify
from index.errors import SearchError
from index.index import Index
from index.search import Request
from tests.archive.making import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from archive.adding import Outcome
    from archive.amending import Amendment

WORD = "harbour"
"""A word that all numbered articles have."""


@attrs.frozen
class Line:
    """An event of which a process said that it is stored: of a version with its digest, of another one without.

    A position of 0 says that the archive is created. In place of the digest, ERASING says that the version is about to
    be erased, and ERASED that it was.
    """

    position: int
    digest: str

    def __str__(self) -> str:
        return json.dumps([self.position, self.digest]) + "\n"


CREATED = Line(0, "")
ERASING, ERASED = "erasing", "erased"


def line_of(result: Outcome | Amendment) -> Line:
    """Return what is acknowledged with a result."""
    return Line(result.position, result.digest)


def lines_of(output: str | bytes) -> list[Line]:
    """Return what was acknowledged; a line that was cut short was not."""
    text = output.decode() if isinstance(output, bytes) else output
    return [Line(*json.loads(line)) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def lost(folder: Path, lines: Iterable[Line], *, goes_on: bool = True, searched: bool = True) -> str | None:
    """Open an archive as anybody would; return what is wrong with it, None where all is there.

    All that was acknowledged must be there under its position, the log must verify, a search must find every article
    that is there, and with `goes_on` the archive must take another one.
    """
    lines = list(lines)
    try:
        with closing(Archive.open(folder, lock_timeout=5)) as archive:
            return _lost(archive, lines, goes_on=goes_on, searched=searched)
    except (ArchiveError, SearchError) as error:
        return f"{type(error).__name__}: {error}"


def _lost(archive: Archive, lines: list[Line], *, goes_on: bool, searched: bool) -> str | None:
    problem = _missing(archive, lines) or _problem(archive) or (misfound(archive) if searched else None)
    if problem is not None or not goes_on:
        return problem
    size = archive.size()
    outcome = archive.add(next(numbered(1, start=1_000_000 + size)))
    if outcome.position != size:
        return f"the next article was put at {outcome.position}, not at {size}"
    return _problem(archive)


def _missing(archive: Archive, lines: list[Line]) -> str | None:
    size = archive.size()
    begun = {line.position for line in lines if line.digest == ERASING}
    ended = {line.position for line in lines if line.digest == ERASED}
    for line in lines:
        if line.position >= size:
            return f"position {line.position} was acknowledged, and the log has {size} events"
        if line.digest in {"", ERASING}:
            continue
        try:
            held = archive.version(line.position).article.digest
        except ErasedError:
            if line.position not in begun:
                return f"position {line.position} was acknowledged, and is erased"
            continue
        if line.position in ended:
            return f"position {line.position} was acknowledged as erased, and is there"
        if held != line.digest:
            return f"position {line.position} does not hold what was acknowledged"
    return None


def _problem(archive: Archive) -> str | None:
    return next(map(str, verify(archive)), None)


def misfound(archive: Archive) -> str | None:
    """Return how a search for all articles differs from the log, None where it does not."""
    expected = {article.article_id: article.position for article in archive.articles() if WORD in article.text}
    found = Index(archive).search(Request(query=WORD, limit=None)).page
    if sorted(position for position, _ in found) != sorted(expected.values()):
        return f"a search finds {len(found)} articles, the log has {len(expected)}"
    return None
