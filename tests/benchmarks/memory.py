"""The memory of a process and all that it started, sampled from outside: Linux only.

A sample is the sum of the proportional set sizes (PSS) of the processes: a page that several of them share, of a mapped
file or of a library, is counted once. What a file keeps in the system's cache without being mapped is not counted.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

INTERVAL = 0.05
"""Seconds between samples. Where a sample takes long, of many pages, it is as many times longer as `_SHARE` wants."""
_SHARE = 0.05
"""The most of one processor's time that sampling may take."""
_PROC = Path("/proc")


def measurable() -> bool:
    """Whether this system tells the memory of processes."""
    return (_PROC / "self" / "smaps_rollup").exists()


def peak_until_exit(process: Popen[str]) -> int | None:
    """Wait until a process ends; return the peak of its tree, in bytes, None where that cannot be measured.

    Its output must go where nobody needs to read: nothing is read from it meanwhile.
    """
    if not measurable():
        process.wait()
        return None
    peak = 0
    while process.poll() is None:
        begun = time.process_time()
        peak = max(peak, tree_bytes(process.pid))
        time.sleep(max(INTERVAL, (time.process_time() - begun) / _SHARE))
    return peak


def tree_bytes(pid: int) -> int:
    """Return the memory of a process and its descendants now, in bytes; those that have just ended count nothing."""
    return sum(_proportional(process) for process in _tree(pid))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    # A child belongs to the thread that started it.
    with suppress(OSError):
        for thread in (_PROC / str(pid) / "task").iterdir():
            with suppress(OSError):
                for child in (thread / "children").read_text().split():
                    yield from _tree(int(child))


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
