"""A process that works on an archive while the shim records its calls: `python -m tests.torture.scribe`.

    scribe FOLDER SEED FULL|NORMAL

The archive is FOLDER/outer/archive. What is acknowledged is written to FOLDER/acknowledged: the trace shows when.
NORMAL makes SQLite sync less than the archive needs: the battery must see that acknowledged events are lost then.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archive import database
from tests.torture import work

if TYPE_CHECKING:
    import sqlite3

    from tests.torture.acknowledged import Line

ARCHIVE = Path("outer", "archive")
ACKNOWLEDGED = "acknowledged"


def main(folder: str, seed: str, synchronous: str) -> None:
    if synchronous != "FULL":
        prepare = database._prepare

        def prepare_otherwise(connection: sqlite3.Connection, *, create: bool) -> None:
            prepare(connection, create=create)
            connection.execute(f"PRAGMA synchronous = {synchronous}")

        database._prepare = prepare_otherwise
    chance = random.Random(seed)
    path = Path(folder, ARCHIVE)
    descriptor = os.open(Path(folder, ACKNOWLEDGED), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(line: Line) -> None:
        os.write(descriptor, str(line).encode())

    work.add(path, chance, say, 10)
    for _ in range(6):
        match chance.choice(["add", "add", "amend", "index"]):
            case "add":
                work.add(path, chance, say, chance.randint(1, 12))
            case "amend":
                work.amend(path, chance, say, chance.randint(1, 3))
            case _:
                work.index(path, chance, say)


if __name__ == "__main__":
    main(*sys.argv[1:])
