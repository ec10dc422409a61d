"""Which processes there are, as Linux tells."""

from __future__ import annotations

import os
from pathlib import Path


def children(of: int | None = None) -> list[int]:
    """Return the processes that one (this one) has started and that are not gone, zombies left out."""
    parent = os.getpid() if of is None else of
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, its_parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(its_parent) == parent and state != "Z":
                found.append(int(entry.name))
    return found
