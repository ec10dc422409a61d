"""One `morgue` process: its arguments word by word, its two outputs apart."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from tests.sessions import BIN, TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.sessions import Place

MORGUE = str(BIN / "morgue")
CLIPPINGS = Path(__file__).parent / "clippings"
_NO_CHANGES: Mapping[str, str] = MappingProxyType({})


@attrs.frozen
class Finished:
    """What became of a process."""

    code: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.stdout.splitlines()

    @property
    def statuses(self) -> list[str]:
        """The second column of what `add` prints: added, unchanged, ..."""
        return [line.split("\t")[1] for line in self.lines]


def morgue(
    place: Place,
    *words: str | bytes,
    stdin: bytes = b"",
    environment: Mapping[str, str] = _NO_CHANGES,
    timeout: float = TIMEOUT,
) -> Finished:
    """Run `morgue` with these words to its end; outputs must be UTF-8, whatever the environment says."""
    done = subprocess.run(
        [MORGUE, *words],
        cwd=place.work,
        env={**place.environment, **environment},
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())


def started(place: Place, *words: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start `morgue` with these words and return the process, its outputs in pipes unless `options` say otherwise."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([MORGUE, *words], cwd=place.work, env=place.environment, **{**streams, **options})


def complain(done: Finished) -> str:
    """Return what is wrong with how a process failed, as a user would see it; empty where nothing is."""
    for sign in ("Traceback", "morgue: unexpected", "Error in sys", "Exception ignored"):
        if sign in done.stderr or sign in done.stdout:
            return f"{sign!r} reached the user:\n{done.stderr[-2000:]}"
    return "" if 0 <= done.code <= 7 else f"exit code {done.code}:\n{done.stderr[-2000:]}"
