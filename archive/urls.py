"""The canonical form of a URL, which makes two addresses of one article the same. Pure. Rules of version 1.

The rules are part of the format: an article's identity hangs on them. They only undo what never changes a page:
RFC 3986, section 6.2.2 (case, percent-encoding, dot segments) and 6.2.3 (default port, empty path), then the fragment
and the parameters that campaigns and social networks append. Order and case of the rest are kept, `http` and `https`
are the same address, as are hosts with and without `www.`. docs/format.md, "Canonical URL".
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from archive.errors import InvalidValueError

RULES = 1

_TRACKING = re.compile(
    r"(utm_[a-z_]+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|_gl|wt_mc|ito|ocid|cmpid|smid|ref_src)",
    re.IGNORECASE,
)
_UNRESERVED = "-._~"
_PATH_SAFE = _UNRESERVED + "!$&'()*+,;=:@/%"
_PORTS = {"http": "80", "https": "443"}


def canonical_url(url: str) -> str:
    """Return the canonical form of an absolute http or https URL. Raises InvalidValueError for anything else."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidValueError(f"{url!r} is no URL: {error}") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        raise InvalidValueError(f"{url!r} is no web address; give one that starts with https:// or http://")
    netloc = _host(host, url)
    if port is not None and str(port) != _PORTS[scheme]:
        netloc += f":{port}"
    path = _remove_dot_segments(_percent(parts.path)) or "/"
    query = "&".join(
        _percent(item, "?") for item in parts.query.split("&") if item and not _TRACKING.fullmatch(item.split("=")[0])
    )
    return urlunsplit(("https", netloc, path, query, ""))


def _host(host: str, url: str) -> str:
    host = host.lower().rstrip(".").removeprefix("www.")
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise InvalidValueError(f"{url!r} has no valid host name") from None


def _percent(text: str, safe: str = "") -> str:
    """Decode what needs no percent-encoding, encode what does, write the rest in upper case."""

    def unescape(match: re.Match[str]) -> str:
        raw = unquote_to_bytes(match[0])
        return "".join(
            chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in _UNRESERVED) else f"%{byte:02X}"
            for byte in raw
        )

    decoded = re.sub(r"(?:%[0-9A-Fa-f]{2})+", unescape, text)
    stray = re.sub(r"%(?![0-9A-F]{2})", "%25", decoded)
    return quote(stray, safe=_PATH_SAFE + safe)


def _remove_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)
