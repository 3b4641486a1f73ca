"""A bundled site on loopback, over HTTP/1.1 as its own server would answer.

`python -m seeds.serve hzgreat100 [--port N] [--log FILE]` prints the base URL first, and ends on SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TextIO

from .site import Page, Site, load_site

_MISSING = Page(body=b"<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>")
_MISDIRECTED = Page(body=b"<html><body><h1>421 Misdirected Request</h1></body></html>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request, as the server saw it."""

    at: float
    """When it came: seconds since 1970."""
    method: str
    host: str
    """Of the Host header, without a port."""
    path: str
    """With its query."""
    status: int
    size: int
    """Bytes of the body that was answered."""
    user_agent: str | None
    conditional: bool
    """Whether it asked only for what has changed."""


class SiteServer(ThreadingHTTPServer):
    """A site being served; `site` may be replaced meanwhile, as a site changes between two visits."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: Site, *, host: str = "127.0.0.1", port: int = 0, log: TextIO | None = None) -> None:
        super().__init__((host, port), _Handler)
        self.site = site
        self.port: int = self.server_address[1]
        self.requests: list[Request] = []
        self._log = log
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://{self.server_address[0]!s}:{self.port}"

    @property
    def counts(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(request.path for request in self.requests)

    @property
    def violations(self) -> list[Request]:
        """Requests that no polite crawler makes: counters that count on fetching, and what robots.txt disallows."""
        return [request for request in self.requests if request.path.startswith(self.site.forbidden)]

    @property
    def connect_to(self) -> str:
        """The value of the setting CONNECT_TO that leads a crawler here instead of to the real site."""
        return ",".join(f"{host}:80=127.0.0.1:{self.port}" for host in self.site.hosts)

    def note(self, request: Request) -> None:
        """Keep a request, and write it to the log."""
        with self._lock:
            self.requests.append(request)
            if self._log is not None:
                self._log.write(json.dumps(asdict(request), ensure_ascii=False) + "\n")
                self._log.flush()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client go away in the middle of an answer; anything else is an error of this server."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""
    timeout = 60
    # One write a response, and no wait for the acknowledgement of a part of it.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        at = time.time()
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0].lower()
        status, page = self._find(host)
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        body = b"" if status == 304 else page.body
        self.send_response(status)
        if page.location is not None:
            self.send_header("Location", page.location)
        if status in (200, 304) and self.server.site.validators:
            self.send_header("ETag", tag)
            self.send_header("Last-Modified", format_datetime(page.modified_at, usegmt=True))
        if status != 304:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # Noted before it is sent: who has the answer finds it in the log.
        self.server.note(
            Request(
                at=at,
                method=self.command,
                host=host,
                path=self.path,
                status=status,
                size=len(body),
                user_agent=self.headers.get("User-Agent"),
                conditional="If-None-Match" in self.headers or "If-Modified-Since" in self.headers,
            )
        )
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name of the base class

    def _find(self, host: str) -> tuple[int, Page]:
        if host not in (*self.server.site.hosts, "127.0.0.1", "localhost"):
            return 421, _MISDIRECTED
        pages = self.server.site.pages
        page = pages.get(f"//{host}{self.path}") or pages.get(self.path) or pages.get(self.path.split("?", 1)[0])
        if page is None:
            return 404, _MISSING
        if page.status != 200:
            return page.status, page
        return (304 if self.server.site.validators and self._unchanged(page) else 200), page

    def _unchanged(self, page: Page) -> bool:
        """Answer the conditions of RFC 9110, section 13.2.2: a tag, where there is one, outweighs the time."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            own = hashlib.sha256(page.body).hexdigest()[:16]
            return any(tag.strip().removeprefix("W/") in (f'"{own}"', "*") for tag in tags.split(","))
        since = _time(self.headers.get("If-Modified-Since"))
        return since is not None and page.modified_at <= since

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing: `SiteServer.note` keeps the log."""


def _time(value: str | None) -> datetime | None:
    try:
        when = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    # A zone of -0000 is UTC as well, but parses to a time without one.
    return when.replace(tzinfo=when.tzinfo or UTC) if when else None


@contextmanager
def serve(site: Site, *, port: int = 0, log: TextIO | None = None) -> Iterator[SiteServer]:
    """Serve `site` on 127.0.0.1 for as long as the block lasts; port 0 takes a free one."""
    server = SiteServer(site, port=port, log=log)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to end; return 0, or 1 where something was fetched that must not be."""
    parser = argparse.ArgumentParser(prog="python -m seeds.serve", description="Serve a bundled site on loopback.")
    parser.add_argument("site", help="a folder of seeds/, such as hzgreat100")
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    parser.add_argument("--log", type=Path, help="write a JSON line a request to this file")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log = options.log.open("a", encoding="utf-8") if options.log else None
    with serve(load_site(options.site), port=options.port, log=log) as server:
        print(server.url, flush=True)
        print(f"CONNECT_TO={server.connect_to}", flush=True)
        stop.wait()
    if log is not None:
        log.close()
    for request in server.violations:
        print(f"must not be fetched: {request.path} ({request.user_agent})", file=sys.stderr)
    return 1 if server.violations else 0


if __name__ == "__main__":
    sys.exit(main())
