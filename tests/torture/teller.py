"""A process that runs command lines while calls of it fail: `python -m tests.torture.teller`. Used through `Teller`.

Starting morgue takes longer than most command lines, so one process runs one after the other, as `cli.main` would.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING

import attrs

from archive import batches
from cli.main import run
from tests.torture import shim
from tests.torture.asked import Asked

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


class Teller(Asked):
    """The process. Holds it: use it in a `with` block."""

    def __init__(self, folder: Path) -> None:
        """Start it; calls on files below a folder can be made to fail."""
        super().__init__("tests.torture.teller", shim.environment(folder))

    def run(self, arguments: Sequence[str], fault: shim.Fault) -> Told:
        """Run a command line with a fault."""
        return Told(**json.loads(self.ask([*attrs.astuple(fault), *arguments])))


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
