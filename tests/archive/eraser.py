"""A process that erases articles of an archive, one after the other, and says so of each once it is recorded.

    python eraser.py FOLDER

A line of standard output is the position of an article's first version; it ends when it is killed, or with the last.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from archive.archive import Archive
from archive.erasing import Ground
from index import erasing
from index.index import Index


def main(folder: str) -> None:
    print("ready", flush=True)
    with Archive.open(Path(folder)) as archive:
        Index(archive).catch_up()
        for version in [archive.version(recorded.position) for recorded in archive.articles()]:
            archive.erase(version.article_id, Ground(basis="a request", authority="the owner"))
            print(version.position, flush=True)
            erasing.purge(archive)


if __name__ == "__main__":
    main(*sys.argv[1:])
