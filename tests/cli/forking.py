"""Many `morgue` processes for the price of one start: each is forked from a process that has imported the program.

What a command prints, and where it breaks lines, is all that this is for. The start itself, pipes between commands and
signals are for `tests.sessions`, whose processes are those of users.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.sessions import TIMEOUT, Done, read_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from tests.sessions import Place

ROOT = Path(__file__).parents[2]
ROWS = 200
"""Of the terminals: no command fills one, so that none starts a pager."""


class Forking:
    """The process that the others are forked from; a context manager."""

    def __enter__(self) -> Self:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.forking"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def run(self, words: Sequence[str], place: Place, *, columns: int | None, environment: dict[str, str]) -> Done:
        """Run `morgue` with these words in a place: on a terminal of so many columns, or, without, in a pipe."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"words": list(words), "folder": str(place.work), "columns": columns}
        self._process.stdin.write(json.dumps(asked | {"environment": {**place.environment, **environment}}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Done(answer["output"], answer["code"])


def _serve() -> None:
    """Answer a line of JSON by running what it asks for, until there are no more."""
    _import_all()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["columns"] is None:
            reading, writing = os.pipe()
        else:
            reading, writing = pty.openpty()
            fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, asked["columns"], 0, 0))
        child = os.fork()
        if not child:
            try:
                _become(asked, writing)
            finally:
                os._exit(99)
        os.close(writing)
        written = read_all(reading, time.monotonic() + TIMEOUT)
        os.close(reading)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output = written.decode(errors="backslashreplace").replace("\r\n", "\n")
        print(json.dumps({"output": output, "code": code}), flush=True)


def _import_all() -> None:
    """Import what commands import when they need it, but for what is for tests and for pages from the web."""
    from importlib import import_module
    from pkgutil import walk_packages

    import archive
    import cli
    import index

    left_out = r"index\.(codec|compile|whoosh_search|schema$)|cli\.samples"
    left_out += r"|archive\.(importers\.(html|pdf)|workers\.child|fetching)"
    for package in (archive, index, cli):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not re.match(left_out, module.name):
                import_module(module.name)


def _become(asked: dict[str, object], writing: int) -> None:
    """Be the `morgue` that is asked for; does not return."""
    os.setsid()
    if asked["columns"] is not None:
        fcntl.ioctl(writing, termios.TIOCSCTTY, 0)
    os.dup2(os.open(os.devnull, os.O_RDONLY) if asked["columns"] is None else writing, 0)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    environment, words = asked["environment"], asked["words"]
    assert isinstance(environment, dict)
    assert isinstance(words, list)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(str(asked["folder"]))
    # As Python opens them: a terminal's lines leave it one by one.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the streams of the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["morgue", *map(str, words)]
    from cli.main import main

    main()


if __name__ == "__main__":
    _serve()
