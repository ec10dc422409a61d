"""The progress bar is on the terminal, and the data are where they were sent."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

MORGUE = str(Path(sys.executable).with_name("morgue"))
RECORDS = 4000


@pytest.mark.slow
def test_what_is_redirected_is_whole_while_a_bar_is_on_the_terminal(tmp_path: Path) -> None:
    source = tmp_path / "feed.jsonl"
    with source.open("w") as file:
        for number in range(RECORDS):
            record = {"id": str(number), "title": f"Ship {number} comes in", "text": f"Ship {number}. " + "tide " * 400}
            file.write(json.dumps(record) + "\n")
    archive = str(tmp_path / "archive")
    subprocess.run([MORGUE, "--archive", archive, "init"], check=True, capture_output=True)
    outside, inside = pty.openpty()
    said = b""
    with (tmp_path / "out.tsv").open("wb") as out:
        command = [MORGUE, "--archive", archive, "add", str(source), "--no-index"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=inside) as process:
            os.close(inside)
            while True:
                try:
                    said += os.read(outside, 65536)
                except OSError:  # Linux's way to say that nobody writes there any more.
                    break
    os.close(outside)
    assert process.returncode == 0
    lines = (tmp_path / "out.tsv").read_text("utf-8").splitlines()
    assert [line.split("\t")[3] for line in lines] == [f"Ship {number} comes in" for number in range(RECORDS)]
    assert b"adding" in said
    assert b"Ship 17 comes in" not in said
