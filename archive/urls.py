"""The canonical form of a URL, which makes two addresses of one article the same. Pure. Rules of version 1.

The rules are part of the format: an article's identity hangs on them. They only undo what never changes a page:
RFC 3986, section 6.2.2 (case, percent-encoding, dot segments) and 6.2.3 (default port, empty path), then the fragment
and the parameters that campaigns and social networks append. Order and case of the rest are kept, `http` and `https`
are the same address, as are hosts with and without `www.`. What is canonical is its own canonical form.
docs/format.md, "Canonical URL".
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from archive.errors import InvalidValueError

RULES = 1

# The scheme's length is bounded: otherwise every letter of a long word would begin one that reaches to its end.
IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,31}://[^\s'\"<>]*")
"""What looks like a URL within a text."""

_TRACKING = re.compile(
    r"(utm_[a-z_]+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|_gl|wt_mc|ito|ocid|cmpid|smid|ref_src)",
    re.IGNORECASE,
)
_UNRESERVED = "-._~"
_PATH_SAFE = _UNRESERVED + "!$&'()*+,;=:@/%"
_SCHEMES = frozenset({"http", "https"})
_DEFAULT_PORTS = frozenset({80, 443})
"""Of both schemes, as the canonical form has only one."""

_WWW = re.compile(r"\A(?:www\.)+(?=[^.]+\.)")
_HOST = re.compile(r"[a-z0-9\-._~!$&'()*+,;=%]+|[0-9a-f:.]*:[0-9a-f:.]*")


def canonical_url(url: str) -> str:
    """Return the canonical form of an absolute http or https URL. Raises InvalidValueError for anything else."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        url.encode()
    except ValueError as error:
        raise InvalidValueError(f"{url!r} is no URL: {error}") from None
    if parts.scheme.lower() not in _SCHEMES or not host:
        raise InvalidValueError(f"{url!r} is no web address; give one that starts with https:// or http://")
    netloc = _host(host, url)
    if port is not None and port not in _DEFAULT_PORTS:
        netloc += f":{port}"
    path = _remove_dot_segments(_percent(parts.path)) or "/"
    items = (_percent(item, "?") for item in parts.query.split("&"))
    query = "&".join(item for item in items if item and not _TRACKING.fullmatch(item.split("=")[0]))
    return urlunsplit(("https", netloc, path, query, ""))


def canonical_or_none(url: str | None) -> str | None:
    """Return the canonical form of a stated URL; None for what has none, which identifies nothing."""
    if url is None:
        return None
    try:
        return canonical_url(url)
    except InvalidValueError:
        return None


def _host(host: str, url: str) -> str:
    try:
        # First to ASCII: other scripts have full stops and the letter w too.
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    name = _WWW.sub("", name.lower().rstrip("."))
    if not _HOST.fullmatch(name):
        raise InvalidValueError(f"{url!r} has no valid host name")
    return f"[{name}]" if ":" in name else name


def _percent(text: str, safe: str = "") -> str:
    """Decode what needs no percent-encoding, encode what does, write the rest in upper case."""

    def unescape(match: re.Match[str]) -> str:
        raw = unquote_to_bytes(match[0])
        return "".join(
            chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in _UNRESERVED) else f"%{byte:02X}"
            for byte in raw
        )

    # Stray percent signs first: with what is decoded behind them they would become escapes.
    escaped = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(re.sub(r"(?:%[0-9A-Fa-f]{2})+", unescape, escaped), safe=_PATH_SAFE + safe)


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
