"""From a page that was read to the store: what it leads to is pushed, with what proves that the page itself is kept."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crawler.frontier.fates import answered, is_page, read_as
from crawler.frontier.interface import Handling, Page
from crawler.further import is_further

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.frontier.scheduler import FrontierScheduler

AT_ONCE = 200
"""Links of a page after which others have a turn: a sitemap names 50,000, and answers that come meanwhile seem slow."""


class Reading:
    """Knows which page is being read, and what pages have brought."""

    def __init__(self, scheduler: FrontierScheduler) -> None:
        self._scheduler = scheduler
        self.parent: bytes | None = None
        """Key of the page whose links are being taken."""
        self.brought: defaultdict[bytes, list[str]] = defaultdict(list)
        """Keys of pages -> the addresses that they named and that were never seen before."""

    async def read(self, response: Response, links: Sequence[Request], items: Sequence[Any], proof: str | None) -> None:
        """Push what a page leads to, and note in the same step what proves that the page itself is kept."""
        scheduler, request = self._scheduler, response.request
        lease = scheduler.ready.lease_of(request)
        engine = scheduler.crawler.engine
        assert engine is not None
        for start in range(0, len(links), AT_ONCE):
            if start:
                await asyncio.sleep(0)
            self.parent = lease.key if lease else None
            try:
                for link in links[start : start + AT_ONCE]:
                    if is_further(link) and request is not None:
                        # It takes the place of this page, whose captures it carries, once they are on disk.
                        scheduler.takes_place(link, of=request)
                    engine.crawl(link)
            finally:
                self.parent = None
        if lease is None or request is None:
            await scheduler.pushing.push()
            return
        fate = scheduler.fate_of(request)
        fate.answer = answered(request, response, lease)
        fate.look_at(links, items)
        after = 0 if scheduler.archive is None else scheduler.archive.head_number
        page = read_as(lease, fate, fate.answer.at) if is_page(request) else Page()
        await scheduler.pushing.push(Handling(lease=lease, answer=fate.answer, proof=proof, after=after, page=page))
        scheduler.leasing.first_is_read()
        new = self.brought.pop(lease.key, [])
        fate.brought = len(new)
        if learnt := getattr(scheduler.crawler.spider, "learnt", None):
            learnt.read(response.url, new)
