"""The spellings of names: a table that ships with the index, one line for each spelling that has others.

    sergei<TAB>sergej sergey serghei сергеи …

Spellings are folded tokens (`index.analysis.fold`), in the order of their bytes; `_` parts the tokens of one that is
several (`sana_a`, from Sana'a). The table is made by `docs/make_spellings.py`, which says of what and by which rules.
It is mapped and bisected, never read whole; what a search asks costs microseconds, and no library is imported. As it
is the same whatever an archive holds, a search as of an earlier event expands as one did then.
"""

from __future__ import annotations

import mmap
from functools import cache, lru_cache
from pathlib import Path

from index.segment.forms import Forms

FILE = Path(__file__).with_name("spellings.txt")
"""The table."""

_BETWEEN = "_"


@lru_cache(maxsize=4096)
def spellings_of(*forms: str) -> tuple[tuple[str, ...], ...]:
    """Return the other spellings of a name, each as its folded tokens; none for what is no name that has others."""
    key = f"{_BETWEEN.join(forms)}\t".encode()
    lines = _table().starting_with(key)
    if not lines:
        return ()
    return tuple(tuple(spelling.split(_BETWEEN)) for spelling in lines[0][len(key) :].decode().split(" "))


@cache
def digest() -> str:
    """Return the SHA-256 of the table, 64 hex digits: what a receipt names it by. Reads all of it, once."""
    import hashlib

    return hashlib.sha256(FILE.read_bytes()).hexdigest()


@cache
def _table() -> Forms:
    with FILE.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    # It is no segment: there is no document that a spelling stands in first.
    return Forms(data, 0, len(data), ())
