"""Links before articles: what a page leads to is in the frontier before anything that it says is in the archive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self, TypeGuard

from scrapy import Request

from crawler.downloader.capture import answers
from crawler.frontier.errors import FrontierError
from crawler.frontier.reading import AT_ONCE
from crawler.frontier.scheduler import FrontierScheduler
from crawler.further import is_further
from crawler.items import ArticleItem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from pipelines.store import ArchivePipeline


class LinksFirstMiddleware:
    """Pushes the requests of a page, waits until the frontier has them, and passes its items on then.

    So whatever the archive holds of a page proves that its links are known: a run that was cut off before it could
    acknowledge the page need not fetch it again. With a scheduler of Scrapy's own all is passed on as it comes.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Pass on the items of a page once its links are pushed; where reading it fails midway, what came before."""
        engine = self._crawler.engine
        scheduler = engine.scheduler if engine is not None else None
        if not _is_frontier(scheduler):
            async for found in result:
                yield found
            return
        links: list[Request] = []
        items: list[Any] = []
        failed: Exception | None = None
        try:
            async for found in result:
                (links if isinstance(found, Request) else items).append(found)
                if len(links) % AT_ONCE == AT_ONCE - 1:
                    await asyncio.sleep(0)
        except Exception as error:  # raised again, behind what came before
            failed = error
        try:
            whole = failed is None and not any(map(is_further, links))
            proof = _proof(response, items, scheduler.archive) if whole else None
            await scheduler.reading.read(response, links, items, proof)
        except FrontierError as error:
            # Without its links nothing of the page may be kept: the next run fetches it again. It is a good page.
            scheduler.fail(error)
            return
        for item in items:
            yield item
        if failed is not None:
            raise failed


def _is_frontier(scheduler: object) -> TypeGuard[FrontierScheduler]:
    # isinstance would take Scrapy's own for one: its schedulers are told by their methods (BaseSchedulerMeta).
    return FrontierScheduler in type(scheduler).__mro__


def _proof(response: Response, items: list[Any], archive: ArchivePipeline | None) -> str | None:
    """Return what the archive holds once a page is kept; None where that alone would not be all."""
    if response.meta.get("requisites"):
        return None  # its pictures are asked for after that
    if items:
        # What became of a page from which no article came is told at the run's end.
        articles = [item for item in items if isinstance(item, ArticleItem)]
        return f"visit:{articles[0].visit_id}" if len(articles) == len(items) == 1 else None
    if archive is None or not archive.options.captures:
        return ""
    seen = answers(response.request)[-1:] if response.request else ()
    return f"capture:{seen[0].capture.record_id}" if seen and seen[0].capture else None
