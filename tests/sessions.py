"""Sessions at a shell, run as real processes and compared with what is written down.

    from tests import sessions

    place = sessions.Place(tmp_path)                                  # a home and a working folder of its own
    sessions.check(sessions.parse(text), place)                       # raises AssertionError with a diff
    done = sessions.run("morgue search ship", place)                  # one command: .output, .code

The text of a session is what a user would see:

    % COLUMNS=50                    before the first command: the environment, one assignment a line
    $ morgue search zzzz            a line for the shell; a backslash at its end, or "> " in front, goes on with it
    morgue: no hits                 all that it writes, to standard output and standard error, in order
    [exit 1]                        its exit code, where that is not 0
                                    (a blank line, and then)
    # Comments                      about the commands that follow
    tty$ morgue search ship         the same on a terminal, as wide as COLUMNS; an escape character is written ␛

In what is expected, `…` stands for anything within a line, and alone on a line for any number of lines. White space at
the ends of lines and of an output does not count. Commands run one after the other in one folder; `morgue` is the one
that is installed beside this Python.
"""

from __future__ import annotations

import difflib
import errno
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

BIN = Path(sys.executable).parent
TIMEOUT = 60.0
"""Seconds after which a command is taken to hang."""

_COMMAND = re.compile(r"(?P<terminal>tty)?\$ (?P<line>.*)")
_EXIT = re.compile(r"\[exit (\d+)\]")
_ESCAPE = "␛"


@attrs.frozen
class Exchange:
    """A command and what is expected of it; `number` is its line in the session."""

    number: int
    command: str
    terminal: bool
    expected: str
    code: int


@attrs.frozen
class Session:
    """Commands to be run one after the other, in an environment."""

    environment: dict[str, str]
    exchanges: tuple[Exchange, ...]


@attrs.frozen
class Done:
    """What became of a command: all that it wrote, and its exit code, negative for a signal."""

    output: str
    code: int


class Place:
    """A folder for a session, with a home of its own in it: nothing of the user's is read or written."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.work = folder / "work"
        for made in (self.home, self.work, folder / "tmp"):
            made.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "PATH": os.pathsep.join((str(BIN), "/usr/local/bin", "/usr/bin", "/bin")),
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "TMPDIR": str(folder / "tmp"),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            # A pager would wait for somebody; sessions about it name one.
            "MORGUE_PAGER": "",
        }


def parse(text: str) -> Session:
    """Read the text of a session. Raises ValueError for what is no part of one."""
    environment: dict[str, str] = {}
    exchanges: list[Exchange] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        match = _COMMAND.fullmatch(line)
        if match is None:
            name, equals, value = line.removeprefix("% ").partition("=")
            if line.startswith("% ") and equals and not exchanges:
                environment[name] = value
            elif line.strip() and not line.startswith("#"):
                raise ValueError(f"line {at + 1} belongs to no command: {line!r}")
            at += 1
            continue
        number, command = at + 1, [match["line"]]
        at += 1
        while at < len(lines) and (command[-1].endswith("\\") or lines[at].startswith("> ")):
            command.append(lines[at].removeprefix("> "))
            at += 1
        begin = at
        while at < len(lines) and not _COMMAND.fullmatch(lines[at]):
            at += 1
        expected, code = _expected(lines[begin:at])
        exchanges.append(Exchange(number, "\n".join(command), match["terminal"] is not None, expected, code))
    return Session(environment, tuple(exchanges))


def check(session: Session, place: Place) -> None:
    """Run a session and compare; raises AssertionError at the first command that does otherwise."""
    for exchange in session.exchanges:
        compare(exchange, run(exchange.command, place, terminal=exchange.terminal, environment=session.environment))


def compare(exchange: Exchange, done: Done) -> None:
    """Raise AssertionError where a command did otherwise than is written down."""
    if done.code != exchange.code or not agrees(exchange.expected, done.output):
        raise AssertionError(_difference(exchange, done))


def run(
    command: str,
    place: Place,
    *,
    terminal: bool = False,
    environment: Mapping[str, str] = MappingProxyType({}),
    timeout: float = TIMEOUT,
) -> Done:
    """Run a line of shell in a place; with `terminal`, all three standard streams are one, 24 rows high."""
    settings = {**place.environment, **environment}
    if terminal:
        return _on_terminal(command, place.work, settings, timeout)
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=place.work,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        check=False,
    )
    return Done(done.stdout.decode(errors="backslashreplace"), done.returncode)


def agrees(expected: str, output: str) -> bool:
    """Tell whether an output is the one that was expected, where `…` may be anything."""
    pattern = ""
    for line in expected.splitlines():
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(piece) for piece in line.rstrip().split("…")) + r"[ \t]*\n"
    shown = output.replace("\x1b", _ESCAPE).rstrip("\n")
    return re.fullmatch(pattern, shown + "\n" if shown else "") is not None


def _expected(lines: list[str]) -> tuple[str, int]:
    # A comment stands behind a blank line, before the next command.
    while lines and (not lines[-1].strip() or (lines[-1].startswith("# ") and not (lines[-2:-1] or [""])[0].strip())):
        lines = lines[:-1]
    code = _EXIT.fullmatch(lines[-1]) if lines else None
    if code is not None:
        lines = lines[:-1]
    return "\n".join(lines).rstrip("\n"), int(code[1]) if code is not None else 0


def _on_terminal(command: str, folder: Path, environment: dict[str, str], timeout: float) -> Done:
    # The width is the terminal's own, as it is for a user: COLUMNS is not set there.
    columns = int(environment.pop("COLUMNS", "80"))
    master, slave = pty.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        with process:
            try:
                written = read_all(master, time.monotonic() + timeout)
            except BaseException:
                process.kill()
                raise
        return Done(written.decode(errors="backslashreplace").replace("\r\n", "\n"), process.returncode)
    finally:
        os.close(master)


def read_all(master: int, deadline: float) -> bytes:
    """Read what is written to a terminal until its last writer has gone."""
    pieces: list[bytes] = []
    while select.select([master], [], [], max(0.0, deadline - time.monotonic()))[0]:
        try:
            piece = os.read(master, 1 << 16)
        except OSError as error:
            if error.errno != errno.EIO:  # What Linux says at the end; elsewhere it is an empty read.
                raise
            piece = b""
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
    raise TimeoutError(f"no end of the output: {b''.join(pieces)[-500:]!r}")


def _difference(exchange: Exchange, done: Done) -> str:
    head = f"line {exchange.number}: {exchange.command}\nexit code {done.code}, expected {exchange.code}\n"
    shown = done.output.replace("\x1b", _ESCAPE)
    lines = difflib.ndiff(exchange.expected.splitlines(), shown.rstrip("\n").splitlines())
    return head + "\n".join(line for line in lines if not line.startswith("?"))
