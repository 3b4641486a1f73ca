"""When a failed request is tried again, and how long its host is left alone before that."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import CannotResolveHostError

from crawler.downloader.hosts import PoliteDownloader, Postponed

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

LONGEST_BACKOFF = 60.0
"""Seconds; a host may ask for more by Retry-After."""


class HostAway(Postponed):
    """The host asked for a pause that is longer than this run waits."""

    def __init__(self, host: str, seconds: float) -> None:
        self.host, self.seconds = host, seconds
        super().__init__(f"{host} asks to be left alone for {seconds:.0f} s (RETRY_AFTER_MAX)")


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), None where it says nothing.

    >>> parse_retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> parse_retry_after("Thu, 01 Jan 2026 00:00:30 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    30.0
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


class BackOffRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, each after a pause of the whole host: Retry-After, else exponential with jitter."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._base = settings.getfloat("RETRY_BACKOFF")
        self._longest = settings.getfloat("RETRY_AFTER_MAX")

    def process_request(self, request: Request) -> None:
        """Refuse what would wait for longer than this run does."""
        wait = self._downloader.manners(request).resume_at - monotonic()
        if wait > self._longest:
            raise HostAway(self._downloader.get_slot_key(request), wait)

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
            self._pause(request, asked)

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """Pause the host after a failed connection, then try again."""
        # A name that does not resolve says nothing about the host: there is none to spare.
        if isinstance(exception, self.exceptions_to_retry) and not isinstance(exception, CannotResolveHostError):
            self._pause(request, None)
        result: Request | Response | None = super().process_exception(request, exception)
        return result

    def _pause(self, request: Request, asked: float | None) -> None:
        if asked is None:
            backoff = min(LONGEST_BACKOFF, self._base * 2 ** request.meta.get("retry_times", 0))
            asked = backoff * random.uniform(0.5, 1)  # noqa: S311, no secret
        self._downloader.pause(request, asked)

    @property
    def _downloader(self) -> PoliteDownloader:
        engine = self.crawler.engine
        assert engine is not None
        assert isinstance(engine.downloader, PoliteDownloader)
        return engine.downloader
