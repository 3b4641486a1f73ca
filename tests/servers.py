"""A web server on loopback that misbehaves as a test tells it."""

from __future__ import annotations

import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request, as it came."""

    at: float
    """Monotonic seconds."""
    method: str
    path: str
    """With its query."""
    headers: Message

    @property
    def host(self) -> str | None:
        return self.headers["Host"]


@dataclass(frozen=True)
class Answer:
    """What a path answers."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    """Seconds before the first byte."""
    pace: float = 0
    """Seconds after each piece of the body."""
    piece: int = 1 << 16
    """Bytes of a piece."""
    length: int | None = None
    """A Content-Length that need not be true; None for the true one."""
    reset: bool = False
    """Break the connection off after the body, instead of ending it."""


Route = Answer | bytes | str | list[Answer] | Callable[[Received], Answer]
"""An answer; text of a page; answers in turn, the last of which stays; or a function of the request."""


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


def retry_after(value: str | int, status: int = 503) -> Answer:
    """Answer that the client should come back after `value`: seconds, or an HTTP date."""
    return Answer("later", status=status, headers={"Retry-After": str(value)})


def gzip_bomb(size: int) -> Answer:
    """Answer with `size` bytes of spaces, packed a thousandfold."""
    packer = zlib.compressobj(9, wbits=31)
    block = b" " * (1 << 20)
    packed = [packer.compress(block) for _ in range(size >> 20)] + [packer.compress(block[: size % (1 << 20)])]
    return Answer(b"".join([*packed, packer.flush()]), headers={"Content-Encoding": "gzip"})


class FaultServer(ThreadingHTTPServer):
    """A server of `routes`, path to answer; others are 404. Both may change while it runs."""

    request_queue_size = 128

    def __init__(self, routes: Mapping[str, Route], host: str = "127.0.0.1") -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), _Handler)
        self.routes = dict(routes)
        self.port: int = self.server_address[1]
        self.url = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        self.requests: list[Received] = []
        self.most_at_once = 0
        """The greatest number of requests that were being answered at the same time."""
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._turns: dict[str, int] = {}
        self._now = 0
        self._connections: set[socket.socket] = set()

    def paths(self) -> list[str]:
        """Return what was asked for, in order."""
        return [request.path for request in self.requests]

    @contextmanager
    def answering(self, request: Received) -> Iterator[Answer]:
        """Log a request, and count it among those at the same time while the block lasts."""
        with self._lock:
            self.requests.append(request)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            turn = self._turns[request.path] = self._turns.get(request.path, -1) + 1
        try:
            route = self.routes.get(request.path, Answer("not found", status=404))
            if isinstance(route, list):
                route = route[min(turn, len(route) - 1)]
            yield (
                Answer(route)
                if isinstance(route, bytes | str)
                else route
                if isinstance(route, Answer)
                else route(request)
            )
        finally:
            with self._lock:
                self._now -= 1

    def get_request(self):
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address) -> None:
        """Let a client go away in the middle of an answer."""

    def stop(self) -> None:
        """End all answers, slow ones too, and wait for their threads."""
        self.closing.set()
        self.shutdown()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has just ended by itself
                continue
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FaultServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        received = Received(at=time.monotonic(), method=self.command, path=self.path, headers=self.headers)
        if size := int(self.headers.get("Content-Length") or 0):
            self.rfile.read(size)
        with self.server.answering(received) as answer:
            self._wait(answer.delay)
            self._send(answer)

    do_HEAD = do_POST = do_GET  # noqa: N815 - names of the base class

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        length = len(body) if answer.length is None else answer.length
        if not (answer.reset and not body):
            self.send_response(answer.status)
            for name, value in {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Length": length,
                **answer.headers,
            }.items():
                self.send_header(name, str(value))
            self.end_headers()
        for start in range(0, len(body) if self.command != "HEAD" else 0, answer.piece):
            self.wfile.write(body[start : start + answer.piece])
            self._wait(answer.pace)
        if answer.reset:
            # Closing with a linger of zero seconds sends RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        self.close_connection = self.close_connection or answer.reset or length != len(body)

    def _wait(self, seconds: float) -> None:
        if seconds and self.server.closing.wait(seconds):
            raise ConnectionAbortedError

    def log_message(self, *args: object) -> None:
        """Say nothing: `FaultServer.requests` is the log."""


@contextmanager
def serve_faults(routes: Mapping[str, Route], host: str = "127.0.0.1") -> Iterator[FaultServer]:
    """Serve `routes` on a free port of `host` (`::1` for IPv6) for as long as the block lasts."""
    server = FaultServer(routes, host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
