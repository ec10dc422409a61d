"""The transport: one request, one answer, over connections that are kept for the next one. urllib3 speaks HTTP here.

urllib3 verifies certificates and host names, speaks to proxies, and reads lengths and chunks, so that a body that was
cut short is told from a whole one. Redirects, retries, content codings and limits of time and size are ours: each of
them is a part of what is recorded, or of what a hostile server may try.
"""

from __future__ import annotations

import urllib.request
from contextlib import suppress
from email.errors import MissingHeaderBodySeparatorDefect
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import make_headers

from archive import clock
from archive.capture import Exchange
from archive.fetching.address import is_public
from archive.fetching.body import ACCEPTED, collected
from archive.fetching.faults import FAULTS, FetchError, PrivateHostError, explained
from archive.fetching.wire import Patience, response_class
from archive.redaction import kept_address, kept_header
from archive.version import __version__

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Mapping

    from urllib3.response import HTTPResponse

    from archive.fetching.address import Address
    from archive.fetching.deadline import Deadline
    from archive.fetching.limits import Limits

PRODUCT = "morgue"
"""The product token of RFC 9110: what a robots.txt calls us."""

USER_AGENT = f"{PRODUCT}/{__version__} (archive of news articles)"
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_AT_ONCE = 1 << 16
_NOT_READ = 1 << 16
"""So much of a body that nobody asked for is read, to keep the connection."""

_KEPT_CONNECTIONS = 16
_VERSIONS = {9: "HTTP/0.9", 10: "HTTP/1.0", 11: "HTTP/1.1"}


@attrs.frozen(kw_only=True)
class Answer:
    """What a server answered: the status, the headers as they came, the body without its content coding.

    The body is empty unless the status is one whose body was wanted. `cookies` are the values of `Set-Cookie`, which
    are left out of what is recorded.
    """

    status: int
    exchange: Exchange
    body: bytes
    cookies: tuple[str, ...]
    location: str | None


