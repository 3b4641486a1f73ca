"""How much of an answer is taken: its head, its length, its pace, and the statuses that are none.

This leans on internals of Scrapy 2.19 and Twisted: `HTTP11DownloadHandler._pool`, `_LenientHTTPClientParser` and its
protocol and factory. Nothing else in the project does, and tests/downloader/test_bounds.py fails when they change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, StopDownload
from twisted.web._newclient import BODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import HTTP11ClientProtocol
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

_INTERIM = 16
"""Answers such as `100 Continue` before the answer itself."""
_STATUS = re.compile(rb"HTTP/\d\.\d [1-9]\d\d(?: .*)?", re.DOTALL)
_HTTP = re.compile(rb"HTTP/\d")


class OutOfBounds(DownloadCancelledError):
    """An answer that is not taken, and not asked for again."""

    def __init__(self, guard: str, reason: str) -> None:
        self.guard = guard
        super().__init__(reason)


class TooSlow(DownloadTimeoutError):
    """An answer that comes so slowly that it would be hours."""

    guard = "slow_download"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much of an answer is taken."""

    body: int
    """Bytes; 0 for any number."""
    head: int
    """Bytes of status and headers, interim answers included."""
    headers: int
    speed: float
    """Least bytes a second, in the mean."""
    patience: float
    """Seconds before that is looked at."""

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """Return what the settings say."""
        return cls(
            body=settings.getint("DOWNLOAD_MAXSIZE"),
            head=settings.getint("HEADERS_MAXSIZE"),
            headers=settings.getint("HEADERS_MAX"),
            speed=settings.getfloat("DOWNLOAD_LEAST_SPEED"),
            patience=settings.getfloat("DOWNLOAD_LEAST_SPEED_AFTER"),
        )

    def is_slow(self, received: int, seconds: float) -> bool:
        """Return whether so many bytes are too few after so long."""
        return seconds > self.patience and received < self.speed * seconds


class BoundedParser(_LenientHTTPClientParser):
    """Counts what comes, and stops where it is too much."""

    # The class of a parser that is there already is changed: there is no other place for what it begins with.
    bounds: Bounds
    began = 0.0
    received = head = headers_received = interim = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802, this name and those below are Twisted's
        """Take what has come. Raises OutOfBounds, TooSlow."""
        self.received += len(data)
        bounds = self.bounds
        if self.state == BODY:
            # Chunks of a byte each are six times as many bytes on the wire.
            if bounds.body and self.received > 2 * bounds.body + bounds.head:
                raise OutOfBounds("body_size", f"its chunks are longer than twice DOWNLOAD_MAXSIZE ({bounds.body} B)")
        elif bounds.is_slow(self.received, monotonic() - self.began):
            raise TooSlow(f"its head comes at less than {bounds.speed:g} B/s (DOWNLOAD_LEAST_SPEED)")
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        """Take a line of the head. Raises OutOfBounds."""
        self.head += len(line) + 1
        if self.head > self.bounds.head:
            raise OutOfBounds("header_size", f"its head is longer than {self.bounds.head} B (HEADERS_MAXSIZE)")
        self.headers_received += 1
        if self.headers_received > self.bounds.headers:
            raise OutOfBounds("header_count", f"it has more than {self.bounds.headers} headers (HEADERS_MAX)")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        """Refuse a header of any length. Raises OutOfBounds."""
        raise OutOfBounds("header_size", f"a line of its head is longer than {self.MAX_LENGTH} B")

    def statusReceived(self, status: bytes) -> None:  # noqa: N802
        """Take the first line. Raises OutOfBounds for a status that no archive could keep."""
        if _HTTP.match(status) and not _STATUS.fullmatch(status):
            raise OutOfBounds("status", f"its status line is {status[:40].decode('latin-1')!r}")
        super().statusReceived(status)  # type: ignore[no-untyped-call]

    def allHeadersReceived(self) -> None:  # noqa: N802
        """Take the end of a head. Raises OutOfBounds."""
        if self.response.code < 200:
            self.interim += 1
            if self.interim > _INTERIM:
                raise OutOfBounds("interim_answers", f"more than {_INTERIM} interim answers came before an answer")
        super().allHeadersReceived()  # type: ignore[no-untyped-call]


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    bounds: Bounds

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        deferred = super().request(request)
        parser: Any = self._parser
        parser.__class__ = BoundedParser
        parser.bounds, parser.began = self.bounds, monotonic()
        return deferred

    def _giveUp(self, reason: Any) -> None:  # noqa: N802
        # Not politely: a TLS connection would wait for the other side to agree.
        if (abort := getattr(self.transport, "abortConnection", None)) is not None:
            abort()
        self._disconnectParser(reason)  # type: ignore[no-untyped-call]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def __init__(self, quiescent: Any, metadata: Any, *, bounds: Bounds) -> None:
        super().__init__(quiescent, metadata)  # type: ignore[no-untyped-call]
        self._bounds = bounds

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        protocol = _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.bounds = self._bounds
        return protocol


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, within bounds; each that is reached is counted as `guard/<its name>`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._bounds = Bounds.of(crawler.settings)
        self._pool._factory = partial(_BoundedFactory, bounds=self._bounds)  # type: ignore[assignment]
        self._under_way: dict[Request, tuple[float, int]] = {}
        """When it was sent (monotonic), and the bytes of the body that have come."""
        self._slow: set[Request] = set()
        crawler.signals.connect(self._bytes_received, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """Return the answer. Raises what Scrapy's does, OutOfBounds, TooSlow."""
        self._under_way[request] = (monotonic(), 0)
        try:
            return await super().download_request(request)
        except StopDownload as error:
            if request not in self._slow:
                raise
            raise self._counted(
                TooSlow(f"it comes at less than {self._bounds.speed:g} B/s (DOWNLOAD_LEAST_SPEED)")
            ) from error
        except Exception as error:
            found = next(_within(error), None)
            if found is None and isinstance(error, DownloadCancelledError):
                words = str(error) or f"its body is larger than {self._bounds.body} B (DOWNLOAD_MAXSIZE)"
                found = OutOfBounds("body_size", words)
            if found is not None:
                raise self._counted(found) from error
            if isinstance(error, DownloadTimeoutError):
                self._count("download_time")
            raise
        finally:
            del self._under_way[request]
            self._slow.discard(request)

    def _bytes_received(self, data: bytes, request: Request) -> None:
        seen = self._under_way.get(request)
        if seen is None:
            return
        began, received = seen[0], seen[1] + len(data)
        self._under_way[request] = (began, received)
        if self._bounds.is_slow(received, monotonic() - began):
            self._slow.add(request)
            raise StopDownload

    def _counted(self, error: OutOfBounds | TooSlow) -> OutOfBounds | TooSlow:
        self._count(error.guard)
        return error

    def _count(self, guard: str) -> None:
        if self._crawler.stats:
            self._crawler.stats.inc_value(f"guard/{guard}")


def _within(error: BaseException | None) -> Iterator[OutOfBounds | TooSlow]:
    """Yield what the parser has raised from the errors that Twisted and Scrapy have put around it."""
    while error is not None:
        if isinstance(error, OutOfBounds | TooSlow):
            yield error
        for reason in getattr(error, "reasons", ()):
            if isinstance(reason.value, OutOfBounds | TooSlow):
                yield reason.value
        error = error.__cause__
