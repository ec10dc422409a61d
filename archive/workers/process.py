"""A worker process from the side of its parent: started, written to and read from without ever waiting for it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING

from archive.errors import ArchiveError
from archive.workers import handed, limits
from archive.workers.framing import BadFrameError, FrameReader, encode

if TYPE_CHECKING:
    from archive.workers.framing import Message

_PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", None)


class WorkerError(ArchiveError):
    """Worker processes cannot be started here."""


class Process:
    """A worker process: its pipes, and what waits to be written to it. Kill it when it is not needed any more."""

    def __init__(self, *, seconds: float, memory: int) -> None:
        """Start one. Raises WorkerError where the system refuses."""
        self._seconds = seconds
        self.channel, theirs = socket.socketpair()
        words = [str(os.getpid()), str(theirs.fileno()), str(seconds), str(memory)]
        # One record at a time: further threads of a library, or arenas for them, would only reserve address space.
        environment = {**os.environ, "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        try:
            # Spawned, as all our processes: a forked one would keep the archive's lock. -P: what lies in the current
            # folder is data, never a module of ours.
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "archive.workers.child", *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                bufsize=0,
                env=environment,
            )
        except OSError as error:
            self.channel.close()
            raise WorkerError(f"no process can be started to read with: {error.strerror}") from None
        finally:
            theirs.close()
        if self._child.stdin is None or self._child.stdout is None:
            raise WorkerError("a process was started without its pipes")
        self._orders, self._answers = self._child.stdin, self._child.stdout
        for pipe in (self._orders, self._answers):
            os.set_blocking(pipe.fileno(), False)
            if _SET_PIPE_SIZE is not None:
                # More than the usual 64 KiB, so that both sides have something to do while the other is busy.
                with contextlib.suppress(OSError):
                    fcntl.fcntl(pipe.fileno(), _SET_PIPE_SIZE, _PIPE_BYTES)
        self._frames = FrameReader()
        self._waiting: deque[memoryview] = deque()
        self._code: int | None = None
        self.distrusted = False
        self.hung = False
        self.started = False

    @property
    def reading_end(self) -> int:
        """The descriptor that answers come from."""
        return self._answers.fileno()

    @property
    def writing_end(self) -> int | None:
        """The descriptor that orders go to, None while none waits."""
        return self._orders.fileno() if self._waiting else None

    @property
    def ended(self) -> bool:
        """Whether the process is no more."""
        return self._code is not None

    def send(self, message: Message) -> None:
        """Put an order behind those that wait."""
        self._waiting.append(memoryview(encode(message)))
        self.write()

    def write(self) -> None:
        """Write as much of what waits as the pipe takes now."""
        try:
            while self._waiting:
                frame = self._waiting[0]
                written = os.write(self._orders.fileno(), frame)
                if written < len(frame):
                    self._waiting[0] = frame[written:]
                    return
                self._waiting.popleft()
        except BlockingIOError:
            return
        except BrokenPipeError:
            # It is gone, which reading will tell.
            self._waiting.clear()

    def read(self) -> list[Message]:
        """Return the answers that have come; where the process has ended, `ended` is true afterwards."""
        try:
            piece = os.read(self._answers.fileno(), _PIPE_BYTES)
        except BlockingIOError:
            return []
        if not piece:
            self._code = self._child.wait()
            return []
        try:
            return list(self._frames.feed(piece))
        except BadFrameError:
            self.distrusted = True
            self.kill()
            return []

    def why(self) -> str | None:
        """Return why the process ended, as it is told of the record that it was at; None where that did no wrong."""
        if self.hung:
            return limits.too_long(self._seconds)
        if self.distrusted:
            return "the reader gave an answer that is none"
        if self._code is None or self._code == limits.SPENT:
            return None
        if self._code in {-signal.SIGALRM, -signal.SIGXCPU}:
            return limits.too_long(self._seconds)
        if self._code < 0:
            return f"the reader died (signal {-self._code})"
        return f"the reader died (exit code {self._code})"

    def hand_over(self, descriptor: int) -> None:
        """Give it an open file, for the order that is sent next."""
        with contextlib.suppress(BrokenPipeError, ConnectionError):
            handed.hand_over(self.channel, descriptor)

    def kill(self) -> None:
        """End it, and wait until it is gone."""
        if self._code is None:
            self._child.kill()
            self._code = self._child.wait()
        for end in (self._orders, self._answers, self.channel):
            end.close()
