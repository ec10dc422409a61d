"""Saved searches: a file of the user's configuration, a line `NAME = QUERY` each. Not of an archive: no log knows them.

It may be edited by hand. A line that begins with # is a remark; what is no such line is left alone, and no search. Of
several lines with one name the last one counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive import private_files

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_NAME = r"\w[\w-]*"
_LINE = rf"\s*({_NAME})\s*=\s*(\S.*?)\s*"


def path() -> Path:
    """Return where the file is, whether it is there or not."""
    from platformdirs import user_config_path

    return user_config_path("morgue") / "searches.txt"


def is_name(name: str) -> bool:
    """Tell whether a saved search can be called so: letters, digits, `_` and `-`, as one word."""
    return re.fullmatch(_NAME, name) is not None


def load(name: str) -> str | None:
    """Return the query of a saved search, None where there is none. Raises OSError."""
    return searches().get(name)


def searches() -> dict[str, str]:
    """Return all saved searches, from name to query, in the order of the file. Raises OSError."""
    return {match[1]: match[2] for line in _lines() if (match := _read(line))}


def unread() -> list[int]:
    """Return the numbers, from 1, of the lines that are no search, no remark and not empty. Raises OSError."""
    return [
        number
        for number, line in enumerate(_lines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and _read(line) is None
    ]


def save(name: str, query: str) -> None:
    """Keep a query under a name, in the place of one that has the name. Raises OSError.

    A crash leaves either the old file or the new one.
    """
    _write([*_without({name}), f"{name} = {' '.join(query.split())}"])


def delete(names: Collection[str]) -> None:
    """Take saved searches out of the file; what else is in it stays. A crash leaves all or nothing. Raises OSError."""
    _write(_without(names))


def _without(names: Collection[str]) -> list[str]:
    return [line for line in _lines() if not ((found := _read(line)) and found[1] in names)]


def _read(line: str) -> re.Match[str] | None:
    return None if line.lstrip().startswith("#") else re.fullmatch(_LINE, line)


def _lines() -> list[str]:
    try:
        return path().read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return []


def _write(lines: list[str]) -> None:
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    private_files.replace(target, "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
