"""A web server on this machine that does what it is told, well or badly.

    with Server({"/a": page("<p>…"), "/slow": drip(b"HTTP/1.1 200 OK\r\n…", 0.01)}) as server:
        fetcher.fetch(server.url("/a"))
    server.asked                    # what came in, in order: ["/robots.txt", "/a"]

It answers on 127.0.0.1 (or `host`), on a port that the system chooses, to so many connections at most, and ends with
its block: what still waits for it is cut off.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

import attrs

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

MOST_CONNECTIONS = 60
LONGEST = 20.0
"""Seconds that a connection may last: far more than any test needs."""


@attrs.frozen
class Request:
    """What a client asked for: the target as it came, headers by names in lower case."""

    target: str
    headers: dict[str, str]


@attrs.frozen(kw_only=True)
class Reply:
    """An answer that is as it should be: its length is stated, and the connection is kept."""

    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def encoded(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in self.headers)]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


@attrs.frozen
class Raw:
    """Bytes as they are to go over the wire, in pieces, `pause` seconds apart; the connection is closed behind them."""

    pieces: Callable[[], Iterator[bytes]]
    pause: float = 0.0


Answer = Reply | Raw


def page(body: str | bytes, *headers: tuple[str, str], media_type: str = "text/html; charset=utf-8") -> Reply:
    """Return a page."""
    content = body.encode() if isinstance(body, str) else body
    return Reply(headers=(("Content-Type", media_type), *headers), body=content)


def redirect(location: str, status: str = "302 Found", *headers: tuple[str, str]) -> Reply:
    """Return a redirect."""
    return Reply(status=status, headers=(("Location", location), *headers))


def raw(*pieces: bytes) -> Raw:
    """Return some bytes as an answer."""
    return Raw(lambda: iter(pieces))


def drip(content: bytes, pause: float) -> Raw:
    """Return an answer that comes byte by byte."""
    return Raw(lambda: (content[at : at + 1] for at in range(len(content))), pause)


def endless(head: bytes, piece: bytes) -> Raw:
    """Return an answer that never ends."""

    def pieces() -> Iterator[bytes]:
        yield head
        while True:
            yield piece

    return Raw(pieces)


class Server:
    """Answers by its routes, else with 404. `requests` is what came in; routes may be changed while it runs."""

    def __init__(
        self,
        routes: Mapping[str, Answer | Callable[[Request], Answer]],
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.routes = dict(routes)
        self.requests: list[Request] = []
        self.connections = 0
        self._host = host
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._closing = threading.Event()
        self._listening = socket.create_server(
            (host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=16
        )
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        # Closing alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(LONGEST)

    def url(self, target: str = "/", *, host: str | None = None) -> str:
        """Return the URL of a target."""
        name = host or (f"[{self._host}]" if ":" in self._host else self._host)
        return f"{'http' if self._tls is None else 'https'}://{name}:{self.port}{target}"

    @property
    def asked(self) -> list[str]:
        """The targets that were asked for, in order."""
        return [request.target for request in self.requests]

    def _accept(self) -> None:
        workers: list[threading.Thread] = []
        while not self._closing.is_set() and self.connections < MOST_CONNECTIONS:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                break
            self.connections += 1
            workers.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            workers[-1].start()
        for worker in workers:
            worker.join(LONGEST)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(LONGEST)
        self._open.add(connection)
        # A client that goes away is nothing to complain of here.
        with contextlib.suppress(OSError, ValueError), connection:
            if self._tls is None:
                self._converse(connection)
            else:
                with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                    self._open.add(wrapped)
                    self._converse(wrapped)
        self._open.discard(connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as incoming:
            if incoming.peek(1)[:1] == b"\x16":
                # A handshake of TLS, where none is spoken: as other servers answer it.
                connection.sendall(Reply(status="400 Bad Request").encoded())
                return
            while not self._closing.is_set() and (request := _read(incoming.readline)):
                self.requests.append(request)
                route = self.routes.get(request.target, Reply(status="404 Not Found"))
                answer = route if isinstance(route, (Reply, Raw)) else route(request)
                if isinstance(answer, Reply):
                    connection.sendall(answer.encoded())
                    continue
                for piece in answer.pieces():
                    if self._closing.is_set():
                        return
                    connection.sendall(piece)
                    time.sleep(answer.pause)
                connection.shutdown(socket.SHUT_RDWR)
                return


class Tunnel:
    """A proxy that connects one client to the server that it asks for, and looks at nothing. `asked` is its request."""

    def __init__(self) -> None:
        self.asked = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(LONGEST)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listening.accept()
            with client:
                client.settimeout(LONGEST)
                while not self.asked.endswith(b"\r\n\r\n"):
                    self.asked += client.recv(1)
                host, _, port = self.asked.split(b" ")[1].decode().rpartition(":")
                with socket.create_connection((host, int(port)), LONGEST) as server:
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
                    back.start()
                    _pass_on(client, server)
                    back.join(LONGEST)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(1 << 16):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def _read(readline: Callable[[int], bytes]) -> Request | None:
    first = readline(65536).split(b" ")
    if len(first) < 2:
        return None
    headers: dict[str, str] = {}
    while line := readline(65536).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(first[1].decode("latin-1"), headers)
