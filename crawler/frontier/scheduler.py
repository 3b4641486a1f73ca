"""Scrapy's scheduler on a frontier: requests come from it, and are acknowledged when what they brought is on disk.

This leans on internals of Scrapy 2.19: `engine._remove_request`, called when a request is through all callbacks and
pipelines, and the engine's `_slot.nextcall`. tests/frontier/test_canary.py fails when they change.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from time import time
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro

from archive import ArchiveError
from crawler.downloader.hosts import fetched
from crawler.frontier.errors import FrontierError
from crawler.frontier.fates import Fate
from crawler.frontier.interface import Found, Frontier
from crawler.frontier.leasing import Leasing
from crawler.frontier.opening import take_up
from crawler.frontier.pushing import Pushing
from crawler.frontier.reading import Reading
from crawler.frontier.ready import Ready
from crawler.frontier.requests import NotStorable, found_of, key_of, unvalidate
from crawler.frontier.settling import Settling
from crawler.frontier.watch import Watch
from pipelines.store import ArchivePipeline, OverLimit
from pipelines.stored import StoredLine

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from crawler.frontier.outlook import Mode

log = logging.getLogger(__name__)

FRONTIER_ERROR = "frontier_error"
"""The finish reason of a run whose frontier could not be read or written."""
UNSETTLED = 256
"""Pages that are read and not yet on disk, from which no further is sent: the disk has fallen behind."""


class FrontierScheduler(BaseScheduler):
    """Leases what is to be fetched, and settles each lease in this order: links pushed, group commit, acknowledged."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.frontier: Frontier | None = None
        """None before the run and where it could not be opened."""
        self.archive: ArchivePipeline | None = None
        self.mode: Mode = "full"
        """What the crawl visits."""
        self._began_at = int(time())
        per_host = max(1, crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self.ready = Ready(per_host)
        self._fates: dict[Request, Fate] = {}
        self._instead: dict[Request, Request] = {}
        """A request that a downloader middleware made of another -> that other one."""
        self._in_memory: deque[Request] = deque()
        """What cannot be written as JSON."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.reading = Reading(self)
        self.pushing = Pushing(self)
        self.leasing = Leasing(self, per_host=per_host, patience=crawler.settings.getfloat("RETRY_AFTER_MAX"))
        self.settling = Settling(self)
        self._watch = Watch(self)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the scheduler, which opens its frontier once the archive has the site's lock."""
        scheduler = cls(crawler)
        crawler.signals.connect(scheduler.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(scheduler.spider_error, signal=signals.spider_error)
        crawler.signals.connect(scheduler.spider_error, signal=signals.item_error)
        crawler.signals.connect(scheduler.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(scheduler.item_dropped, signal=signals.item_dropped)
        crawler.signals.connect(scheduler.fetched, signal=fetched)
        return scheduler

    # Scrapy's interface. -------------------------------------------------------------------------------------------

    def has_pending_requests(self) -> bool:
        """Return whether more may come: what is leased, being pushed or settled, or waits in the store."""
        if self.frontier is None or self.has_failed:
            return False
        # Asked once the start pages are through the spider.
        if not self.pushing and "push" not in self._tasks:
            self.leasing.open()
        if len(self.ready) or self._in_memory or len(self.pushing) or self._tasks or self.settling.is_busy:
            return True
        return self.leasing.may_bring_more

    def enqueue_request(self, request: Request) -> bool:
        """Take a request to be pushed; that it is known already is told by the signal `request_dropped` later."""
        if self.frontier is None or self.has_failed:
            return False
        origin = self._instead.pop(request, None)
        if origin is not None and origin in self._fates:
            if request.url != origin.url:
                unvalidate(request)
            self._fates[origin].instead = request
            return True
        try:
            self.pushing.add(self.found(request, on=self.reading.parent), request)
        except NotStorable as error:
            if not self._stat("scheduler/unserializable"):
                log.warning("%s. A kill would lose it, and its like.", error)
            self.count("scheduler/unserializable")
            self._in_memory.append(request)
            return True
        self._run("push", self.pushing.push)
        return True

    def next_request(self) -> Request | None:
        """Return a request whose turn has come."""
        if self.frontier is None or self.has_failed or len(self.settling) >= UNSETTLED:
            return None
        request = self._in_memory.popleft() if self._in_memory else self._take()
        if self.leasing.is_due:
            self._run("lease", self.leasing.lease)
        if request is not None:
            self.count("scheduler/dequeued")
            if self.ready.lease_of(request) is not None:
                self._fates[request] = Fate()
        return request

    def _take(self) -> Request | None:
        """Return a request that is ready and that its spider still wants; what it does not is put off."""
        unwanted = getattr(self.crawler.spider, "unwanted", None)
        while (request := self.ready.take()) is not None and unwanted is not None:
            lease = self.ready.lease_of(request)
            assert lease is not None
            # That what is due brings nothing new says nothing: it was chosen by what it has brought.
            why = unwanted(request) if self.mode == "full" or lease.past is None else None
            if why is None:
                break
            self.ready.end(request)
            self.count("scheduler/put_off")
            self.settling.put_off(lease, why)
        return request

    def close(self, reason: str) -> Deferred[None] | None:
        """Acknowledge what is on disk, give the rest back, and end the crawl if nothing is left."""
        return deferred_from_coro(self._close(reason))

    # What becomes of requests. -------------------------------------------------------------------------------------

    async def spider_opened(self) -> None:
        """Open the frontier, settle what a run before has left, and go on or begin. Raises CloseSpider."""
        self.archive = self.crawler.get_item_pipeline(ArchivePipeline)
        if self.archive is not None and self.archive.archive is None:
            return
        try:
            self.frontier, crawl = await take_up(self.crawler, self.archive)
        except (FrontierError, ArchiveError) as error:
            self._note(error)
            raise CloseSpider(FRONTIER_ERROR) from error
        self.pushing.facts.update(crawl.facts)
        self.mode = crawl.mode
        assert self.crawler.engine is not None
        engine = self.crawler.engine
        remove = engine._remove_request

        def removed(result: Any, request: Request) -> None:
            self._ended(request)
            remove(result, request)

        engine._remove_request = removed  # type: ignore[method-assign,assignment]
        self._watch.start(self.crawler.settings.getfloat("LEASE_SECONDS"))

    def fetched(self, request: Request, result: Response | Request | BaseException) -> None:
        """Note what the downloader had for a request."""
        if fate := self._fates.get(request):
            fate.result = result
            self.ready.sent(request)
            if isinstance(result, Request):
                self._instead[result] = request

    def item_scraped(self, item: Any, response: Any) -> None:
        """Note what the archive has of an article."""
        fate = self._fates.get(getattr(response, "request", None))  # type: ignore[arg-type]
        if fate and isinstance(item, StoredLine):
            fate.stored = item

    def spider_error(self, failure: Failure, response: Any) -> None:
        """Note that a page could not be read, or what it says not stored."""
        if fate := self._fates.get(getattr(response, "request", None)):  # type: ignore[arg-type]
            fate.unread = f"{type(failure.value).__name__}: {failure.value}"

    def item_dropped(self, response: Any, exception: BaseException) -> None:
        """Note that an article is one too many for this run."""
        fate = self._fates.get(getattr(response, "request", None))  # type: ignore[arg-type]
        if fate and isinstance(exception, OverLimit):
            fate.unwanted = True

    def fate_of(self, request: Request) -> Fate:
        """Return what is known of a request that is under way."""
        return self._fates[request]

    def takes_place(self, request: Request, *, of: Request) -> None:
        """Let a request take the place of one that is under way, and its lease."""
        if of in self._fates:
            self._instead[request] = of

    def found(self, request: Request, *, on: bytes | None = None) -> Found:
        """Return what the store keeps of a request. Raises NotStorable."""
        engine, spider = self.crawler.engine, self.crawler.spider
        assert engine is not None
        assert spider is not None
        assert self.crawler.request_fingerprinter is not None
        key = key_of(request, self.crawler.request_fingerprinter)
        return found_of(request, key=key, host=engine.downloader.get_slot_key(request), spider=spider, on=on)

    def dropped(self, request: Request) -> None:
        """Tell that a request is for what is known already."""
        self.count("dupefilter/filtered")
        self.crawler.signals.send_catch_log(signals.request_dropped, request=request, spider=self.crawler.spider)

    def awake(self, *more: str) -> None:
        """Let the engine ask for requests; `more` are hosts of which the store has some that it had not."""
        self.leasing.add(*more)
        engine = self.crawler.engine
        if engine is not None and engine._slot is not None:
            engine._slot.nextcall.schedule()

    def _ended(self, request: Request) -> None:
        fate, lease = self._fates.pop(request, None), self.ready.end(request)
        if fate is None or lease is None:
            return
        self.leasing.first_is_read(but_led_on=fate.instead is not None)
        self.reading.brought.pop(lease.key, None)
        if isinstance(fate.result, Request):
            self._instead.pop(fate.result, None)
        self.settling.add(lease, request, fate)

    # Ends. ---------------------------------------------------------------------------------------------------------

    async def _close(self, reason: str) -> None:
        self.leasing.stop()
        self._watch.stop()
        frontier = self.frontier
        if frontier is None:
            return
        try:
            while self._tasks:
                await asyncio.gather(*self._tasks.values())
            if not self.has_failed:
                await self.settling.close(self.ready.drain())
                host = getattr(self.crawler.spider, "host", None)
                if reason == "finished" and await frontier.finish(host):
                    self.count("frontier/finished")
                await frontier.report(self._watch.report())
                self.count("frontier/left", (await frontier.overview()).total["waiting"])
                for way, count in (await frontier.named(self._began_at)).items():
                    self.count(f"frontier/named/{way}", count)
        except (FrontierError, ArchiveError) as error:
            self._note(error)
        finally:
            self.frontier = None
            await frontier.close()

    def _run(self, name: str, work: Any) -> None:
        """Run one task of a name at a time; where it fails, the run ends."""
        if name not in self._tasks:
            self._tasks[name] = asyncio.ensure_future(self._guarded(name, work))

    async def _guarded(self, name: str, work: Any) -> None:
        try:
            await work()
        except (FrontierError, ArchiveError) as error:
            self.fail(error)
        finally:
            del self._tasks[name]
            self.awake()

    @property
    def has_failed(self) -> bool:
        """Whether the store or the archive has failed: then nothing is acknowledged any more."""
        return bool(self._stat("frontier/error") or self._stat("archive/error"))

    def fail(self, error: Exception) -> None:
        """End the run: what is not acknowledged is fetched by the next."""
        if not self.has_failed:
            self._note(error)
            assert self.crawler.engine is not None
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=FRONTIER_ERROR))

    def _note(self, error: Exception) -> None:
        if not self.has_failed:
            log.critical("%s", error)
            assert self.crawler.stats is not None
            self.crawler.stats.set_value("frontier/error", str(error))

    def _stat(self, name: str) -> Any:
        return self.crawler.stats.get_value(name) if self.crawler.stats else None

    def count(self, name: str, count: int = 1) -> None:
        """Add to a counter of the run."""
        if self.crawler.stats:
            self.crawler.stats.inc_value(name, count)
