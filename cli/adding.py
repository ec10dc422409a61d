"""What `morgue add` tells while it adds: a bar on a terminal, JSON for scripts on request, and the sum at the end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.progress import progress_bar
from cli.streams import say
from cli.terminal import clean, note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.adding import Outcome
    from archive.submission import Failure
    from archive.walking import Meter
    from cli.progress import Bar

PROGRESS = ("auto", "json", "none")
_ORDER = ("added", "revised", "unchanged", "suppressed", "skipped", "incomplete", "failed")
_INTERVAL = 1.0
"""Seconds between two lines of progress."""

_REASONS = 8
"""Reasons that skipped records are told by, the most frequent ones; the others are counted together."""


class Report:
    """What became of all inputs so far, and how far they are read. `take` is told of each."""

    def __init__(self, bar: Bar, meter: Meter, total: int | None, *, as_json: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._bar = bar
        self._meter = meter
        self._total = total
        self._as_json = as_json
        self._begun = self._last = time.monotonic()

    def take_failure(self, failure: Failure) -> None:
        """Count a failure, and tell it; what was skipped is told at the end, by its reasons."""
        if failure.skipped:
            self._skipped[failure.message] += 1
        else:
            say(clean(str(failure)))
        self._count(failure.outcome)

    def take(self, outcome: Outcome, line: str) -> None:
        """Count an outcome, and print its line."""
        self._bar.print(line)
        self._count(outcome.status)

    def about(self, what: str) -> None:
        """Show what is waited for, such as the address that is fetched."""
        self._bar.about(what)

    def _count(self, kind: str) -> None:
        self.counts[kind] += 1
        done = self.counts.total()
        self._bar.step(self._meter.done() if self._total else done, self._total, said=f"{done:,} read")
        if self._as_json and time.monotonic() - self._last >= _INTERVAL:
            self.tell()

    def tell(self, *, finished: bool = False) -> None:
        """Write a line of progress to standard error."""
        from cli.jsontext import dumps

        self._last = time.monotonic()
        seconds = max(self._last - self._begun, 1e-9)
        read = self._total if finished and self._total is not None else self._meter.done()
        known = self._total is not None and read > 0
        eta = None if self._total is None or not known else (self._total - read) * seconds / read
        say(
            dumps(
                {
                    "done": self.counts.total(),
                    "bytes": read,
                    "total": self._total,
                    "rate": round(self.counts.total() / seconds, 1),
                    "eta": None if eta is None else round(max(eta, 0.0), 1),
                    "counts": {name: self.counts[name] for name in _ORDER if self.counts[name]},
                    "finished": finished,
                }
            )
        )

    def sum_up(self) -> None:
        """Tell what was skipped and, on a terminal or where something failed, how much became of what."""
        if self._skipped:
            told = [f"{count:,} {reason}" for reason, count in self._skipped.most_common(_REASONS)]
            if rest := sum(count for _, count in self._skipped.most_common()[_REASONS:]):
                told.append(f"{rest:,} others")
            total = self._skipped.total()
            note(f"skipped {total:,} record{'s' if total > 1 else ''}: {', '.join(told)}")
        if sys.stderr.isatty() or self.failed:
            note(", ".join(f"{self.counts[what]} {what}" for what in _ORDER if self.counts[what]) or "nothing to add")

    @property
    def failed(self) -> int:
        """How many inputs failed, or were added without something."""
        return self.counts["failed"] + self.counts["incomplete"]


@contextmanager
def reporting(paths: Sequence[str], meter: Meter, progress: str) -> Iterator[Report]:
    """Yield a report for a `with` block, with a bar on a terminal, or lines of JSON where `progress` says so."""
    shown = progress != "none" and (progress == "json" or sys.stderr.isatty())
    total = None
    if shown:
        from archive.intake import STDIN
        from archive.walking import total_bytes

        total = None if STDIN in paths or any("://" in path for path in paths) else total_bytes(paths)
    with progress_bar("adding", wanted=progress == "auto") as bar:
        report = Report(bar, meter, total, as_json=progress == "json")
        yield report
    if progress == "json":
        report.tell(finished=True)
