"""Make an archive as an earlier version would have: its importer saw nothing in a text, and took all of it for text.

python older.py FOLDER FILE...
"""

from __future__ import annotations

import sys
from pathlib import Path

import attrs

from archive import Archive, gather
from archive.article import Metadata
from archive.submission import Submission


def main(folder: str, *files: str) -> None:
    with Archive.create(Path(folder)) as archive:
        list(archive.add_many(map(_poorer, gather(files)), arguments=("add", *files), agent="joan@desk"))


def _poorer(one: object) -> Submission:
    if not isinstance(one, Submission):
        raise SystemExit(str(one))
    origin = attrs.evolve(one.article.origin, importer="text/0")
    return attrs.evolve(one, article=attrs.evolve(one.article, metadata=Metadata({}), origin=origin, boilerplate=()))


if __name__ == "__main__":
    main(*sys.argv[1:])
