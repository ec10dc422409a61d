"""Progress bars: on a terminal's standard error only, and only for what takes a moment."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

_PATIENCE = 0.5
"""Seconds before a bar appears: most commands are done by then, and never pay for importing it."""

_INTERVAL = 0.1


class Bar:
    """A bar that may be shown. `print` writes data beside it, whole, wherever the data goes."""

    def __init__(self, label: str, *, wanted: bool = True) -> None:
        self._label = label
        self._wanted = wanted and sys.stderr.isatty()
        self._shown: Progress | None = None
        self._begun = self._last = time.monotonic()

    def step(self, done: int, total: int | None, *, said: str | None = None) -> None:
        """Tell how much is done and of how much, None where that is not known.

        Where these are bytes, `said` tells in words what was made of them.
        """
        now = time.monotonic()
        if not self._wanted or now - self._begun < _PATIENCE or now - self._last < _INTERVAL:
            return
        self._last = now
        self._show(total, in_bytes=said is not None and total is not None)
        label = self._label if said is None or total is None else f"{self._label}: {said}"
        if self._shown is not None:
            self._shown.update(self._shown.task_ids[0], completed=done, total=total, description=label)

    def about(self, what: str) -> None:
        """Tell what is done at the moment, such as the address that is waited for. It is shown at once."""
        if not self._wanted:
            return
        from rich.markup import escape

        from cli.terminal import clean

        self._show(None, in_bytes=False)
        if self._shown is not None:
            self._shown.update(self._shown.task_ids[0], description=escape(clean(what)))

    def print(self, line: str) -> None:
        """Write a line of data to standard output, at once: a script that reads along may rely on what it has read."""
        if self._shown is not None and sys.stdout.isatty():
            # On the terminal that the bar is on: above the bar, not through it, and not wrapped.
            self._shown.console.out(line, highlight=False)
        else:
            print(line, flush=True)

    def _show(self, total: int | None, *, in_bytes: bool) -> None:
        if self._shown is None:
            self._shown = _bar(in_bytes=in_bytes)
            self._shown.start()
            self._shown.add_task(self._label, total=total)

    def stop(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()


@contextmanager
def progress_bar(label: str, *, wanted: bool = True) -> Iterator[Bar]:
    """Yield a bar with rate and time left, which is gone when the block ends."""
    bar = Bar(label, wanted=wanted)
    try:
        yield bar
    finally:
        bar.stop()


def _bar(*, in_bytes: bool) -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import ProgressColumn as Column
    from rich.text import Text

    class Rate(Column):
        """Items a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f}/s")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        *((DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(), Rate())),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
        # Or rich would write what goes to standard output to the terminal, whereto ever that is redirected.
        redirect_stdout=False,
        redirect_stderr=False,
    )
