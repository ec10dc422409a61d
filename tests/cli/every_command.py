"""Every command in every shape: on a wide terminal, on a narrow one, in a pipe, and on a terminal without colours.

    python -m tests.cli.every_command        # writes tests/cli/every/*.txt anew; look at what changed

All shapes are of the same commands, in the same order, each shape with an archive of its own. The files are sessions
(`tests.sessions`). What differs from one run to the next is found by running twice, and stands there as `…`.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from tests.cli.forking import Forking
from tests.cli.process import CLIPPINGS
from tests.sessions import Done, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).with_name("every")

SHAPES: dict[str, tuple[int | None, dict[str, str]]] = {
    "wide": (100, {}),
    "narrow": (50, {}),
    "piped": (None, {}),
    "no-color": (80, {"NO_COLOR": "1"}),
}
"""From the name of a file to the columns of the terminal, None for a pipe, and the environment."""

COMMANDS = """
morgue
morgue --version
morgue init
morgue init
morgue nothing
morgue search lamp
morgue add clippings/ferry.txt clippings/letter.txt
morgue add clippings none.txt
morgue search lamp northern
morgue search lamp --limit 1 --facets place,month --context 80
morgue search '"northern buoy" OR fog' --sort oldest --limit 1
morgue search lanp
morgue search 'lamp (northern'
morgue search lamp --format csv --fields position,title
morgue search lamp --format bibtex --limit 1
morgue search --analyze 'Lamps^2 OR (fog NEAR/3 north*) published:2031'
morgue search --save lamps 'lamp* northern'
morgue saved
morgue search query:lamps --receipt lamps.json --format ids --at 3
morgue replay lamps.json
morgue search lamp --receipt none/lamps.json
morgue search lamp --cursor clippings
morgue search lamp --cursor lamp.cursor --template '{position}\\t{title}'
morgue search lamp --cursor lamp.cursor
morgue count lamp --facets publisher
morgue sources
morgue timeline
morgue related 4 --limit 1
morgue show 4
morgue show 99
morgue open 4
morgue cite 4
morgue explain 4 published
morgue amend --all --dry-run
morgue revise 1 clippings/letter.txt --reason 'a test of versions' --no-index
morgue correct 1 --reason 'the fog was not that dense, as the harbour master says by now' --date 2031-03-07 --no-index
morgue retract 6 --reason 'the letter was forged' --no-index
morgue tag 4 lighthouse --no-index
morgue untag 4 lighthouse --no-index
morgue note 4 'ask the harbour office about the size of the lamp' --no-index
morgue withhold 4 --reason 'for the trial' --no-index
morgue release 4 --reason 'the trial is over' --no-index
morgue search lamp --limit 2
morgue erase 2 --basis 'a court order' --authority 'Court of Port Ansel' --yes
morgue log
morgue log --runs
morgue status
morgue index
morgue verify
morgue doctor
morgue key
morgue checkpoint
morgue prove 1 -o proof.json
morgue check-proof proof.json
morgue anchor
morgue export -o events.jsonl
morgue --archive copy import events.jsonl
morgue backup backup
morgue restore backup restored
morgue merge restored
""".strip().splitlines()
"""Not among them: `demo`, whose session is that of other commands."""

# What two runs on one day, or on one machine, have in common by chance.
_CHANGING = r"\d{4}-\d\d-\d\dT[\d:.]+Z|[\d.,]+ (?:(?:[KMG]i)?B|bytes|files|s)\b|\S+@\S+ *|\d+\.\d\.\d+\S*"
# Days, but for those that the clippings were published on.
_CHANGING += r"|\b20(?!31)\d\d-\d\d-\d\d\b(?!T)"


@attrs.frozen
class Ran:
    """A command, what became of it, and the folder of its place."""

    command: str
    done: Done
    folder: str

    @property
    def output(self) -> str:
        """What it wrote, without the path of the folder."""
        return self.done.output.replace(self.folder, "…")


@contextmanager
def a_place() -> Iterator[Place]:
    """Give a place with the clippings, whose path is as long wherever it is: lines break at paths."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="m-") as folder:
        place = Place(Path(folder))
        shutil.copytree(CLIPPINGS, place.work / "clippings")
        yield place


def run_all(forking: Forking, shape: str) -> Iterator[Ran]:
    """Yield what becomes of the commands in a shape, one after the other."""
    columns, environment = SHAPES[shape]
    environment = {**environment, "MORGUE_ARCHIVE": "archive"}
    with a_place() as place:
        for command in COMMANDS:
            words = shlex.split(command)[1:]
            done = forking.run(words, place, columns=columns, environment=environment)
            yield Ran(command, done, str(place.work.parent))


def _session(shape: str, once: list[Ran], again: list[Ran]) -> str:
    columns, _ = SHAPES[shape]
    prompt = "$ " if columns is None else "tty$ "
    parts = []
    for one, other in zip(once, again, strict=True):
        lines = "\n".join(_told(one.output, other.output))
        if one.command == "morgue doctor":
            lines = _of_any_machine(lines + "\n")
        code = f"[exit {one.done.code}]\n" if one.done.code else ""
        parts.append(f"{prompt}{one.command}\n" + (lines.rstrip("\n") + "\n" if lines else "") + code)
    return "\n".join(parts)


def _of_any_machine(output: str) -> str:
    """Return what `doctor` prints without what it says of the machine."""
    return re.sub(r"^(\w[\w ]*?) {2}.*\n(?: .*\n)*", r"\1 …\n…\n", output, flags=re.MULTILINE)


def _told(once: str, again: str) -> Iterator[str]:
    """Yield the lines of an output, with … where another run says otherwise."""
    lines, others = (text.replace("\x1b", "␛").rstrip("\n").splitlines() for text in (once, again))
    if len(lines) != len(others):
        raise SystemExit(f"two runs do not have as many lines:\n{once}\n{again}")
    for line, other in zip(lines, others, strict=True):
        yield re.sub(r"…[…\s]*…|…+", "…", re.sub(_CHANGING, "…", _common(line, other))).rstrip()


def _common(line: str, other: str) -> str:
    """Return a line with … in the place of the words, or pieces of them, that another one has otherwise."""
    if line == other:
        return line
    pieces, others = (re.split(r"([\s\"]+)", text) for text in (line, other))
    if len(pieces) == len(others):
        return "".join(one if one == two else "…" for one, two in zip(pieces, others, strict=True))
    return "…"


def main() -> None:
    """Write the sessions of all shapes."""
    FOLDER.mkdir(exist_ok=True)
    with Forking() as forking:
        for shape in SHAPES:
            once, again = (list(run_all(forking, shape)) for _ in range(2))
            (FOLDER / f"{shape}.txt").write_text(_session(shape, once, again), encoding="utf-8")


if __name__ == "__main__":
    main()
