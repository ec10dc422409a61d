"""What the tests of fetching share: fetchers that wait for nothing, and certificates made on the spot."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import attrs
import pytest
import trustme

from archive.fetching.fetcher import Fetcher
from archive.fetching.limits import Limits
from archive.fetching.pace import Pace
from archive.fetching.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = Limits(total=5.0, connect=2.0, silence=2.0, largest=200_000)


@attrs.define
class Waits:
    """A clock that only goes on when somebody sleeps by it."""

    slept: list[float] = attrs.field(factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return sum(self.slept)

    def pace(self) -> Pace:
        return Pace(sleep=self.sleep, now=self.now)


@pytest.fixture
def waits() -> Waits:
    """Give a clock that nobody waits for."""
    return Waits()


@pytest.fixture
def fetcher(waits: Waits) -> Iterator[Fetcher]:
    """Give a fetcher of short patience that does not really sleep, and uses no proxy."""
    with Fetcher(QUICK, transport=Transport(QUICK, proxies={}), pace=waits.pace()) as made:
        yield made


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Give a certificate authority that nobody knows."""
    return trustme.CA()


@pytest.fixture(scope="session")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """Give the TLS of a server on this machine, certified by the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context