class Transport:
    """Connections, one for each site, and the settings that all of them share. Holds sockets: close it.

    `proxies` maps `http` and `https` to the URL of a proxy; without it, the environment and the system say.
    """

    def __init__(self, limits: Limits, *, proxies: Mapping[str, str] | None = None) -> None:
        self._limits = limits
        self._proxies = proxies
        self._tls: ssl.SSLContext | None = None
        self._connections: dict[tuple[str, str, int], HTTPConnection] = {}

    def close(self) -> None:
        """Close all connections."""
        while self._connections:
            self._connections.popitem()[1].close()

    def get(
        self,
        address: Address,
        *,
        headers: Mapping[str, str],
        deadline: Deadline,
        wanted: Collection[int],
        largest: int,
        public_only: bool = False,
        cut: bool = False,
    ) -> Answer:
        """Ask for an address and return the answer, with the body where the status is `wanted`. Raises FetchError.

        A body of more than `largest` bytes is an error, or with `cut` taken up to there. With `public_only`, nothing is
        asked of a host whose address is private.
        """
        patience = Patience(
            deadline=deadline,
            silence=self._limits.silence,
            # Room for headers, and for chunks of a few bytes that each have a length.
            most=2 * largest + (4 << 20),
            largest=largest,
        )
        reused = self._is_open(address)
        try:
            try:
                return self._ask(address, headers, patience, wanted, public_only=public_only, cut=cut)
            except ConnectionError:
                self._drop(address)
                if not reused:
                    raise
            # A server may close an idle connection just as it is used again: that says nothing of the page.
            return self._ask(address, headers, patience, wanted, public_only=public_only, cut=cut)
        except BaseException as error:
            # A connection in the middle of an answer is of no use.
            self._drop(address)
            if isinstance(error, FAULTS):
                host = address.host if self._proxy(address) is None else f"{address.host} (asked through a proxy)"
                raise explained(error, host, silence=self._limits.silence, connect=self._limits.connect) from error
            raise

    def _ask(
        self,
        address: Address,
        headers: Mapping[str, str],
        patience: Patience,
        wanted: Collection[int],
        *,
        public_only: bool,
        cut: bool,
    ) -> Answer:
        connection, target = self._connected(address, patience, public_only=public_only)
        # http.client asks for a class; any callable that makes a response will do, and this one knows the deadline.
        connection.response_class = response_class(patience)  # type: ignore[assignment]
        date = clock.now()
        connection.request(
            "GET", target, headers=self._headers(address, headers), preload_content=False, decode_content=False
        )
        response = connection.getresponse()
        try:
            answer = self._answer(response, address, date, patience, wanted, cut=cut)
            reusable = _is_reusable(response)
        finally:
            response.close()
        if not reusable:
            self._drop(address)
        return answer

    def _answer(
        self,
        response: HTTPResponse,
        address: Address,
        date: str,
        patience: Patience,
        wanted: Collection[int],
        *,
        cut: bool,
    ) -> Answer:
        received = _received(response)
        encoding = ", ".join(value for name, value in received if name.lower() == "content-encoding")
        body = b""
        if response.status in wanted:
            pieces = response.stream(_AT_ONCE, decode_content=False)
            body = collected(pieces, encoding, largest=patience.largest, cut=cut)
        else:
            _pass_over(response)
        exchange = Exchange(
            uri=address.kept,
            date=date,
            status=f"{_VERSIONS.get(response.version, 'HTTP/1.1')} {response.status} {response.reason or ''}".rstrip(),
            headers=tuple((name, kept_header(name, value)) for name, value in received),
        )
        return Answer(
            status=response.status,
            exchange=exchange,
            body=body,
            # As they came, a character for each byte: that is how they go back.
            cookies=tuple(response.headers.getlist("set-cookie")),
            location=next((value for name, value in received if name.lower() == "location"), None),
        )

    # Connections

    def _is_open(self, address: Address) -> bool:
        connection = self._connections.get(address.site)
        return connection is not None and connection.is_connected

    def _drop(self, address: Address) -> None:
        connection = self._connections.pop(address.site, None)
        if connection is not None:
            connection.close()

    def _connected(self, address: Address, patience: Patience, *, public_only: bool) -> tuple[HTTPConnection, str]:
        """Return an open connection, and what to ask it for. Raises FetchError and `FAULTS`."""
        proxy = self._proxy(address)
        target = address.url if proxy is not None and address.scheme == "http" else address.target
        if not self._is_open(address):
            self._drop(address)
            if len(self._connections) >= _KEPT_CONNECTIONS:
                self._connections.pop(next(iter(self._connections))).close()
            connection = self._new(address, proxy, patience.seconds(self._limits.connect))
            self._connections[address.site] = connection
            connection.connect()
        connection = self._connections[address.site]
        if public_only and proxy is None:
            # Asked of the connection, not of the name: a name may have another address the next time it is looked up.
            peer = str(connection.sock.getpeername()[0])
            if not is_public(peer):
                raise PrivateHostError(address.host, peer)
        return connection, target

    def _new(self, address: Address, proxy: str | None, timeout: float) -> HTTPConnection:
        if proxy is None:
            if address.scheme == "http":
                return HTTPConnection(address.host, address.port, timeout=timeout)
            return HTTPSConnection(address.host, address.port, timeout=timeout, ssl_context=self._context())
        via = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        if via.scheme != "http" or not via.hostname:
            raise FetchError(f"the proxy {kept_address(proxy)!r} is none that can be used; name one with http://")
        host, port = via.hostname, via.port or 80
        if address.scheme == "http":
            return HTTPConnection(host, port, timeout=timeout)
        tunnel = HTTPSConnection(host, port, timeout=timeout, ssl_context=self._context())
        tunnel.set_tunnel(address.host, address.port, headers=_proxy_headers(proxy), scheme="http")
        return tunnel

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            import ssl

            self._tls = ssl.create_default_context()
            paths = ssl.get_default_verify_paths()
            if not paths.cafile and not paths.capath:
                # Such as Python from python.org on macOS: it knows no authorities of the system's.
                import certifi

                self._tls.load_verify_locations(certifi.where())
        return self._tls

    def _proxy(self, address: Address) -> str | None:
        if self._proxies is not None:
            return self._proxies.get(address.scheme)
        if urllib.request.proxy_bypass(address.host):
            return None
        known = urllib.request.getproxies()
        return known.get(address.scheme) or known.get("all")

    def _headers(self, address: Address, headers: Mapping[str, str]) -> dict[str, str]:
        sent = {"User-Agent": USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": ACCEPTED, **headers}
        if address.user is not None:
            credentials = f"{address.user}:{address.password or ''}"
            sent |= {"Authorization": make_headers(basic_auth=credentials)["authorization"]}
        if address.scheme == "http" and (proxy := self._proxy(address)) is not None:
            # The proxy is what is connected to, so urllib3 would name it as the host.
            sent |= {"Host": address.authority, **_proxy_headers(proxy)}
        return sent


def _proxy_headers(proxy: str) -> dict[str, str]:
    via = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if via.username is None:
        return {}
    credentials = f"{unquote(via.username)}:{unquote(via.password or '')}"
    return {"Proxy-Authorization": make_headers(proxy_basic_auth=credentials)["proxy-authorization"]}


def _received(response: HTTPResponse) -> list[tuple[str, str]]:
    """Return the headers in the order in which they came. Raises FetchError where they cannot be read to their end.

    urllib3 groups those of one name, so they are taken from the message below. HTTP gives their bytes no encoding, and
    http.client takes each for a character: what is UTF-8 is read as that here.
    """
    message = response._original_response.msg  # type: ignore[union-attr]  # noqa: SLF001 - nothing public keeps the order
    if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in message.defects):
        # What came behind was lost, and with it perhaps how long the body is.
        raise FetchError("its headers are broken: a line of them is none")
    return [(name, _text(value)) for name, value in message.items()]


def _text(value: str) -> str:
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _pass_over(response: HTTPResponse) -> None:
    """Read a body that is not wanted, so that the connection can be used again; not one that may be long."""
    if (response.length_remaining or 0) > _NOT_READ or (response.length_remaining is None and not response.chunked):
        return
    passed = 0
    with suppress(*FAULTS, FetchError):
        for piece in response.stream(_AT_ONCE, decode_content=False):
            passed += len(piece)
            if passed > _NOT_READ:
                return


def _is_reusable(response: HTTPResponse) -> bool:
    """Tell whether all of the answer was read, and the server did not say that it closes the connection."""
    original = response._original_response  # noqa: SLF001 - as above
    return original is not None and original.isclosed() and not original.will_close
