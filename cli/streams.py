"""The standard streams: there whatever the caller closed, and able to say everything whatever the locale."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

BROKEN_PIPE = 141
"""What a shell reports of a process that SIGPIPE ended."""


def prepare() -> None:
    """Make the three streams fit for use; to be called before anything else is opened.

    A stream that was closed becomes the null device: else the next file to be opened, the archive perhaps, would take
    its number. What is written to files and pipes is UTF-8; a terminal gets its own encoding, and a ? for what that
    cannot say.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest number that is free, so its own: those below it are open by now.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end
    for stream in (sys.stdout, sys.stderr):
        _fit(stream)


def _fit(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if stream.isatty():
        reconfigure(errors="replace")
    else:
        # A file name may hold bytes that are no text: as \udcff they are seen, and JSON still is JSON.
        reconfigure(encoding="utf-8", errors="backslashreplace")


def say(line: str) -> None:
    """Write a line to standard error, behind what standard output holds; where nobody can read it, that is no error."""
    with suppress(OSError):
        sys.stdout.flush()
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def hang_up() -> int:
    """Write no more to standard output; return the exit code for a reader that has gone, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
