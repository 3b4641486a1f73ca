"""Redirects to what is not asked for: another site's pages, and those that were asked for before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals

from crawler.sightings import led_away
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler


class Moves:
    """Tells the archive where an address led when the request that it led to is dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._undecided: list[Request] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        moves = cls(crawler)
        crawler.signals.connect(moves.request_dropped, signal=signals.request_dropped)
        crawler.signals.connect(moves.spider_idle, signal=signals.spider_idle)
        return moves

    def request_dropped(self, request: Request, spider: Spider) -> None:
        """Note the move to another site; what a page of this one is, is known once all are read."""
        if not any(led_away(request, "", to=None)):
            return
        scope = getattr(spider, "scope", None)
        if scope is not None and request.url not in scope:
            self._tell(request, spider)
        else:
            self._undecided.append(request)

    def spider_idle(self, spider: Spider) -> None:
        """Tell moves to articles from the way in which sites answer for what is gone: by their home page."""
        undecided, self._undecided = self._undecided, []
        for request in undecided:
            self._tell(request, spider)

    def _tell(self, request: Request, spider: Spider) -> None:
        archive = self._crawler.get_item_pipeline(ArchivePipeline)
        if archive is None:
            return
        scope, site = getattr(spider, "scope", None), getattr(spider, "site", spider.name)
        if archive.is_known(request.url) or (scope is not None and request.url not in scope):
            found = led_away(request, site, to=request.url)
        else:
            found = led_away(request, site, to=None, outcome="soft_404")
        for sighting in found:
            archive.sight(sighting)
