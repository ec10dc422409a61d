"""Saved searches: a file of the user's configuration, a line `NAME = QUERY` each. Not of an archive: no log knows them.

It may be edited by hand. A line that begins with # is a remark; what is no such line is left alone, and no search.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    return _searches(_lines()).get(name)


def save(name: str, query: str) -> None:
    """Keep a query under a name, in the place of one that has the name. Raises OSError.

    A crash leaves either the old file or the new one.
    """
    line = f"{name} = {' '.join(query.split())}"
    lines = [one for one in _lines() if not ((found := re.fullmatch(_LINE, one)) and found[1] == name)]
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.{os.getpid()}.new")
    new.write_text("".join(f"{one}\n" for one in [*lines, line]), encoding="utf-8")
    new.replace(target)


def _lines() -> list[str]:
    try:
        return path().read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _searches(lines: list[str]) -> dict[str, str]:
    found = (re.fullmatch(_LINE, line) for line in lines if not line.lstrip().startswith("#"))
    return {match[1]: match[2] for match in found if match}
