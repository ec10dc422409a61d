"""`morgue demo`: try morgue on sample articles in a throw-away archive."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)

SAMPLES = Path(__file__).parents[1] / "samples"

_SESSION = (
    ["init"],
    ["add", "SAMPLES"],
    ["search", "dam sabotage"],
    ["search", '"water treaty" -author:quarrow', "--limit", "2"],
    ["search", "ferry published:2031-03", "--format", "ids"],
    ["explain", "39c31043", "published"],
    ["log", "--since", "12"],
    ["verify"],
)


@app.command()
def demo() -> int:
    """Add sample articles to a throw-away archive, search it, and leave nothing behind.

    The articles, their outlets and their world are invented.
    """
    from tempfile import TemporaryDirectory

    from cli.main import run
    from cli.terminal import BOLD, coloured, styled

    with TemporaryDirectory(prefix="morgue-demo-") as folder:
        archive = str(Path(folder) / "clippings")
        # The key of the archive goes with it; this process does nothing else.
        os.environ["MORGUE_KEYS"] = str(Path(folder) / "keys")
        for command in _SESSION:
            words = [str(SAMPLES) if word == "SAMPLES" else word for word in command]
            shown = shlex.join(["morgue", *(word if word != "SAMPLES" else "samples/" for word in command)])
            sys.stdout.write(styled(f"$ {shown}", BOLD, on=coloured(sys.stdout)) + "\n")
            code = run(["--archive", archive, *words])
            if code:
                return code
            sys.stdout.write("\n")
    sys.stdout.write("That was a throw-away archive. Your own begins with: morgue add FILE…\n")
    return 0
