"""What robots.txt allows (RFC 9309), and the gap that it asks for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from protego import Protego
from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http.request import NO_CALLBACK

from crawler.downloader.hosts import HostAway, PoliteDownloader, Postponed
from crawler.downloader.requests import reason_of
from crawler.downloader.windows import visiting

if TYPE_CHECKING:
    import asyncio

    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_MOST = 512 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5 asks for at least 500 KiB)."""


class ForbiddenByRobots(IgnoreRequest):
    """The site's robots.txt does not allow this request."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"robots.txt forbids {url}")


class RobotsUnavailable(Postponed):
    """A robots.txt that can't be read now forbids everything for now (RFC 9309, 2.3.1.4)."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"{url} can't be read ({reason}), so nothing is requested for now")


class RobotsMiddleware:
    """Asks for a host's robots.txt before anything else of it, once a run.

    Scrapy's own takes a 5xx for consent, knows no Crawl-delay and logs tracebacks for a host that is down.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Task[Protego | Postponed]] = {}
        self._texts: dict[str, bytes] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware. Raises NotConfigured without ROBOTSTXT_OBEY."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.bytes_received, signal=signals.bytes_received)
        return middleware

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Break a robots.txt off behind what is read of it, however long it is. Raises StopDownload."""
        if "robots_txt" in request.meta:
            request.meta["robots_txt"] += len(data)
            if request.meta["robots_txt"] > _MOST:
                if self._crawler.stats:
                    self._crawler.stats.inc_value("guard/robots_size")
                raise StopDownload(fail=False)

    def text_of(self, url: str) -> bytes:
        """Return the robots.txt of the host of `url` as far as it was read in this run; empty where it was not."""
        return self._texts.get(f"{root_of(url)}/robots.txt", b"")

    async def process_request(self, request: Request) -> None:
        """Raise ForbiddenByRobots, RobotsUnavailable or HostAway where the request may not be sent."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules_of(request)
        if isinstance(rules, HostAway):
            raise HostAway(rules.host, rules.seconds, str(rules))
        if isinstance(rules, RobotsUnavailable):
            raise RobotsUnavailable(rules.url, rules.reason)
        assert isinstance(rules, Protego)
        if not rules.can_fetch(request.url, self._agent):
            self._count("forbidden")
            raise ForbiddenByRobots(request.url)

    async def _rules_of(self, request: Request) -> Protego | Postponed:
        import asyncio  # the reactor chooses the loop: not before it is installed

        root = root_of(request.url)
        if root not in self._rules:
            self._rules[root] = asyncio.ensure_future(self._fetch(f"{root}/robots.txt"))
        # Many requests wait for one robots.txt; one of them being cancelled must not cancel it for the others.
        return await asyncio.shield(self._rules[root])

    async def _fetch(self, url: str) -> Protego | Postponed:
        request = Request(
            url,
            priority=1000,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True, "allow_offsite": True, "robots_txt": 0},
        )
        engine = self._crawler.engine
        assert engine is not None
        self._count("request_count")
        try:
            response: Response = await engine.download_async(request)
        except HostAway as error:
            return error
        except Exception as error:  # whatever failed, it can not be read
            self._count("unavailable")
            return RobotsUnavailable(url, reason_of(error))
        self._count(f"response_status_count/{response.status}")
        if response.status >= 500 or response.status == 429:
            self._count("unavailable")
            return RobotsUnavailable(url, f"HTTP {response.status}")
        if response.status >= 300:
            return Protego.parse("")
        self._texts[url] = response.body[:_MOST]
        rules = Protego.parse(self._texts[url].decode("utf-8", "replace"))
        assert isinstance(engine.downloader, PoliteDownloader)
        engine.downloader.slow_down(request, self._gap(rules))
        if hours := rules.visit_time(self._agent):
            engine.downloader.manners(request).visiting = visiting(hours.start_time, hours.end_time)
            logger.info("robots.txt asks to come from %s to %s (UTC) alone", hours.start_time, hours.end_time)
        return rules

    def _gap(self, rules: Protego) -> float:
        """Return the seconds between two requests that Crawl-delay or Request-rate ask for; 0 where neither does."""
        gap = float(rules.crawl_delay(self._agent) or 0)
        rate = rules.request_rate(self._agent)
        if rate:
            gap = max(gap, rate.seconds / max(1, rate.requests))
        if gap:
            logger.info("robots.txt asks for %g s between requests", gap)
        return gap

    def _count(self, name: str) -> None:
        if self._crawler.stats:
            self._crawler.stats.inc_value(f"robotstxt/{name}")


def root_of(url: str) -> str:
    """Return scheme, host and port of a URL, as it has them.

    >>> root_of("https://a.cn:8443/b/c")
    'https://a.cn:8443'
    """
    return "/".join(url.split("/", 3)[:3])
