"""Collections of real files beside the checkout, unpacked in memory. Tests that need one skip without it."""

from __future__ import annotations

import tarfile
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[3].parent / "shared" / "data"


@cache
def files(name: str) -> dict[str, bytes]:
    """Return the files of a collection by their paths in it, sorted."""
    with tarfile.open(DATA / f"{name}.tar.xz") as archive:
        members = sorted((member for member in archive if member.isfile()), key=lambda member: member.name)
        found: dict[str, bytes] = {}
        for member in members:
            stream = archive.extractfile(member)
            if stream is not None:
                found[member.name] = stream.read()
        return found
