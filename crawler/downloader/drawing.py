"""Pages as their scripts draw them: what they ask for meanwhile is asked for by the crawl, like anything else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse
from scrapy.http.request import NO_CALLBACK

from crawler.browser.chromium import Chromium, Drawn, NotDrawn, Sheet
from crawler.browser.parts import Given, Part, Shelf
from crawler.browser.terms import browser_of
from crawler.downloader.capture import answers, exchange_of
from crawler.downloader.hosts import RunEnding
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

NOTE = "Newsreel-Drawn"
"""A header of captures that are no answers as they were sent, but pages as a browser had drawn them; it names it."""
_UNTRUE = ("content-length", "content-encoding", "transfer-encoding", "etag", "last-modified", "content-md5", "digest")
"""Headers that hold of what was sent, and not of what was drawn. That the former is unchanged says nothing of it."""
_PATIENCE = 0.5
"""Seconds between two looks at whether a run is to end."""


class DrawingMiddleware:
    """Lets a browser draw the pages of a site whose file says so, on their way to the spider.

    Chromium has no network of its own: each request of a page goes the way of all requests, by robots.txt, the host's
    pace, the guards and the captures, so that none of them can be led astray by a script.
    """

    def __init__(self, crawler: Crawler) -> None:
        terms = browser_of(crawler.spider) if crawler.spider is not None else None
        if terms is None:
            raise NotConfigured
        settings = crawler.settings
        self._crawler = crawler
        self._chromium = Chromium(
            settings["BROWSER_PATH"],
            terms,
            seconds=settings.getfloat("BROWSER_TIMEOUT"),
            bytes_=settings.getint("DOWNLOAD_MAXSIZE"),
        )
        self._seconds = min(settings.getfloat("BROWSER_TIMEOUT"), settings.getfloat("DOWNLOAD_TIMEOUT"))
        self._shelf = Shelf(self._fetch)
        self._places = asyncio.Semaphore(settings.getint("BROWSER_PAGES"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware. Raises NotConfigured where the spider's file says nothing of it."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    async def spider_closed(self) -> None:
        """End the browser."""
        await self._chromium.close()

    async def process_response(self, request: Request, response: Response) -> Response:
        """Return a page as it is drawn. Raises NotDrawn, RunEnding."""
        if response.status != 200 or not isinstance(response, HtmlResponse) or not self._is_page(request):
            return response
        given = Given(response.status, _plain(response), response.body)
        agent = (request.headers.get(b"User-Agent") or b"").decode("latin-1")
        async with self._places:
            drawing = asyncio.ensure_future(
                self._chromium.draw(Sheet(url=response.url, given=given, agent=agent), self._shelf.get)
            )
            while not drawing.done():
                await asyncio.wait({drawing}, timeout=_PATIENCE)
                if self._is_closing() and not drawing.done():
                    drawing.cancel()
                    await asyncio.gather(drawing, return_exceptions=True)
                    raise RunEnding
            try:
                drawn = drawing.result()
            except NotDrawn as error:
                self._count(f"guard/{error.guard}")
                raise
        self._count("browser/drawn")
        return await self._kept(request, response, drawn)

    def _is_page(self, request: Request) -> bool:
        spider: Any = self._crawler.spider
        pages = (None, getattr(spider, "parse", None), getattr(spider, "further", None))
        return request.callback in pages or bool(request.meta.get("again"))

    async def _kept(self, request: Request, response: HtmlResponse, drawn: Drawn) -> Response:
        """Return the page with what was drawn, which is archived beside what was sent."""
        headers: Any = response.headers.copy()
        for name in _UNTRUE:
            headers.pop(name, None)
        headers["Content-Type"] = "text/html; charset=utf-8"
        page = response.replace(body=drawn.html.encode("utf-8", "replace"), headers=headers, encoding="utf-8")
        archive, sent = self._crawler.get_item_pipeline(ArchivePipeline), answers(request)[-1:]
        if archive is not None and sent:
            at = datetime.now(UTC)
            exchange = exchange_of(request, page, at)
            exchange = replace(exchange, headers=(*exchange.headers, (NOTE, drawn.by)), ip=None, protocol=None)
            # Of one visit: where it waits for its item, what was sent is kept, and what was drawn waits.
            archive.settle(sent[0].visit_id)
            capture = archive.capture(sent[0].visit_id, exchange)
            request.meta["answers"] = (*answers(request), replace(sent[0], capture=capture))
            await archive.room()
        return page

    async def _fetch(self, part: Part) -> Given | None:
        """Return a part of a page, asked for like a page; None where that is refused or fails."""
        url = part.url.partition("#")[0]
        scope = getattr(self._crawler.spider, "scope", None)
        if urlsplit(url).scheme not in ("http", "https") or self._is_closing():
            return None
        if part.method != "GET" and (scope is None or url not in scope):
            # What pages send to others is about their readers.
            self._count("browser/refused")
            return None
        engine = self._crawler.engine
        assert engine is not None
        try:
            request = Request(
                url,
                method=part.method,
                headers=part.to_send(),
                body=part.body,
                callback=NO_CALLBACK,
                # Before further pages: this one waits for it.
                priority=800,
                # What comes later than that comes too late, and is not tried again.
                meta={"allow_offsite": True, "requisite": 1, "may_be_missing": True, "download_timeout": self._seconds},
            )
            response = await engine.download_async(request)
        except Exception as error:  # whatever it is, the page goes without
            self._count("browser/refused")
            spider: Any = self._crawler.spider
            spider.logger.debug("%s: %s", url, error)
            return None
        self._count("browser/parts")
        return Given(response.status, _plain(response), response.body)

    def _is_closing(self) -> bool:
        engine = self._crawler.engine
        return engine is not None and engine._slot is not None and engine._slot.closing is not None

    def _count(self, name: str) -> None:
        if self._crawler.stats:
            self._crawler.stats.inc_value(name)


def _plain(response: Response) -> dict[str, str]:
    return {name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in response.headers.items()}
