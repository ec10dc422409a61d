"""A process that starts others quickly, to be killed: `python -m tests.torture.clerk`. Used through `Clerk`.

Starting Python and importing the archive takes longer than what is to be killed. So one process imports all of it and
forks a child for each piece of work; it has opened nothing itself. A child is reaped when that is asked for: until then
its id is not given to another process, and killing it is safe.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tests.torture import work
from tests.torture.acknowledged import Line, lines_of
from tests.torture.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

TASKS: dict[str, Callable[[Path, random.Random, work.Say], None]] = {
    "add": work.add,
    "amend": work.amend,
    "tag": work.tag,
    "erase": work.erase,
    "merge": work.merge,
    "backup": work.back_up,
    "restore": work.restore,
    "import": work.import_again,
    "index": work.index,
}
"""What can be killed: each takes the archive's folder, a source of chance, and what is told of each acknowledgement."""


class Clerk(Asked):
    """The process that starts others. Holds it: use it in a `with` block."""

    def __init__(self) -> None:
        super().__init__("tests.torture.clerk")

    def start(self, task: str, folder: Path, seed: str, output: Path) -> Child:
        """Start a piece of work; what it acknowledges is written to a file."""
        return Child(self, int(self.ask(["start", task, str(folder), seed, str(output)])), output)


class Child:
    """A piece of work that was started."""

    def __init__(self, clerk: Clerk, process_id: int, output: Path) -> None:
        self._clerk = clerk
        self._id = process_id
        self._output = output

    def kill(self) -> None:
        """Kill it, if it still runs."""
        os.kill(self._id, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end; return its exit code, or that of a signal below zero."""
        return int(self._clerk.ask(["reap", str(self._id)]))

    def acknowledged(self) -> list[Line]:
        """Return what it acknowledged."""
        # It may have been killed before it came to its first line of code.
        return lines_of(self._output.read_bytes()) if self._output.exists() else []

    def errors(self) -> str:
        """Return what went wrong in it."""
        return self._output.with_name(self._output.name + ".errors").read_text("utf-8")


def _serve() -> None:
    for line in sys.stdin:
        match json.loads(line):
            case ["start", task, folder, seed, output]:
                process_id = os.fork()
                if not process_id:
                    _work(task, Path(folder), seed, Path(output))
                print(process_id, flush=True)
            case ["reap", process_id]:
                _, status = os.waitpid(int(process_id), 0)
                print(os.waitstatus_to_exitcode(status), flush=True)


def _work(task: str, folder: Path, seed: str, output: Path) -> NoReturn:
    lines = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    errors = os.open(output.with_name(output.name + ".errors"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    code = 1

    def say(line: Line) -> None:
        os.write(lines, str(line).encode())

    try:
        TASKS[task](folder, random.Random(seed), say)
        code = 0
    except BaseException:  # noqa: BLE001 - all of it is told, and it ends the process
        os.write(errors, traceback.format_exc().encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
