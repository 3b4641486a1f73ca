"""What a site says of the uses of all its pages (tdmrep.json, ai.txt), asked for once a run beside its robots.txt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK

from crawler.downloader.hosts import Postponed
from crawler.downloader.robots import RobotsMiddleware, root_of
from crawler.rights import AI, TDMREP, Site, of_site

if TYPE_CHECKING:
    import asyncio

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive import Right

_LONGEST = 20.0
"""Seconds for one file: all pages wait for it, and most sites have none."""


class _NotHad(Exception):
    """A file that may be there could not be had."""


class RightsMiddleware:
    """Asks for a site's files before the first of its pages, so that each page is kept with what they say of it."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("RIGHTS"):
            raise NotConfigured
        self._crawler = crawler
        self._sites: dict[str, asyncio.Task[Site | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware. Raises NotConfigured without RIGHTS."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait until the site's files are known, where the request is for a page of the site."""
        import asyncio  # the reactor chooses the loop: not before it is installed

        scope = getattr(self._crawler.spider, "scope", None)
        if request.callback is NO_CALLBACK or scope is None or request.url not in scope:
            return
        root = root_of(request.url)
        if root not in self._sites:
            self._sites[root] = asyncio.ensure_future(self._ask(root))
        await asyncio.shield(self._sites[root])

    def of(self, url: str) -> list[Right] | None:
        """Return what the site says of one of its pages; None where its files could not be had."""
        asked = self._sites.get(root_of(url))
        site = asked.result() if asked is not None and asked.done() else None
        return None if site is None else site.of(url)

    async def _ask(self, root: str) -> Site | None:
        robots = self._crawler.get_downloader_middleware(RobotsMiddleware)
        try:
            tdmrep, ai = [await self._fetch(root + path) for path in (TDMREP, AI)]
        except _NotHad:
            self._count("failed")
            return None
        return of_site((robots.text_of(root) or None) if robots is not None else None, tdmrep, ai)

    async def _fetch(self, url: str) -> bytes | None:
        engine = self._crawler.engine
        assert engine is not None
        seconds = min(_LONGEST, self._crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        meta = {"allow_offsite": True, "may_be_missing": True, "download_timeout": seconds}
        request = Request(url, priority=900, callback=NO_CALLBACK, meta=meta)
        try:
            response: Response = await engine.download_async(request)
        except Exception as error:  # whatever failed, nobody knows what is said there
            if isinstance(error, IgnoreRequest) and not isinstance(error, Postponed):
                return None  # robots.txt forbids it
            raise _NotHad from error
        if response.status >= 500 or response.status == 429:
            raise _NotHad
        self._count("found" if response.status == 200 else "none")
        return response.body if response.status == 200 else None

    def _count(self, name: str) -> None:
        if self._crawler.stats:
            self._crawler.stats.inc_value(f"rights/{name}")
