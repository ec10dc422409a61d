"""Who holds a lock of the archive: `flock` says that somebody does, Linux in `/proc/locks` also who.

F_GETLK would not tell: `flock` locks are not POSIX locks.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

from cli.doctor.finding import Finding

_LINE = re.compile(r"\d+: FLOCK +\S+ +(READ|WRITE) +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) ")
"""proc_locks(5): number, kind, mode, who may read or write, process, device and inode."""


def holder(path: Path, check: str, doing: str) -> Finding:
    """Tell whether a lock file is held, and by whom; `doing` says what its holder does."""
    if not path.exists():
        return Finding(check, "ok", "free; nobody has held it yet")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        return Finding(check, "note", f"cannot be read: {error.strerror}", "look at who owns the archive")
    try:
        # Shared, so that readers are not kept out meanwhile; a writer that comes just now tries again at once.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Finding(check, "note", f"held: {_who(os.fstat(descriptor).st_ino)} is {doing}", "wait until it is done")
    except OSError as error:
        return Finding(check, "warning", f"the file system has no locks: {error.strerror}", "keep it on a local disk")
    finally:
        os.close(descriptor)
    return Finding(check, "ok", "free")


def _who(inode: int) -> str:
    try:
        lines = Path("/proc/locks").read_text("ascii", "replace").splitlines()
    except OSError:
        return "a process"
    found = [match for match in map(_LINE.match, lines) if match is not None and int(match[3]) == inode]
    return f"process {_named(found[0][2])}" if found else "a process"


def _named(number: str) -> str:
    try:
        name = Path("/proc", number, "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return number
    return f"{number} ({name})"
