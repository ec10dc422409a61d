"""A process that adds articles to an archive and says of each, once it is acknowledged, what became of it.

    python writer.py FOLDER FIRST COUNT BATCH [FILE_BYTES]

Adds articles FIRST to FIRST+COUNT, BATCH a transaction, opening the archive anew every 40; FILE_BYTES limits what any
file may grow to. A line of standard output is `number position status digest`; the last is an error's class, if any.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from archive import batches
from archive.adding import Outcome
from archive.archive import Archive
from archive.errors import ArchiveError
from tests.archive.making import numbered


def main(folder: str, *numbers: str) -> None:
    first, count, batch, *limit = map(int, numbers)
    batches.BATCH_ARTICLES = batch
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit[0], limit[0]))
    print("ready", flush=True)
    for start in range(first, first + count, 40):
        with Archive.create(Path(folder)) as archive:
            results = archive.add_many(numbered(min(40, first + count - start), start))
            for number, result in enumerate(results, start):
                if isinstance(result, Outcome):
                    print(number, result.position, result.status, result.digest, flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ArchiveError as error:
        print(type(error).__name__, error, flush=True)
        sys.exit(7)
