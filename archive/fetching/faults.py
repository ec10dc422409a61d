"""What can go wrong on the way to a page, each as a sentence that names the cause and, where there is one, a remedy."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import TypeVar

from urllib3 import exceptions

from archive.errors import ArchiveError

_Fault = TypeVar("_Fault", bound=BaseException)


class FetchError(ArchiveError):
    """A URL that could not be fetched.

    `passing` tells that another attempt may well succeed, `wait` after how many seconds, if the server said so.
    """

    def __init__(self, message: str, *, passing: bool = False, wait: float | None = None) -> None:
        self.passing = passing
        self.wait = wait
        super().__init__(message)


class TooSlowError(FetchError):
    """The time for one URL ran out."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"took longer than {seconds:g} s; allow more with --timeout")


class TooLargeError(FetchError):
    """A body is larger than an article may be."""

    def __init__(self, largest: int) -> None:
        shown = f"{largest >> 20} MiB" if largest >= 1 << 20 else f"{largest:,} bytes"
        super().__init__(f"larger than {shown}, too large for one article")


class PrivateHostError(FetchError):
    """A link leads to a host in a private network."""

    def __init__(self, host: str, peer: str) -> None:
        super().__init__(f"{host} is in a private network ({peer}), where links are followed only with --allow-private")


FAULTS = (OSError, http.client.HTTPException, exceptions.HTTPError, ValueError)
"""What urllib3 and the library below it raise. ValueError: of header values and host names that it refuses."""


def explained(error: Exception, host: str, *, silence: float, connect: float) -> FetchError:
    """Return a fault of the network or of the protocol as the error that a user reads."""
    return (
        _tls_fault(error, host)
        or _no_connection(error, host, connect)
        or _cut_short(error)
        or _no_answer(error, host, silence)
        or FetchError(f"cannot be fetched from {host}: {_strerror(error)}")
    )


def _tls_fault(error: Exception, host: str) -> FetchError | None:
    if certificate := _caused_by(error, ssl.SSLCertVerificationError):
        return FetchError(
            f"the certificate of {host} is not trusted: {certificate.verify_message}; "
            "where it is your own authority's, name that in SSL_CERT_FILE"
        )
    if _caused_by(error, ssl.SSLEOFError) or _caused_by(error, ssl.SSLZeroReturnError):
        return FetchError(f"{host} broke off the TLS connection", passing=True)
    if tls := _caused_by(error, ssl.SSLError):
        return FetchError(f"no TLS connection to {host}: {(tls.reason or str(tls)).replace('_', ' ').lower()}")
    return None


def _no_connection(error: Exception, host: str, connect: float) -> FetchError | None:
    if isinstance(error, exceptions.NameResolutionError):
        looking_up = _caused_by(error, socket.gaierror)
        if looking_up is not None and looking_up.errno == socket.EAI_AGAIN:
            return FetchError(f"the name of the host {host} cannot be looked up now (DNS)", passing=True)
        return FetchError(f"there is no host {host} (DNS)")
    if isinstance(error, exceptions.NewConnectionError):
        if _caused_by(error, ConnectionRefusedError):
            return FetchError(f"{host} refused the connection")
        return FetchError(f"no connection to {host}: {_strerror(_caused_by(error, OSError) or error)}")
    # The errors above are of this class too.
    if isinstance(error, exceptions.ConnectTimeoutError):
        return FetchError(f"{host} gives no connection within {connect:g} s")
    return None


def _cut_short(error: Exception) -> FetchError | None:
    incomplete = _caused_by(error, exceptions.IncompleteRead)
    if incomplete is not None:
        return FetchError(
            f"cut short: {incomplete.partial:,} bytes came, {incomplete.expected:,} more were announced", passing=True
        )
    broken = _caused_by(error, http.client.IncompleteRead) or (
        # Neither has a class of its own: a chunk's length that is missing, and one that is too long a line.
        error
        if isinstance(error, exceptions.ProtocolError) and ("ended prematurely" in str(error) or "chunk" in str(error))
        else None
    )
    return None if broken is None else FetchError("cut short: its chunks break off or are none", passing=True)


def _no_answer(error: Exception, host: str, silence: float) -> FetchError | None:
    if _caused_by(error, TimeoutError) or _caused_by(error, exceptions.ReadTimeoutError):
        return FetchError(f"{host} has been silent for {silence:g} s", passing=True)
    if _caused_by(error, ConnectionError):
        return FetchError(f"{host} closed the connection without an answer", passing=True)
    if _caused_by(error, http.client.BadStatusLine):
        return FetchError(f"{host} answers with something that is not HTTP")
    if _caused_by(error, http.client.LineTooLong) or "100 headers" in str(error):
        return FetchError(f"the headers that {host} answers with are too large")
    return None


def _caused_by(error: BaseException, kind: type[_Fault]) -> _Fault | None:
    """Return the first error of a kind in a chain of causes, contexts and arguments; None where there is none."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, kind):
            return current
        seen.add(id(current))
        linked = (current.__cause__, current.__context__, *current.args)
        waiting += [item for item in linked if isinstance(item, BaseException) and id(item) not in seen]
    return None


def _strerror(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip()
