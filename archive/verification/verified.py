"""How far an archive was verified, and where that is remembered: the file `verified.json` in its folder.

It is no event: to verify changes nothing of the log. Whoever can write the archive can write the file, too; it saves
time and proves nothing. What a later owner of the file must not learn is not in it. docs/format.md, "The folder".
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from archive import private_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "verified.json"


@attrs.frozen(kw_only=True)
class Verified:
    """The first `size` events of an archive, with the root hash `root` (64 hex digits), had no problem at `time`.

    `latest` is the time of the last of these events of each source: no later event of a source may be before it.
    """

    archive: str
    size: int
    root: str
    time: str
    latest: Mapping[str, str]


def remember(folder: Path, verified: Verified) -> None:
    """Write down how far an archive was verified. Raises OSError where its folder cannot be written."""
    temporary = folder / f"{FILE}.{os.getpid()}"
    try:
        private_files.write(temporary, json.dumps(attrs.asdict(verified), sort_keys=True).encode() + b"\n")
        # Not synced: what a crash leaves of it is either this, or an older state, or nothing that can be read.
        temporary.replace(folder / FILE)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def recall(folder: Path, archive_id: str) -> Verified | None:
    """Return how far an archive was verified; None where that is not known, or was another archive."""
    try:
        found = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    match found:
        case {
            "archive": str(archive),
            "size": int(size),
            "root": str(root),
            "time": str(time),
            "latest": dict(latest),
        } if archive == archive_id and size >= 0 and all(isinstance(one, str) for one in latest.values()):
            return Verified(archive=archive, size=size, root=root, time=time, latest=latest)
        case _:
            return None
