"""What fetching may take and must leave alone: times, sizes and numbers, as one value. Pure."""

from __future__ import annotations

import attrs

from archive.importers.whole import LARGEST


@attrs.frozen(kw_only=True)
class Limits:
    """Bounds of fetching one URL; times are in seconds.

    `total` is the most that a URL takes with its redirects, its robots.txt and its retries, waits aside; `connect` the
    most that a connection takes; `silence` the longest pause while an answer comes in. `largest` are the bytes of a
    body, as it comes and with its content coding removed.

    `retries` are the further attempts after a passing fault; the first one waits `backoff`, each next twice as long.
    Where the server names a time (`Retry-After`), that is waited instead, unless it is longer than `longest_wait`.
    `delay` lies between two URLs of one host; a `Crawl-delay` of its robots.txt takes its place, up to `longest_delay`.
    """

    total: float = 60.0
    connect: float = 10.0
    silence: float = 20.0
    hops: int = 10
    largest: int = LARGEST
    retries: int = 2
    backoff: float = 1.0
    longest_wait: float = 60.0
    delay: float = 1.0
    longest_delay: float = 30.0
    robots_bytes: int = 500 * 1024
    robots_hops: int = 5


LIMITS = Limits()
"""What holds where nothing else is asked for."""
