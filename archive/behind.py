"""Work that goes on behind the caller's: one call in a thread, waited for, whose error comes to whoever waits."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Behind:
    """A call that runs in a thread of its own from now on. It ends before the process does: `wait` for it."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run)
        try:
            self._thread.start()
        except RuntimeError:
            # The system gives no more threads: then nobody waits for less than the call takes.
            self._run()

    def wait(self) -> None:
        """Wait until the call has ended. Raises what it raised, each time."""
        if self._thread.ident is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._call()
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits
            self._error = error
