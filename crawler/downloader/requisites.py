"""When an article's pictures and styles are asked for: once the article itself is in the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from pipelines.store import ArchivePipeline, Duplicate

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler


class Requisites:
    """Asks for what the spider found on an article's page to be needed for a replay (`-a requisites=1`)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        requisites = cls(crawler)
        crawler.signals.connect(requisites.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(requisites.item_dropped, signal=signals.item_dropped)
        crawler.signals.connect(requisites.spider_idle, signal=signals.spider_idle)
        return requisites

    def item_scraped(self, response: Response | None, spider: Spider) -> None:
        """Ask for the requisites of the article whose line has just been stored."""
        self._ask(response, spider)

    def item_dropped(self, response: Response | None, exception: BaseException, spider: Spider) -> None:
        """Ask for those of an article that this crawl has stored before: its run may have been cut off in between."""
        if isinstance(exception, Duplicate):
            self._ask(response, spider)

    def _ask(self, response: Response | None, spider: Spider) -> None:
        urls = response.meta.pop("requisites", ()) if isinstance(response, Response) else ()
        engine = self._crawler.engine
        assert engine is not None
        for url in urls:
            engine.crawl(spider.requisite_request(url, level=1))  # type: ignore[attr-defined]  # an ArticleSpider

    def spider_idle(self) -> None:
        """Name the limit as the reason of an end that waited for the pictures of the last articles."""
        archive = self._crawler.get_item_pipeline(ArchivePipeline)
        if archive is not None and archive.is_full():
            raise CloseSpider("limit")
