"""One of a crowd: `python -m tests.torture.member PART ARCHIVE DONE START COUNT`.

A writer adds articles START to START+COUNT, one or some at a time. The others look at the archive until the file DONE
is there. What each did is a JSON object on standard output; whatever goes wrong is an error that ends it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import batches
from archive.adding import Outcome
from archive.archive import Archive
from archive.verification import verify
from index.index import Index
from index.search import Request
from tests.archive.making import numbered
from tests.torture.acknowledged import WORD

if TYPE_CHECKING:
    from collections.abc import Callable

_PAUSE = 0.02


def write(folder: Path, start: int, count: int) -> dict[str, Any]:
    """Add articles; return each acknowledgement, and how long each batch took from its first article on."""
    chance = random.Random(start)
    lines: list[tuple[int, str, str]] = []
    seconds: list[float] = []
    done = 0
    while done < count:
        # It opens and closes the archive all the time, so that WAL and shared memory come and go.
        with Archive.open(folder) as archive:
            for _ in range(10):
                some = min(chance.choice([1, 1, 1, 5]), count - done)
                batches.BATCH_ARTICLES = some
                begun = time.perf_counter()
                for result in archive.add_many(numbered(some, start + done)):
                    assert isinstance(result, Outcome), result
                    lines.append((result.position, result.status, result.digest))
                seconds.append(time.perf_counter() - begun)
                done += some
    return {"lines": lines, "seconds": seconds}


def read(archive: Archive) -> None:
    """Read what there is: no gap, and never less than what was read from it before."""
    size = archive.size()
    assert [recorded.position for recorded in archive.events(0, size)] == list(range(size))
    for article in archive.articles(max(0, size - 5), size):
        assert WORD in article.text


def search(archive: Archive) -> None:
    """Bring the index up to date, and search it."""
    size = archive.size()
    found = Index(archive).search(Request(query=WORD, limit=None)).page
    assert len(found) >= sum(1 for _ in archive.articles(0, size))


def check(archive: Archive) -> None:
    """Verify all there is."""
    problems = list(verify(archive))
    assert not problems, problems


LOOKS: dict[str, Callable[[Archive], None]] = {"reader": read, "indexer": search, "verifier": check}


def look(part: str, folder: Path, done: Path) -> dict[str, Any]:
    """Look at the archive again and again; return how often."""
    looks, size = 0, 0
    while not done.exists() or not looks:
        with Archive.open(folder) as archive:
            assert archive.size() >= size, "the log became shorter"
            size = archive.size()
            LOOKS[part](archive)
        looks += 1
        time.sleep(_PAUSE)
    return {"looks": looks}


def main(part: str, folder: str, done: str, start: str, count: str) -> None:
    told = write(Path(folder), int(start), int(count)) if part == "writer" else look(part, Path(folder), Path(done))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
