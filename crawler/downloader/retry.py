"""When a failed request is tried again, and how long its host is left alone before that."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError

from crawler.downloader.bounds import TooSlow
from crawler.downloader.hosts import PoliteDownloader

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

LONGEST_BACKOFF = 60.0
"""Seconds; a host may ask for more by Retry-After."""
LONGEST_RETRY_AFTER = 366 * 86_400.0
"""Seconds; nobody means more."""


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), None where it says nothing.

    >>> parse_retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> parse_retry_after("Thu, 01 Jan 2026 00:00:30 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    30.0
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        seconds = (at - now).total_seconds()
    except (TypeError, ValueError, OverflowError):  # a year or a zone that no calendar has
        return None
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER)


class BackOffRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, each after a pause of the whole host: Retry-After, else exponential with jitter."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._base = settings.getfloat("RETRY_BACKOFF")
        self._longest = settings.getfloat("RETRY_AFTER_MAX")
        self._most = settings.getint("HOST_FAILURES_MAX")

    def process_request(self, request: Request) -> None:
        """Refuse what would wait for longer than this run does."""
        if away := self._downloader.away(request):
            raise away

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware, which hears of each response before the next request of its host leaves."""
        middleware = super().from_crawler(crawler)
        crawler.signals.connect(middleware.response_downloaded, signal=signals.response_downloaded)
        return middleware

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Pause the host where it asks for it or is in trouble."""
        if response.status in self.retry_http_codes:
            header = response.headers.get(b"Retry-After")
            asked = parse_retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
            self._failed(request, asked)
        else:
            self._downloader.manners(request).answered()

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """Pause the host after a failed connection, then try again."""
        if request.meta.get("may_be_missing") and isinstance(exception, DownloadTimeoutError | TooSlow):
            # Some servers let those wait who ask for what they do not have; their pages are answered nonetheless.
            return None
        if isinstance(exception, self.exceptions_to_retry):
            # A name that does not resolve says nothing about the host: there is none to spare.
            self._failed(request, 0.0 if isinstance(exception, CannotResolveHostError) else None)
        result: Request | Response | None = super().process_exception(request, exception)
        return result

    def _failed(self, request: Request, asked: float | None) -> None:
        backoff = min(LONGEST_BACKOFF, self._base * 2 ** min(16, request.meta.get("retry_times", 0)))
        downloader = self._downloader
        downloader.manners(request).failed(
            downloader.get_slot_key(request),
            tick=monotonic(),
            pause=backoff * random.uniform(0.5, 1) if asked is None else asked,  # noqa: S311, no secret
            longest=self._longest,
            most=self._most,
            is_asked=bool(asked),
        )

    @property
    def _downloader(self) -> PoliteDownloader:
        engine = self.crawler.engine
        assert engine is not None
        assert isinstance(engine.downloader, PoliteDownloader)
        return engine.downloader
