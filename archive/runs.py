"""Runs: one as it is recorded; and one while it lasts, what it has done so far, and at its end its event."""

from __future__ import annotations

import attrs

from archive.clock import now
from archive.ids import new_id
from archive.new_events import NewEvent, run_recorded
from archive.version import TOOL


@attrs.frozen(kw_only=True)
class Run:
    """One execution that changed the archive: a PROV Activity. `counts` maps an outcome's name to a number."""

    id: str
    command: str
    arguments: tuple[str, ...]
    agent: str
    tool: str
    started: str
    ended: str
    counts: dict[str, int]
    interrupted: bool = False


class RunInProgress:
    """What a run has done so far; its event is made at its end."""

    def __init__(self, command: str, arguments: tuple[str, ...], agent: str) -> None:
        self.id = new_id()
        self.counts: dict[str, int] = {}
        self.interrupted = False
        self.recorded = False
        self._command = _printable(command)
        self._arguments = tuple(_printable(argument) for argument in arguments)
        self._agent = _printable(agent)
        self._started = now()

    @property
    def needs_recording(self) -> bool:
        """Whether it brought events that no `run.recorded` follows yet."""
        return not self.recorded and bool(self.counts.get("added") or self.counts.get("revised"))

    def count(self, what: str) -> None:
        """Count one more of an outcome."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def event(self) -> NewEvent:
        """Return the event that records the run as it stands, ending now."""
        return run_recorded(
            Run(
                id=self.id,
                command=self._command,
                arguments=self._arguments,
                agent=self._agent,
                tool=TOOL,
                started=self._started,
                ended=now(),
                counts=self.counts,
                interrupted=self.interrupted,
            )
        )


def _printable(argument: str) -> str:
    r"""Return a process's argument as Unicode text: bytes that are none are written as `\xNN`.

    A run that cannot be recorded would take its articles with it.
    """
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
