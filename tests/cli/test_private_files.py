"""Nothing that morgue makes can be read by others, whatever the umask says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from archive.private_files import replace

SESSION = """
import os, sys
os.umask(0)
from cli.main import run
for words in (["init"], ["add", "a.txt"], ["search", "lamp"], ["index", "--rebuild"], ["add", "b.txt"], ["verify"]):
    assert run(["--archive", "archive", *words]) == 0, words
# Ends here, with the archive's files as a killed process leaves them.
from pathlib import Path
from archive.archive import Archive
archive = Archive.open(Path("archive"))
with archive.store.appending():
    os._exit(0)
"""


def test_files_and_folders_are_their_owners_alone(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"A lamp at the harbour of Quellin was dark, as {name} says.\n")
    subprocess.run([sys.executable, "-c", SESSION], cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, check=True)
    found = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "archive").rglob("*")}
    assert {"events.db", "events.db-wal", "events.db-shm", "CURRENT", "verified.json"} <= {path.name for path in found}
    assert {f"{path}: {mode:o}" for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)} == set()
    assert (tmp_path / "archive").stat().st_mode & 0o777 == 0o700


def test_what_is_put_in_the_place_of_a_pipe_is_written_to_it() -> None:
    reading, writing = os.pipe()
    try:
        replace(Path(f"/dev/fd/{writing}"), b"a receipt")
        assert os.read(reading, 100) == b"a receipt"
    finally:
        os.close(reading)
        os.close(writing)
