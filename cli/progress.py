"""Progress bars: on a terminal's standard error only, and only for what takes a moment."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress

_PATIENCE = 0.5
"""Seconds before a bar appears: most commands are done by then, and never pay for importing it."""

_INTERVAL = 0.1


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Yield a function that is told how much is done and of how much, None where that is not known.

    The bar shows rate and time left; it is gone when the block ends.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    shown: Progress | None = None
    begun = last = time.monotonic()

    def step(done: int, total: int | None) -> None:
        nonlocal shown, last
        now = time.monotonic()
        if now - begun < _PATIENCE or now - last < _INTERVAL:
            return
        last = now
        if shown is None:
            shown = _bar()
            shown.start()
            shown.add_task(label, total=total)
        shown.update(shown.task_ids[0], completed=done, total=total)

    try:
        yield step
    finally:
        if shown is not None:
            shown.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
    from rich.progress import ProgressColumn as Column
    from rich.text import Text

    class Rate(Column):
        """Items a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f}/s")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    )
