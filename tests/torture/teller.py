"""A process that runs command lines while calls of it fail: `python -m tests.torture.teller`. Used through `Teller`.

Starting morgue takes longer than most command lines, so one process runs one after the other, as `cli.main` would.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Self

import attrs

from archive import batches
from cli.main import run
from tests.torture import shim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BATCH = 5
"""Articles in a batch, so that a few articles are several."""


@attrs.frozen
class Told:
    """What a command line came to; `calls` is how many calls the kind of failure could have hit."""

    code: int
    output: str
    errors: str
    calls: int


class Teller:
    """The process. Holds it: use it in a `with` block."""

    def __init__(self, folder: Path) -> None:
        """Start it; calls on files below a folder can be made to fail."""
        command = [sys.executable, "-m", "tests.torture.teller"]
        self._process = subprocess.Popen(
            command, env=shim.environment(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(self, arguments: Sequence[str], fault: shim.Fault) -> Told:
        """Run a command line with a fault."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([*attrs.astuple(fault), *arguments]) + "\n")
        self._process.stdin.flush()
        return Told(**json.loads(self._process.stdout.readline()))


def _serve() -> None:
    batches.BATCH_ARTICLES = BATCH
    for line in sys.stdin:
        nth, kind, lasting, *arguments = json.loads(line)
        output, errors = StringIO(), StringIO()
        with redirect_stdout(output), redirect_stderr(errors):
            shim.arm(shim.Fault(nth, kind, lasting))
            try:
                code = run(arguments)
            finally:
                calls = shim.disarm()
        told = Told(code, output.getvalue(), errors.getvalue(), calls)
        print(json.dumps(attrs.asdict(told)), flush=True)


if __name__ == "__main__":
    _serve()
