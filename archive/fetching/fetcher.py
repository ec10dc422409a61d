"""The fetcher: from a URL to a body and the capture that says how it came, politely and within limits.

What is asked, in order: the site's robots.txt, once in a run; the page; where that redirects, the next one, by our own
steps, because each of them is recorded. What was captured before is asked for on condition (RFC 9110, section 13), so
that a page which has not changed costs one exchange and no body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import attrs

from archive.capture import Capture, Exchange
from archive.errors import InvalidValueError
from archive.fetching import address as addresses
from archive.fetching.cookies import Cookies
from archive.fetching.deadline import Deadline
from archive.fetching.faults import FetchError
from archive.fetching.limits import LIMITS, Limits
from archive.fetching.pace import Pace, retry_after
from archive.fetching.robots import Robots
from archive.fetching.transport import PRODUCT, Answer, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.fetching.address import Address

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGES = frozenset({200, 203})
_NOT_MODIFIED = 304
_PASSING = frozenset({429, 502, 503, 504})
_TOO_MANY = 429


@attrs.frozen(kw_only=True)
class Validators:
    """What a former answer said of itself, to ask whether it still holds: `uri` is where it came from."""

    uri: str
    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the conditions as headers of a request."""
        conditions = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in conditions.items() if value is not None}


def validators(capture: Capture) -> Validators | None:
    """Return what a capture's response can be asked about later, None where it said nothing of the kind."""
    response = capture.response
    made = Validators(uri=response.uri, etag=response.header("etag"), last_modified=response.header("last-modified"))
    return made if made.headers() else None


@attrs.frozen(kw_only=True)
class Fetched:
    """A page: the bytes of its body without content coding, and how they came. `notes` is what a user may want to know.

    `modified` is False where the server said that what was captured before still holds: there is no body then.
    """

    body: bytes
    capture: Capture
    modified: bool = True
    notes: tuple[str, ...] = ()


