"""A process that amends all articles of an archive, again and again, and says of each what became of it.

    python amender.py FOLDER BATCH

Each round reads texts with an importer of a version of its own, which sees the round's number in each of them, so that
every article is amended; BATCH are recorded in a transaction. A line of standard output is `round position status
digest`. It ends when it is killed, or after 20 rounds.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

import attrs

import archive.importers.text
from archive import batches
from archive.amending import Amendment, current_versions
from archive.archive import Archive
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.text import TextImporter
from archive.provenance import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 20


def importer_of(number: int) -> type[TextImporter]:
    class Numbered(TextImporter):
        version = number

        def read(self, record: Record) -> Iterator[Draft | Problem]:
            for item in super().read(record):
                assert isinstance(item, Draft)
                found = Candidate(value=f"Round {number}", method="heading", extractor=f"text/{number}")
                yield attrs.evolve(item, fields={**item.fields, "title": (found,)})

    return Numbered


def main(folder: str, batch: str) -> None:
    batches.BATCH_ARTICLES = int(batch)
    print("ready", flush=True)
    with Archive.open(Path(folder)) as opened:
        # Of a round that a predecessor was killed in, the rest is amended first.
        titles = [version.metadata.title or "Round 0" for version in current_versions(opened)]
        begin = max(int(title.removeprefix("Round ")) for title in titles)
        for number in range(begin, begin + ROUNDS):
            archive.importers.text.TextImporter = importer_of(number)  # type: ignore[misc]
            for result in opened.amend_many(current_versions(opened)):
                assert isinstance(result, Amendment), result
                print(number, result.position, result.status, result.digest, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
