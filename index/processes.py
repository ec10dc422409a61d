"""Processes of our own that build: plain children of this one, which can be stopped together.

Not those of `multiprocessing`, which would import the script of whoever calls us anew; nor forked ones, which would
keep the locks of a parent that was killed.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_children: set[subprocess.Popen[bytes]] = set()


class TaskFailedError(Exception):
    """A task did not come to its end in the process that it was given to."""


@contextmanager
def running(module: str, *arguments: str) -> Iterator[IO[bytes]]:
    """Run a module of ours in a process of its own for a `with` block, which is given what it writes.

    At the end of the block it is waited for, and killed where the block raises. Raises TaskFailedError with what it
    said where it failed.
    """
    # -P: what lies in the current folder is data, never a module of ours.
    command = [sys.executable, "-P", "-m", module, *arguments]
    with TemporaryFile() as errors:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as child:
            _children.add(child)
            try:
                # For the type checker: a pipe was asked for.
                yield cast("IO[bytes]", child.stdout)
            except BaseException:
                child.kill()
                raise
            finally:
                _children.discard(child)
        if child.returncode:
            errors.seek(0)
            raise TaskFailedError(errors.read().decode(errors="replace"))


def stop() -> None:
    """End all of them: whoever waits for one meets TaskFailedError."""
    for child in list(_children):
        child.kill()