class Fetcher:
    """Fetches URLs, one after the other. Holds connections, the rules of sites and the times of visits: close it."""

    def __init__(
        self,
        limits: Limits = LIMITS,
        *,
        obey_robots: bool = True,
        transport: Transport | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._limits = limits
        self._obey_robots = obey_robots
        self._transport = transport or Transport(limits)
        self._pace = pace or Pace()
        self._robots = Robots(PRODUCT)
        # Hosts that failed to the last attempt: of their further pages each gets one, until one succeeds.
        self._unwell: set[str] = set()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch(self, url: str, *, known: Validators | None = None, public_only: bool = False) -> Fetched:
        """Return what a URL leads to. Raises FetchError, which says why there is nothing.

        `known` are validators of a former capture: where its very address answers that nothing has changed, the result
        is not `modified`. With `public_only`, hosts in private networks are not asked.
        """
        try:
            address = addresses.parse(url)
        except InvalidValueError as error:
            raise FetchError(str(error)) from None
        asked = address
        trip = _Trip(Deadline(self._limits.total), public_only=public_only)
        cookies, exchanges, notes = Cookies(), list[Exchange](), list[str]()
        met: set[object] = set()
        while True:
            if (address.url, cookies.state) in met:
                raise FetchError(f"redirects in a circle, over {address.kept}")
            met.add((address.url, cookies.state))
            self._approach(address, trip, redirected=bool(exchanges))
            conditions = known.headers() if known is not None and known.uri == address.kept else {}
            answer = self._ask(address, conditions | cookies.header(address), trip)
            exchanges.append(answer.exchange)
            if answer.status not in _REDIRECTS:
                if address.target == "/" and asked.target != "/" and answer.status in _PAGES:
                    # Sites do that with what they have taken down; archived under it would be the news of the day.
                    raise FetchError(f"is gone: leads to the front page of {address.authority} instead")
                return _arrived(answer, Capture(tuple(exchanges)), tuple(notes), conditional=bool(conditions))
            cookies.take(address, answer.cookies)
            following = _redirected(address, answer)
            if len(exchanges) > self._limits.hops:
                raise FetchError(f"redirects more than {self._limits.hops} times, last to {following.kept}")
            if address.scheme == "https" and following.scheme == "http":
                notes.append(f"was redirected from https to http, where it can be changed on the way: {following.kept}")
            address = following

    def _approach(self, address: Address, trip: _Trip, *, redirected: bool) -> None:
        """Make sure that an address may be asked for now: by its site's rules, and after a wait. Raises FetchError."""
        if self._obey_robots:
            self._robots.check(address, lambda robots: self._robots_file(robots, trip))
        if not redirected:
            stated = self._robots.delay(address)
            delay = self._limits.delay if stated is None else min(stated, self._limits.longest_delay)
            trip.deadline.put_off(self._pace.approach(address.host, delay))

    def _ask(self, address: Address, headers: Mapping[str, str], trip: _Trip) -> Answer:
        """Return the answer to a request for a page, after further attempts where a fault may pass."""

        def attempt() -> Answer:
            try:
                answer = self._get(address, headers, trip, largest=self._limits.largest)
            finally:
                self._pace.leave(address.host)
            if answer.status in _PASSING:
                raise FetchError(_refusal(answer), passing=True, wait=_wait(answer))
            return answer

        return self._patiently(attempt, address.host, trip)

    def _robots_file(self, address: Address, trip: _Trip) -> bytes | None:
        """Return the beginning of a robots.txt, None where there is none. Raises FetchError where nobody can tell."""

        def attempt(asked: Address) -> Answer:
            answer = self._get(asked, {}, trip, largest=self._limits.robots_bytes, cut=True)
            if answer.status == _TOO_MANY or answer.status >= 500:
                raise FetchError(
                    f"what the robots.txt of {asked.authority} allows cannot be told, it {_refusal(answer)}; "
                    "--ignore-robots does not ask for it",
                    passing=answer.status in _PASSING,
                    wait=_wait(answer),
                )
            return answer

        for _ in range(self._limits.robots_hops + 1):
            asked = address
            answer = self._patiently(lambda: attempt(asked), asked.host, trip)  # noqa: B023 - called at once
            if answer.status not in _REDIRECTS:
                return answer.body if answer.status in _PAGES else None
            address = _redirected(address, answer)
        return None

    def _get(
        self, address: Address, headers: Mapping[str, str], trip: _Trip, *, largest: int, cut: bool = False
    ) -> Answer:
        return self._transport.get(
            address,
            headers=headers,
            deadline=trip.deadline,
            wanted=_PAGES,
            largest=largest,
            public_only=trip.public_only,
            cut=cut,
        )

    def _patiently(self, attempt: Callable[[], Answer], host: str, trip: _Trip) -> Answer:
        """Return what an attempt gives, or one of those after it. Raises FetchError as the last one does."""
        wait = self._limits.backoff
        left = 0 if host in self._unwell else self._limits.retries
        while True:
            try:
                answer = attempt()
            except FetchError as error:
                if not error.passing:
                    raise
                if left == 0 or trip.deadline.passed:
                    self._unwell.add(host)
                    raise
                left -= 1
                if error.wait is not None and error.wait > self._limits.longest_wait:
                    raise FetchError(f"{error}, and asks to come back in {error.wait:,.0f} s") from None
                trip.deadline.put_off(self._pace.wait(wait if error.wait is None else error.wait))
                wait *= 2
            else:
                self._unwell.discard(host)
                return answer


@attrs.frozen
class _Trip:
    """What holds for one URL, wherever it leads: when it must be done, and where it must not lead."""

    deadline: Deadline
    public_only: bool = attrs.field(kw_only=True)


def _redirected(address: Address, answer: Answer) -> Address:
    if not answer.location:
        raise FetchError(f"{_refusal(answer)} without saying where to")
    try:
        return addresses.redirected(address, answer.location)
    except InvalidValueError as error:
        raise FetchError(f"redirects to nowhere: {error}") from None


def _arrived(answer: Answer, capture: Capture, notes: tuple[str, ...], *, conditional: bool) -> Fetched:
    if answer.status == _NOT_MODIFIED and conditional:
        return Fetched(body=b"", capture=capture, modified=False, notes=notes)
    if answer.status not in _PAGES:
        unasked = ", though nothing was asked on condition" if answer.status == _NOT_MODIFIED else ""
        raise FetchError(_refusal(answer) + unasked)
    if not answer.body:
        raise FetchError(f"{_refusal(answer)} with an empty body: there is nothing to archive")
    return Fetched(body=answer.body, capture=capture, notes=notes)


def _refusal(answer: Answer) -> str:
    return f"answered {answer.exchange.status.partition(' ')[2] or answer.status}"


def _wait(answer: Answer) -> float | None:
    return retry_after(answer.exchange.header("retry-after"))
