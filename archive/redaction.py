"""Redaction: what a run records of a command line, without its secrets. Pure.

The words of a command line say how a run came about, and may hold what nobody should keep: the password in a URL, a
token in its query, the value of a header. Such values are replaced by REDACTED before they are recorded; the words
around them stay. What counts as a secret goes by its name, generously: a value too many that is left out costs little.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.urls import IN_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

REDACTED = "[redacted]"

HIDDEN = "REDACTED"
"""What stands in an address that is kept where the value of a secret parameter stood."""

# The one table of what is called like a secret: what surely is one, and what may be.
_CERTAIN = (
    r"access[-_.]?token|api[-_.]?key|auth|authorization|jwt|passw(?:or)?d|passphrase|pwd|secret|session[-_.]?id|sig"
    r"|signature|sid|token"
)
_LIKELY = r"bearer|code|cookies?|credentials?|hmac|keys?|nonce|otp|pass|pin|secrets|session|ticket|tokens"
_KINDS = r"(?:api|access|private|secret|signing|consumer|session|shared|app|client|auth|account)?[-_.]?"
_SECRET = re.compile(rf"(?:.*[-_.])?{_KINDS}(?:{_CERTAIN}|{_LIKELY})", re.IGNORECASE)
_SURELY_SECRET = re.compile(rf"(?:[\w.-]*[-_.])?(?:{_CERTAIN})", re.IGNORECASE)
_OPTION = re.compile(r"(--?[A-Za-z][\w-]*)(?:=(.*))?", re.DOTALL)
_HEADERS = frozenset({"--header", "--headers", "-H"})
_USER = frozenset({"--user", "--proxy-user"})
_USERINFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")
_COOKIES = frozenset({"set-cookie", "set-cookie2", "cookie", "cookie2"})
_WITH_URLS = frozenset({"location", "content-location", "link", "refresh"})
_KEPT_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_KEPT_PARAMETER = re.compile(r"(?<=[?&;#])(?P<name>[^=?&;#\s]+)=(?P<value>[^&;#]+)")
_PARAMETER = re.compile(r"([?&;#])([^=?&;#]*)=([^&;#]*)")


def redacted(arguments: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a command line with REDACTED in place of what may be a secret.

    That is: user and password in a URL; the values of parameters in its query and fragment that are called like a key,
    a token, a signature, a session; the value of an option that is called so; the value of a header, but not its name.
    """
    words: list[str] = []
    option = ""
    for argument in arguments:
        # The value of an option may itself begin with a hyphen: a token can.
        taken, option = option, ""
        if taken:
            words.append(_value(taken, argument))
            continue
        match = _OPTION.fullmatch(argument)
        if match is None or not _is_secret(match[1]):
            words.append(redacted_urls(argument))
        elif match[2] is None:
            words.append(argument)
            option = match[1]
        else:
            words.append(f"{match[1]}={_value(match[1], match[2])}")
    return tuple(words)


def redacted_urls(text: str) -> str:
    """Return a text with REDACTED in place of what may be a secret in the URLs in it."""
    return IN_TEXT.sub(lambda match: _url(match[0]), text)


def kept_address(text: str) -> str:
    """Return a URL, or a text with URLs in it, without user information and without the values of secret parameters.

    Articles are told apart by their addresses, so a parameter counts as secret only where its name leaves no doubt:
    `token`, `access_token`, `api_key`, `password`, `sig`, `sid` and the like, alone or behind a prefix
    (`x-amz-signature`). `code` and `key` may as well be the number of an article.
    """
    return _KEPT_PARAMETER.sub(
        lambda match: f"{match['name']}={HIDDEN}" if _SURELY_SECRET.fullmatch(_decoded(match["name"])) else match[0],
        _KEPT_USERINFO.sub("", text),
    )


def kept_header(name: str, value: str) -> str:
    """Return the value of an HTTP header as it may be stored: no cookies, no credentials, no secrets in addresses."""
    known = name.strip().lower()
    if known in _COOKIES:
        return f"{value.partition('=')[0].strip()}=…"
    if _SURELY_SECRET.fullmatch(known):
        return HIDDEN
    return kept_address(value) if known in _WITH_URLS else value


def _is_secret(option: str) -> bool:
    return option in _HEADERS or option in _USER or _SECRET.fullmatch(option.lstrip("-")) is not None


def _value(option: str, value: str) -> str:
    name, colon, _ = value.partition(":")
    return f"{name}: {REDACTED}" if option in _HEADERS and colon else REDACTED


def _url(url: str) -> str:
    shown = _USERINFO.sub(rf"\1{REDACTED}@", url)
    return _PARAMETER.sub(
        lambda match: f"{match[1]}{match[2]}={REDACTED}" if _SECRET.fullmatch(_decoded(match[2])) else match[0], shown
    )


def _decoded(name: str) -> str:
    from urllib.parse import unquote

    return unquote(name)
