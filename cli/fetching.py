"""What `morgue add` needs to fetch: the web, if there is anything to fetch, with the bounds that the user sets."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archive.archive import Archive
    from archive.fetching.web import Web


LONGEST = 86400
"""The most seconds that fetching a page may be allowed to take: a day."""


@contextmanager
def fetching(
    archive: Archive | None,
    paths: Sequence[str],
    *,
    follow_links: bool,
    allow_private: bool,
    ignore_robots: bool,
    timeout: float | None,
    tell: Callable[[str], None],
) -> Iterator[Web | None]:
    """Yield the web where an argument is a URL or links are to be followed; else None, and nothing is imported.

    `tell` is told each address before it is asked for.
    """
    if not follow_links and not any("://" in path for path in paths):
        yield None
        return
    import attrs

    from archive.fetching.fetcher import Fetcher
    from archive.fetching.limits import LIMITS
    from archive.fetching.web import Web

    limits = LIMITS
    if timeout is not None:
        # What may take long in all may be silent for long; one who has less patience than we waits no longer at all.
        limits = attrs.evolve(
            LIMITS, total=timeout, connect=min(LIMITS.connect, timeout), silence=max(LIMITS.silence, timeout / 3)
        )
    with Web(
        Fetcher(limits, obey_robots=not ignore_robots),
        archive,
        follow_links=follow_links,
        allow_private=allow_private,
        fetching=tell,
        note=note,
    ) as web:
        yield web
