"""A process that moves a log, to be killed: `python mover.py merge|import SOURCE ARCHIVE`. Says when it begins."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from archive.archive import Archive
from archive.moving.importing import import_whole
from archive.moving.merging import merge
from archive.moving.sources import source_at

what, source_path, path = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
with source_at(source_path, lock_timeout=30) as source:
    print("ready", flush=True)
    if what == "import":
        import_whole(path, source, lambda _done, _total: None)
    else:
        with Archive.open(path) as archive:
            merge(archive, source)
