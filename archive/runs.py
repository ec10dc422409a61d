"""Runs: one as it is recorded; and one while it lasts, what it has done so far, and at its end its event."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from archive.clock import now
from archive.errors import ArchiveError
from archive.events import ARTICLE_KINDS, LIFE_CYCLE_KINDS
from archive.ids import new_id
from archive.naming import Names
from archive.new_events import NewEvent, run_recorded
from archive.redaction import redacted
from archive.version import TOOL

if TYPE_CHECKING:
    from archive.importers.libraries import Readers
    from archive.store import EventStore
    from archive.submission import Failure

_CHANGES = frozenset(kind.rpartition(".")[2] for kind in ARTICLE_KINDS | LIFE_CYCLE_KINDS)
"""The counts that events stand behind: `added`, `tagged`."""

_REASONS = 100
_OTHERS = "others"


@attrs.frozen(kw_only=True)
class Run:
    """One execution that changed the archive: a PROV Activity.

    `arguments` are the words of its command line, secrets left out; `agent` is who ran it, `user@host`. `counts` maps
    an outcome's name to a number; `skipped` the reasons for which records held no article to how many did. `extractors`
    are the importers, their parts and the libraries that read its articles, with their versions: `text/1`. Runs that
    were recorded by an earlier version lack the last four.
    """

    id: str
    command: str
    arguments: tuple[str, ...]
    agent: str
    tool: str
    started: str
    ended: str
    counts: dict[str, int]
    interrupted: bool = False
    skipped: dict[str, int] = attrs.field(factory=dict)
    extractors: tuple[str, ...] = ()
    python: str = ""
    platform: str = ""


class RunInProgress:
    """What a run has done so far; its event is made at its end."""

    def __init__(self, command: str, arguments: tuple[str, ...], agent: str) -> None:
        self.id = new_id()
        self.counts: dict[str, int] = {}
        self.skipped: dict[str, int] = {}
        self.interrupted = False
        self.recorded = False
        self._extractors: set[str] = set()
        self._libraries: set[str] = set()
        self._last_readers: Readers | None = None
        self._not_named = Names()
        self._command = _printable(command)
        self._arguments = redacted(tuple(_printable(argument) for argument in arguments))
        self._agent = _printable(agent)
        self._started = now()

    @property
    def needs_recording(self) -> bool:
        """Whether it brought events that no `run.recorded` follows yet."""
        return not self.recorded and any(self.counts.get(what) for what in _CHANGES)

    def count(self, what: str) -> None:
        """Count one more of an outcome."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def skip(self, reason: str) -> None:
        """Count one more record of a container that held no article; reasons beyond a number of them as one.

        Such as the types of media that a WARC names: whoever wrote it could name any number.
        """
        if reason not in self.skipped and len(self.skipped) >= _REASONS:
            reason = _OTHERS
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def count_failure(self, failure: Failure) -> None:
        """Count what was not added, or not wholly: what holds no article by its reason."""
        if failure.skipped:
            self.skip(failure.message)
        else:
            self.count(failure.outcome)

    def leave_out(self, names: Names) -> None:
        """Record none of the words that name an article: it was erased, and its record must not name it again."""
        self._not_named |= names

    def read_by(self, readers: Readers) -> None:
        """Note what read an article."""
        if readers is not self._last_readers:
            self._last_readers = readers
            self._extractors.update(readers.extractors)
            self._libraries.update(readers.libraries)

    def event(self) -> NewEvent:
        """Return the event that records the run as it stands, ending now."""
        import platform

        from archive.importers.libraries import with_versions

        return run_recorded(
            Run(
                id=self.id,
                command=self._command,
                arguments=self._not_named.left_out(self._arguments),
                agent=self._agent,
                tool=TOOL,
                started=self._started,
                ended=now(),
                counts=self.counts,
                interrupted=self.interrupted,
                skipped=self.skipped,
                extractors=tuple(sorted({*self._extractors, *with_versions(self._libraries)})),
                python=f"{platform.python_implementation()} {platform.python_version()}",
                platform=f"{sys.platform} {platform.machine()}",
            )
        )

    def end_early(self, store: EventStore) -> None:
        """Record a run that ends before its end; where even that fails, its events still name it, and that must do."""
        if self.needs_recording:
            self.interrupted = True
            with suppress(ArchiveError), store.appending() as appender:
                appender.append(self.event())


def _printable(argument: str) -> str:
    r"""Return a process's argument as Unicode text: bytes that are none are written as `\xNN`.

    A run that cannot be recorded would take its articles with it.
    """
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
