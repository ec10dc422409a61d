"""However large a file is, adding it takes the same memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.archive.importers.warcs import http, record
from tests.cli.process import MORGUE, morgue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sessions import Place

MIB = 1 << 20
SIZE = 256 * MIB
BOUND = 240 * MIB
"""Of the largest process: less than the input has, and it does not grow with that."""

A_RECORD = 200_000

# The most memory that a process had, and its own children, whichever had most. It is asked for by a small process: a
# new one counts what the process had that started it, and the one that runs the tests has much.
_MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _lines() -> Iterator[bytes]:
    number = written = 0
    while written < SIZE:
        number += 1
        # Words that hardly repeat, so that nothing gets small by compression.
        text = " ".join(f"{number * 7919 + word * 104_729:x}" for word in range(A_RECORD // 9))
        line = json.dumps({"id": str(number), "text": text}).encode() + b"\n"
        written += len(line)
        yield line


def _records() -> Iterator[bytes]:
    for number, line in enumerate(_lines()):
        yield record(number, http(line))
        yield record(number, http(line, media_type="image/png"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB on Linux")
@pytest.mark.parametrize("words", [["ships.jsonl"], ["ships.jsonl", "--jobs", "2"], ["ships.warc"]], ids=" ".join)
def test_the_memory_is_bounded(place: Place, words: list[str]) -> None:
    file = place.work / words[0]
    with file.open("wb") as stream:
        stream.writelines(_lines() if file.suffix == ".jsonl" else _records())
    assert file.stat().st_size >= SIZE
    assert morgue(place, "--archive", "archive", "init").code == 0
    arguments = [MORGUE, "--archive", str(place.work / "archive"), "add", "--no-index", str(file), *words[1:]]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *arguments],
        env={**os.environ, **place.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    code, most = (int(word) for word in done.stdout.split())
    assert code == 0
    assert most * 1024 < BOUND
