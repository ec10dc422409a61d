"""The wire: what comes in over a connection, read by a deadline and up to a number of bytes.

The timeout of a socket is one of each read, so that a server which sends a byte a second never runs into it. Here
every read gets the time that is left, be it of a status line, of headers, of a chunk's length or of a body.
"""

from __future__ import annotations

import http.client
import io
from typing import TYPE_CHECKING, Any

import attrs

from archive.fetching.faults import TooLargeError, TooSlowError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from archive.fetching.deadline import Deadline


@attrs.frozen(kw_only=True)
class Patience:
    """How long to wait, and for how much: the deadline of all, the longest silence, bytes as they come over the wire.

    `largest` is what the message says that is too large, when more than `most` bytes came.
    """

    deadline: Deadline
    silence: float
    most: int
    largest: int

    def seconds(self, most: float | None = None) -> float:
        """Return how long the next step may wait. Raises TooSlowError where no time is left."""
        left = self.deadline.remaining
        if left == 0.0:
            raise TooSlowError(self.deadline.seconds)
        return min(left, self.silence if most is None else most)


class Wire(io.RawIOBase):
    """The receiving half of a socket. Raises TooSlowError, TooLargeError, and what the socket raises."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, patience: Patience) -> None:
        self._raw = raw
        self._sock = sock
        self._patience = patience
        self._left = patience.most

    def readable(self) -> bool:
        """Tell that it is read from."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there into a buffer; return the number of bytes, 0 at the end."""
        self._sock.settimeout(self._patience.seconds())
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError:
            self._patience.seconds()  # The deadline, rather than silence, if that is what ended the wait.
            raise
        self._left -= count or 0
        if self._left < 0:
            raise TooLargeError(self._patience.largest)
        return count

    def close(self) -> None:
        """Close it, and with it its share of the socket."""
        self._raw.close()
        super().close()


def response_class(patience: Patience) -> Callable[..., http.client.HTTPResponse]:
    """Return what `http.client` is to make its response of: one that reads through a `Wire`."""

    def response(sock: socket.socket, *arguments: Any, **options: Any) -> http.client.HTTPResponse:
        made = http.client.HTTPResponse(sock, *arguments, **options)
        made.fp = io.BufferedReader(Wire(made.fp.detach(), sock, patience))
        return made

    return response
