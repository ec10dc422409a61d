"""The shim: compiled from shim.c as it is needed, preloaded into worker processes, and armed from inside of them."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import attrs

SOURCE = Path(__file__).with_name("shim.c")
EIO, ENOSPC, SHORT_WRITE, READ_EIO = 1, 2, 3, 4
"""What a call that is to fail does: the kinds of shim.c."""


def missing() -> str | None:
    """Return why calls cannot be recorded or made to fail on this machine, None where they can."""
    if sys.platform != "linux":
        return "the shim is for Linux"
    if shutil.which("cc") is None:
        return "no C compiler: install gcc or clang"
    try:
        library()
    except subprocess.CalledProcessError as error:
        return f"the shim cannot be compiled: {error.stderr.decode(errors='replace').strip()}"
    return None


@cache
def library() -> Path:
    """Compile the shim and return its path; it goes away with the process. Raises CalledProcessError."""
    folder = tempfile.TemporaryDirectory(prefix="morgue-shim-")
    _kept.append(folder)
    path = Path(folder.name, "shim.so")
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(path), str(SOURCE), "-ldl", "-lpthread"]
    subprocess.run(command, capture_output=True, check=True)
    return path


_kept: list[tempfile.TemporaryDirectory[str]] = []


def environment(folder: Path, trace: Path | None = None) -> dict[str, str]:
    """Return the environment of a process in which the shim sees the files below a folder."""
    settings = {**os.environ, "LD_PRELOAD": str(library()), "TORTURE_FOLDER": str(folder)}
    return settings if trace is None else {**settings, "TORTURE_TRACE": str(trace)}


@attrs.frozen
class Fault:
    """What goes wrong: the `nth` call of those that `kind` can hit, and with `lasting` all after it."""

    nth: int
    kind: int
    lasting: bool


def arm(fault: Fault) -> None:
    """Let a call of this process fail, into which the shim was preloaded; with an `nth` of 0 count the calls only."""
    ctypes.CDLL(None).torture_arm(ctypes.c_long(fault.nth), fault.kind, int(fault.lasting))


def disarm() -> int:
    """Let all calls succeed again; return how many of the kind there were."""
    ended = ctypes.CDLL(None).torture_disarm
    ended.restype = ctypes.c_long
    return int(ended())
