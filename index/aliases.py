"""A user's aliases: names that mean the same, one set a line.

    # a comment
    JCPOA = "Joint Comprehensive Plan of Action" = "Iran nuclear deal"
    IAEA = "International Atomic Energy Agency"

A name is a word, or a phrase in straight double quotes, and is analysed as a query's words are. Sets that share a name
are one set. The file is UTF-8.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index import analysis
from index.errors import BadAliasesError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE_NAME = "aliases.txt"
"""Where aliases are looked for in the folder of an archive."""

MOST_NAMES = 64
"""Names in one set: more is hardly meant, and each is looked up."""

_NAME = r'\s*(?:"([^"]*)"|([^\s="]+))\s*'


class Aliases:
    """Sets of names, found by any of their names; `digest` is the SHA-256 of the file, 64 hex digits."""

    def __init__(self, sets: Sequence[Sequence[str]], digest: str) -> None:
        self.digest = digest
        self._sets: dict[tuple[str, ...], list[str]] = {}
        for names in sets:
            joined = list(names)
            for name in names:
                joined = [*self._sets.get(_key(name), []), *joined]
            distinct = list({_key(name): name for name in reversed(joined)}.values())[::-1]
            for name in distinct:
                self._sets[_key(name)] = distinct

    def sets(self) -> list[list[str]]:
        """Return the sets, each once: what other aliases with the same sets are made of."""
        return [list(names) for names in dict.fromkeys(map(tuple, self._sets.values()))]

    def of(self, text: str) -> tuple[str, ...]:
        """Return the other names of what a text names, as the file has them, in its order; none where it has none."""
        key = _key(text)
        return tuple(name for name in self._sets.get(key, ()) if _key(name) != key)


def read_aliases(path: Path) -> Aliases:
    """Read a file of aliases. Raises BadAliasesError, which says where it is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadAliasesError(f"{path}: cannot be read ({error.strerror}); name another file with --aliases") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = data.count(b"\n", 0, error.start) + 1
        raise BadAliasesError(f"{path}:{where}: no UTF-8; save the file as UTF-8") from error
    import hashlib

    sets = []
    for number, line in enumerate(text.split("\n"), 1):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            try:
                sets.append(_names(stripped))
            except ValueError as error:
                hint = 'a line is: NAME = "A NAME OF SEVERAL WORDS" = …'
                raise BadAliasesError(f"{path}:{number}: {error}; {hint}") from None
    return Aliases(sets, hashlib.sha256(data).hexdigest())


def _names(line: str) -> list[str]:
    """Return the names of a line. Raises ValueError, which says what is wrong with it."""
    names = []
    at = 0
    while True:
        match = re.compile(_NAME).match(line, at)
        if match is None:
            raise ValueError(f"no name at column {at + 1}")
        name = match[1] if match[1] is not None else match[2]
        if not analysis.forms(name):
            raise ValueError(f"{name!r} has no letter and no digit")
        names.append(" ".join(name.split()))
        at = match.end()
        if at == len(line):
            break
        if line[at] != "=":
            raise ValueError(f"{line[at:]!r} where = should be")
        at += 1
    if len(names) < 2:
        raise ValueError("one name alone")
    if len(names) > MOST_NAMES:
        raise ValueError(f"{len(names)} names, more than {MOST_NAMES}")
    return names


def _key(text: str) -> tuple[str, ...]:
    return tuple(analysis.names(text))
