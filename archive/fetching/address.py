"""Addresses: a URL as it is asked for, and as it may be kept. Pure.

What is asked for is ASCII: the host by IDNA (UTS 46, non-transitional, as browsers do it), path and query
percent-encoded as UTF-8, no fragment. What is kept besides has no secrets in it: user information is never part of an
address, and the values of parameters that carry a token or a password are replaced.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, unquote, urljoin, urlsplit

import attrs

from archive.errors import InvalidValueError
from archive.redaction import kept_address

_SCHEMED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PORTS = {"http": 80, "https": 443}
# All that may stand in a path or a query, and "%": what is percent-encoded already stays so. Browsers let "|" through,
# http.client does not care; the rest of ASCII breaks a request line or is taken for something else.
_SAFE = "!$&'()*+,;=:@/?%-._~[]"
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@attrs.frozen(kw_only=True)
class Address:
    """Where to ask, and for what. `url` is the whole, without fragment and user information.

    `host` is ASCII, an IPv6 address without brackets; `target` is path and query. `user` and `password` were part of
    the URL; they go into a request, and nowhere else.
    """

    scheme: str
    host: str
    port: int
    target: str
    user: str | None = attrs.field(default=None, repr=False)
    password: str | None = attrs.field(default=None, repr=False)

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL: a default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address as a URL."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def kept(self) -> str:
        """The address as it may be stored and shown: `archive.redaction.kept_address`."""
        return kept_address(self.url)

    @property
    def site(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a connection, a robots.txt and credentials are for."""
        return self.scheme, self.host, self.port


def is_url(path: str) -> bool:
    """Tell whether an argument that might be a path begins like a URL, of whatever scheme."""
    return _SCHEMED.match(path) is not None


def parse(url: str) -> Address:
    """Return where a URL points. Raises InvalidValueError where it is no http or https URL."""
    # Every message shows the URL without its secrets: errors end up in logs.
    shown = kept_address(url)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        url.encode()
    except ValueError as error:
        raise InvalidValueError(f"{shown!r} is no URL: {error}") from None
    if parts.scheme not in _PORTS:
        scheme = parts.scheme or "none"
        raise InvalidValueError(
            f"only http:// and https:// addresses are fetched, not {scheme}: {shown}"
            + ("; give a file by its path" if scheme == "file" else "")
        )
    if not parts.hostname:
        raise InvalidValueError(f"{shown!r} names no host")
    query = f"?{_encoded(parts.query)}" if parts.query else ""
    return Address(
        scheme=parts.scheme,
        host=_host(parts.hostname, shown),
        port=port if port is not None else _PORTS[parts.scheme],
        target=(_encoded(parts.path) or "/") + query,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def redirected(address: Address, location: str) -> Address:
    """Return where a redirect points, seen from an address. Raises InvalidValueError as `parse` does.

    Credentials stay with the site that they were given for; a redirect cannot bring its own.
    """
    try:
        target = urljoin(address.url, location.strip())
    except ValueError as error:
        raise InvalidValueError(f"{kept_address(location)!r} is no URL: {error}") from None
    following = parse(target)
    same = following.site == address.site
    return attrs.evolve(following, user=address.user if same else None, password=address.password if same else None)


def is_public(host: str) -> bool:
    """Tell whether an IP address is one of the public internet: not private, of this machine, or reserved."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        # What leads to an IPv4 address is as public as that: mapped, 6to4, NAT64 (RFC 6052).
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


def _host(host: str, shown: str) -> str:
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise InvalidValueError(f"{shown!r} has no valid IPv6 address as its host") from None
    name = host
    if not host.isascii():
        import idna

        try:
            name = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise InvalidValueError(f"{shown!r} has no valid host name: {error}") from None
    if not _HOST.fullmatch(name) or len(name) > 253 or any(len(label) > 63 for label in name.split(".")):
        raise InvalidValueError(f"{shown!r} has no valid host name")
    return name.lower()


def _encoded(text: str) -> str:
    return quote(text, safe=_SAFE)
