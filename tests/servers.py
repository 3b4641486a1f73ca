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
    body: bytes = b""

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


ONCE = ("/sitemap.xml", "/.well-known/tdmrep.json", "/ai.txt")
"""What a run looks for in case that the site has it."""

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
        """Return what was asked for, in order, but what each run looks for once."""
        return [request.path for request in self.requests if request.path not in ONCE]

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
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received = Received(at=time.monotonic(), method=self.command, path=self.path, headers=self.headers, body=body)
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


class Talk:
    """One request, and the connection on which anything at all may be said."""

    def __init__(self, connection: socket.socket, head: bytes, closing: threading.Event) -> None:
        self._connection, self._closing = connection, closing
        self.head = head
        words = head.split(b" ", 2)
        self.path = words[1].decode("latin-1") if len(words) > 1 else ""
        host = head.lower().partition(b"\r\nhost:")[2].partition(b"\r\n")[0]
        self.host = host.strip().decode("latin-1")
        self.stays = False
        """Whether the connection is for further requests."""

    def send(self, *parts: bytes) -> None:
        """Send some bytes. Raises OSError once the client has had enough."""
        for part in parts:
            self._connection.sendall(part)

    def answer(self, body: bytes | str = b"", *headers: str, status: str = "200 OK", kind="text/html; charset=utf-8"):
        """Send a message that is as it should be, and leave the connection open."""
        body = body.encode() if isinstance(body, str) else body
        lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", "")
        self.send("\r\n".join(lines).encode("latin-1"), body)
        self.stays = True

    def wait(self, seconds: float) -> None:
        """Say nothing for a while. Raises ConnectionAbortedError once the server is to stop."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError

    def reset(self) -> None:
        """Break the connection off."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


class RawServer:
    """A server that speaks no protocol by itself: `behave` says every byte of an answer."""

    def __init__(self, behave: Callable[[Talk], None]) -> None:
        self.behave = behave
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.paths: list[str] = []
        """What was asked for, in order."""
        self._closing = threading.Event()
        self._connections: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._connections.add(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                while head := self._head(connection):
                    talk = Talk(connection, head, self._closing)
                    self.paths.append(talk.path)
                    self.behave(talk)
                    if not talk.stays:
                        return
            except OSError:  # the client has had enough
                return
            finally:
                self._connections.discard(connection)

    def _head(self, connection: socket.socket) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(1 << 16)
            if not more or len(head) > 1 << 20:
                return b""
            head += more
            if not head[:1].isalpha():  # a TLS client's greeting is no request
                return b"TLS /-/tls "
        return head

    def stop(self) -> None:
        """End all answers."""
        self._closing.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has just ended by itself
                continue


@contextmanager
def serve_raw(behave: Callable[[Talk], None]) -> Iterator[RawServer]:
    """Serve what `behave` says on a free port for as long as the block lasts."""
    server = RawServer(behave)
    try:
        yield server
    finally:
        server.stop()


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
