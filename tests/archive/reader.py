"""A process that may not write an archive's folder reads it, and says what it saw; then it tries to add to it.

    python reader.py FOLDER

As root it first becomes nobody, who has no rights; before that it imports what nobody may not be able to read.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import encodings.idna  # noqa: F401
import hmac  # noqa: F401
import subprocess  # noqa: F401
import tempfile  # noqa: F401
import urllib.parse  # noqa: F401

import orjson  # noqa: F401
import zstandard  # noqa: F401

import archive.importers.text  # noqa: F401
from archive.archive import Archive
from archive.errors import ArchiveError
from archive.verification import verify
from tests.archive.making import submission

NOBODY = 65534


def main(folder: str) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    assert not os.access(folder, os.W_OK)
    with Archive.open(Path(folder), lock_timeout=1) as archive:
        print(archive.size(), archive.root().hex(), len(list(archive.articles())), *verify(archive))
        try:
            archive.add(submission("Text."))
        except ArchiveError as error:
            print(type(error).__name__)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ArchiveError as error:
        print(type(error).__name__, error)
