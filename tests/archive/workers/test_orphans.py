"""However the archive's process ends, its workers end too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.archive.workers.processes import children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.usefixtures("hostile_format"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

PARENT = """
import sys
from tests.archive.workers import hostile
hostile.register()
from archive.intake import gather
for item in gather(sys.argv[1:]):
    print(item.text, flush=True)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a process whose two readers and whose splitter are at work for ever, or try to be."""
    (tmp_path / "pages").write_bytes(b"hostile\none\nspin\nspin\nspin\nsplit-spin\n")
    command = [sys.executable, "-c", PARENT, str(tmp_path / "pages")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "one\n"
        yield process
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_no_worker_outlives_its_parent(parent: subprocess.Popen[str], how: signal.Signals) -> None:
    started = children(parent.pid)
    assert len(started) >= 2
    parent.send_signal(how)
    parent.wait(20)
    deadline = time.monotonic() + 20
    while any(_is_alive(one) for one in started):
        assert time.monotonic() < deadline, "a worker is still there"
        time.sleep(0.05)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat") as file:  # noqa: PTH123 - a name, not a path of ours
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
