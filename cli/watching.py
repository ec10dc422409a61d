"""A search that is made again and again, and tells only what is new: `morgue search --cursor FILE`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from index.cursors import cursor_after, read_cursor, write_cursor

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from index.search import Results


class Watch:
    """The cursor of one call: read before the search, written once all hits are out.

    A call that is killed in between, or whose reader goes away, leaves the cursor where it was: then hits are told
    twice, never not at all. What was recorded at `since` or after it is new.
    """

    def __init__(
        self, path: Path, archive: Archive, query: str, *, any_word: bool, literal: bool, since: int | None
    ) -> None:
        """Read the cursor; without one, all is new from `since` on. Raises InvalidValueError, OSError."""
        self._path = path
        self._before = read_cursor(path, archive, query=query, any_word=any_word, literal=literal)
        self.since = (since or 0) if self._before is None else self._before.size

    def done(self, results: Results) -> None:
        """Write the cursor behind what was searched. Raises OSError, BrokenPipeError."""
        sys.stdout.flush()
        write_cursor(self._path, cursor_after(results, self._before))
