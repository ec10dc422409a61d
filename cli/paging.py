"""A pager for what is longer than the terminal, and only there.

What is written is held back until it fills the terminal: what fits is printed as ever, without another process.
The pager is $MORGUE_PAGER, else $PAGER, else `less`; an empty one and `cat` are none.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, TextIO, cast

import typer

from cli.terminal import cells, width

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

NoPager = Annotated[bool, typer.Option("--no-pager", help="Use no pager, even on a terminal.")]
"""The option of the commands that page."""

_NONE = ("", "cat")
_LESS = "FRX"
"""For `less` where $LESS does not say otherwise: end where all fits, keep colours, leave the text on the terminal."""
_STYLE = r"\x1b\[[0-9;]*m"


@contextmanager
def paged(*, wanted: bool = True) -> Iterator[None]:
    """Page what a `with` block prints, notes too, if standard output is a terminal and there is a pager.

    A reader who leaves the pager ends the block early, which is no error.
    """
    command = _pager() if wanted and sys.stdout.isatty() and os.environ.get("TERM") != "dumb" else []
    if not command:
        yield
        return
    stdout, stderr = sys.stdout, sys.stderr
    stdout.flush()
    pager = _Pager(stdout, command)
    sys.stdout = cast("TextIO", pager)
    if stderr.isatty():
        sys.stderr = sys.stdout
    try:
        yield
    except BrokenPipeError:
        pass
    finally:
        sys.stdout, sys.stderr = stdout, stderr
        pager.finish()


def _pager() -> list[str]:
    import shlex
    import shutil

    stated = os.environ.get("MORGUE_PAGER", os.environ.get("PAGER", "less"))
    try:
        command = shlex.split(stated)
    except ValueError:
        return []
    return command if command and command[0] not in _NONE and shutil.which(command[0]) else []


class _Pager(io.TextIOBase):
    """A terminal to whoever writes: text goes to it, or to a pager where it is longer than the terminal is high."""

    def __init__(self, terminal: TextIO, command: list[str]) -> None:
        self._terminal = terminal
        self._command = command
        self._columns = width()
        self._rows = os.get_terminal_size(terminal.fileno()).lines
        self._held: list[str] = []
        self._height = 0
        self._process: subprocess.Popen[str] | None = None

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        """Return the terminal's, so that its width is found."""
        return self._terminal.fileno()

    def write(self, text: str) -> int:
        if self._process is None:
            self._held.append(text)
            self._height += self._lines(text)
            if self._height >= self._rows > 0:
                self._start()
        else:
            self._send(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is flushed before it is known whether it fits."""

    def finish(self) -> None:
        """Print what was held back, or wait until the reader has left the pager."""
        process = self._process
        if process is None:
            self._terminal.write("".join(self._held))
            self._terminal.flush()
            return
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
        while True:
            # Ctrl-C is for the pager, which keeps the terminal until it is left.
            with suppress(KeyboardInterrupt):
                process.wait()
                return

    def _lines(self, text: str) -> int:
        """Return how many rows a text takes: a line that is wider than the terminal takes several."""
        import re

        ends = text.count("\n")
        wider = sum(cells(re.sub(_STYLE, "", line)) // (self._columns + 1) for line in text.split("\n"))
        return ends + wider

    def _start(self) -> None:
        import subprocess

        environment = {"LESS": _LESS, "LV": "-c", **os.environ}
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, env=environment, text=True, encoding="utf-8", errors="replace"
            )
        except OSError:
            # It is there and cannot be run: the terminal does.
            self._rows = 0
            return
        held, self._held = "".join(self._held), []
        self._send(held)

    def _send(self, text: str) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.write(text)
