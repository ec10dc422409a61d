import subprocess
import sys

import pytest

from tests.benchmarks.memory import measurable, peak_until_exit

pytestmark = pytest.mark.skipif(not measurable(), reason="this system does not tell the memory of processes")

_MIB = 2**20
_ALONE = "import time; held = bytearray(b'x' * (96 << 20)); time.sleep(1)"
_BY_A_CHILD = f"""
import subprocess, sys, threading
run = lambda: subprocess.run([sys.executable, "-c", {_ALONE!r}], check=True)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


def _peak(script: str) -> int:
    with subprocess.Popen([sys.executable, "-c", script], text=True) as process:
        peak = peak_until_exit(process)
    assert process.returncode == 0
    assert peak is not None
    return peak


@pytest.mark.parametrize("script", [_ALONE, _BY_A_CHILD], ids=["a process", "a child of a thread"])
def test_the_peak_counts_what_the_processes_hold(script: str) -> None:
    # The literal and the bytearray made of it: twice 96 MiB for a moment, 96 for long.
    assert 96 * _MIB < _peak(script) < 240 * _MIB


def test_memory_that_two_processes_share_is_counted_once() -> None:
    script = """
import os, time
held = b"x" * (96 << 20)
if os.fork() == 0:
    time.sleep(1)
    os._exit(0)
os.wait()
"""
    assert 96 * _MIB < _peak(script) < 150 * _MIB
