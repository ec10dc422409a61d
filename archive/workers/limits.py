"""What a worker process may use: time for each record, memory, files; and that it never outlives its parent.

The kernel holds a worker to it, in compiled code too: a timer ends it by SIGALRM, RLIMIT_AS makes allocations fail.
macOS does not enforce RLIMIT_AS: there, only the limits of time hold.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import threading
import time

SECONDS = 10.0
"""What one record may take to be read, and a splitter between two reads of its file."""

SECONDS_MORE = 10.0
"""Added for the first record of a format in a process: its libraries are imported meanwhile."""

MEMORY = 1 << 30
"""Bytes of address space that a worker may have: Python and parsers take some 100 MiB of it before they read."""

FILES = 64
"""Descriptors that a worker may have open."""

SPENT = 3
"""The exit code of a worker that has no memory left, and has read more than one record: none of them is to blame."""

_PR_SET_PDEATHSIG = 1


def apply(parent: int, *, memory: int = MEMORY) -> None:
    """Put this process under its limits. To be called before it reads anything; `parent` is its parent's id."""
    _end_with(parent)
    # The parent is asked to stop, and ends its workers: they must not end before it, with half a message written.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_NOFILE, FILES)
    _lower(resource.RLIMIT_AS, memory)


def begin(seconds: float) -> None:
    """Start the clock: in `seconds` this process ends by SIGALRM, unless `end` is called or `begin` again.

    A processor's time is limited to twice as much, should the timer fail.
    """
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used + 2 * seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, seconds)


def end() -> None:
    """Stop the clock."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    # A system that refuses is one that does not enforce it either; the timer still holds.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(limit, (value, value))


def _end_with(parent: int) -> None:
    """Have this process end when its parent does, even in the middle of a record."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0:
            # It may have died before that call.
            if os.getppid() != parent:
                os._exit(1)
            return
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def too_much_memory(memory: int) -> str:
    """Return what is said of a record that needs more memory than a worker may have."""
    return f"needs more than {memory >> 20:,} MiB of memory to read; split it, or convert it to text"


def too_long(seconds: float) -> str:
    """Return what is said of a record that takes more time than it may."""
    return f"took more than {seconds:g} s to read; convert it to text, if it must be kept"
