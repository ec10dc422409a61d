"""Cookies, for one fetch: sites that set one and redirect to the same page would else redirect for ever.

They are sent back to the sites that set them, and forgotten with the page: nobody is recognised from one to the next.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import urllib.request
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from archive.fetching.address import Address


class Cookies:
    """The cookies of one fetch. `state` is equal where the same ones would be sent."""

    def __init__(self) -> None:
        self._jar = http.cookiejar.CookieJar()

    @property
    def state(self) -> frozenset[tuple[str, str, str, str | None]]:
        """What is held: domains, paths, names and values."""
        return frozenset((cookie.domain, cookie.path, cookie.name, cookie.value) for cookie in self._jar)

    def take(self, address: Address, values: tuple[str, ...]) -> None:
        """Take what an answer set, by the values of its `Set-Cookie`."""
        if values:
            self._jar.extract_cookies(cast("http.client.HTTPResponse", _Setting(values)), _request(address))

    def header(self, address: Address) -> dict[str, str]:
        """Return the header to send to an address: `Cookie`, or nothing."""
        request = _request(address)
        self._jar.add_cookie_header(request)
        sent = request.get_header("Cookie")
        return {} if sent is None else {"Cookie": sent}


class _Setting:
    """What the jar wants to know of a response."""

    def __init__(self, values: tuple[str, ...]) -> None:
        self._message = http.client.HTTPMessage()
        for value in values:
            self._message.add_header("Set-Cookie", value)

    def info(self) -> http.client.HTTPMessage:
        return self._message


def _request(address: Address) -> urllib.request.Request:
    return urllib.request.Request(address.url)  # noqa: S310 - addresses are http and https, and this opens nothing
