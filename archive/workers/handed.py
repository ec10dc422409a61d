"""Files as a worker gets them: open already, by a descriptor that came through a socket."""

from __future__ import annotations

import io
import os
import socket
from typing import TYPE_CHECKING, Any

from archive.importers import DECOMPRESSES, compressed

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

BUFFER = 1 << 20


class HandedFile(io.RawIOBase):
    """Reads a descriptor; `pause` and `resume` are called around each read.

    So the clock of a record runs anew whenever its file gave more: a slow pipe, a slow disk and a record of some
    gigabytes that is only passed over are no hang.
    """

    def __init__(self, descriptor: int, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._pause = pause
        self._resume = resume

    def readable(self) -> bool:
        """Tell that it is for reading."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read the next bytes into a buffer; return how many, 0 at the end."""
        view = memoryview(buffer).cast("B")
        self._pause()
        size = os.readv(self._descriptor, [view])
        self._resume()
        return size

    def close(self) -> None:
        """Close the descriptor."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def hand_over(channel: socket.socket, descriptor: int) -> None:
    """Send a descriptor to the process at the other end of a socket."""
    socket.send_fds(channel, [b"f"], [descriptor])


def receive(
    channel: socket.socket, order: dict[str, Any], *, pause: Callable[[], None], resume: Callable[[], None]
) -> tuple[io.BufferedReader, compressed.Trouble]:
    """Return the file of an order to split, decompressed unless the format does that itself, and its trouble.

    A file that can be positioned is read from `offset`, whatever was read of it before.
    """
    _, (descriptor,), _, _ = socket.recv_fds(channel, 1, 1)
    raw: io.BufferedReader = io.BufferedReader(HandedFile(descriptor, pause, resume), buffer_size=BUFFER)
    if not order["seekable"]:
        return raw, compressed.Trouble()
    os.lseek(descriptor, 0, os.SEEK_SET)
    if order["format"] in DECOMPRESSES and compressed.kind(os.pread(descriptor, 16, 0)) in {None, "gzip"}:
        os.lseek(descriptor, order["offset"], os.SEEK_SET)
        return raw, compressed.Trouble()
    stream, trouble = compressed.opened(raw)
    left: int = order["offset"]
    while left > 0 and (piece := stream.read(min(left, BUFFER))):
        left -= len(piece)
    return stream, trouble
