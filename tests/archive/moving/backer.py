"""A process that backs an archive up, to be killed: `python backer.py ARCHIVE BACKUP`. Says when it begins."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from archive.archive import Archive
from archive.moving.backups import back_up

with Archive.open(Path(sys.argv[1])) as archive:
    print("ready", flush=True)
    back_up(archive.store, Path(sys.argv[2]), lambda _what, _done, _total: None)
