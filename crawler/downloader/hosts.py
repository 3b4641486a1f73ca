"""How often each host is asked: never faster than it or the operator wants, and not at all while it asks for a pause.

This leans on internals of Scrapy 2.19's downloader: `Downloader._get_slot`, `_process_queue`, `_latercall`,
`_wait_for_download`, `_slot_gc`, the fields of `Slot`, and the engine's `_slot.closing`. Nothing else in the project
does, and tests/downloader/test_hosts.py fails when they change.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from scrapy import signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from crawler.downloader.manners import Manners, Wait
from crawler.downloader.windows import parse_windows
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


fetched = object()
"""Signal, with `request` and `result`: what the downloader had for a request. A response, a request that is to be made
instead (a redirect, a retry), or the exception that says why there is neither."""

_PATIENCE = 0.5
"""Seconds between two looks at whether a paused run is to end."""


class Postponed(IgnoreRequest):
    """A request that is for a later run."""


class RunEnding(Postponed):
    """A request that is not sent any more."""

    def __init__(self) -> None:
        super().__init__("the run is ending")


class HostAway(Postponed):
    """A host that this run does not wait for: it asked for a longer pause, is outside its hours or in trouble."""

    def __init__(self, host: str, seconds: float, reason: str = "") -> None:
        self.host, self.seconds = host, seconds
        """For how long later runs leave it alone too; 0 where they are to see for themselves."""
        super().__init__(reason or f"{host} asks to be left alone for {seconds:.0f} s (RETRY_AFTER_MAX)")


class HostSlot(Slot):
    """A slot whose gap is never below its floor: jitter makes gaps longer only."""

    __slots__ = ("host", "longest", "manners", "pages", "starting")

    def __init__(self, slot: Slot, manners: Manners, *, host: str = "", longest: float = float("inf")) -> None:
        super().__init__(slot.concurrency, slot.delay, slot.jitter)
        self.manners, self.host, self.longest = manners, host, longest
        self.pages = 0
        """Requests that were sent, without robots.txt."""
        self.starting: set[Request] = set()
        """Taken from the queue, and not yet seen by the event loop."""

    def free_transfer_slots(self) -> int:
        """Return how many more requests may be under way."""
        free: int = super().free_transfer_slots()
        return free - len(self.starting)

    def download_delay(self) -> float:
        """Return the seconds until the next request may follow the one just sent."""
        floor = self.manners.floor
        # Behind robots.txt itself, the gap that is longer than a run would be its end before it began.
        gap = max(self.delay, floor if self.pages or floor <= self.longest else 0)
        return gap * (1 + random.uniform(0, self.jitter)) if self.jitter else gap  # noqa: S311, no secret


def is_extra(request: Request) -> bool:
    """Return whether a request is for no page: a picture, a style, or the robots.txt that they need."""
    return bool(request.meta.get("requisite") or request.meta.get("dont_obey_robotstxt"))


class PoliteDownloader(Downloader):
    """Scrapy's downloader with a floor and a pause for each host."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._manners: dict[str, Manners] = {}
        self._longest = crawler.settings.getfloat("RETRY_AFTER_MAX")
        # The setting, where there is one, is an operator's word for this run; else the site's own hold.
        self._windows = parse_windows(crawler.settings.get("WINDOWS") or getattr(crawler.spider, "windows", ()))
        self._told: dict[str, str] = {}
        """Hosts that are left alone -> why."""
        crawler.signals.connect(self._spider_closed, signal=signals.spider_closed)

    def manners(self, request: Request) -> Manners:
        """Return what is known of the host that `request` goes to."""
        return self._manners.setdefault(self.get_slot_key(request), Manners())

    def slow_down(self, request: Request, seconds: float) -> None:
        """Leave at least `seconds` between two requests to the host from now on."""
        manners = self.manners(request)
        manners.floor = max(manners.floor, seconds)

    def away(self, request: Request) -> HostAway | None:
        """Return why this run does not ask the host of a request; None where it does, now or after a while."""
        return self._away(self.get_slot_key(request))

    def _away(self, host: str) -> HostAway | None:
        wait = self._wait(host)
        slot = self.slots.get(host)
        if isinstance(slot, HostSlot) and slot.pages and slot.manners.floor > self._longest:
            gap = f"robots.txt of {host} asks for {slot.manners.floor:g} s between requests"
            wait = Wait(slot.manners.floor - (monotonic() - slot.lastseen), gap, is_final=True)
        if not wait.is_final and wait.seconds <= self._longest:
            return None
        if host not in self._told and self.crawler.stats:
            self.crawler.stats.inc_value("guard/host_left_alone")
        self._told.setdefault(host, wait.reason)
        return HostAway(host, wait.seconds if wait.is_asked else 0.0, wait.reason)

    def _wait(self, host: str) -> Wait:
        manners = self._manners.setdefault(host, Manners())
        return manners.wait(host, self._windows, tick=monotonic(), now=datetime.now(UTC))

    def _spider_closed(self, spider: Any) -> None:
        """Say which hosts the run has left alone, where no start page's failure says so."""
        problems: list[str] = getattr(spider, "problems", [])
        problems += [why for host, why in self._told.items() if not any(host in problem for problem in problems)]

    def fetch(self, request: Request, spider: object = None) -> Deferred[Response | Request]:
        """Return what comes of a request, and tell those who listen to the signal `fetched`."""
        deferred: Deferred[Response | Request] = super().fetch(request)
        return deferred.addBoth(self._tell, request)

    def _tell(self, result: Response | Request | Failure, request: Request) -> Response | Request | Failure:
        plain = result.value if isinstance(result, Failure) else result
        self.signals.send_catch_log(fetched, request=request, result=plain)
        return result

    def _get_slot(self, request: Request, spider: object = None) -> tuple[str, Slot]:
        key = self.get_slot_key(request)
        known = key in self.slots
        key, slot = super()._get_slot(request)
        if not known:
            slot = self.slots[key] = HostSlot(slot, self.manners(request), host=key, longest=self._longest)
        return key, slot

    def _process_queue(self, slot: Slot) -> None:
        closing = self._is_closing()
        if closing or self.has_enough():
            kept = []
            while slot.queue:
                request, waiting = slot.queue.popleft()
                if closing or not is_extra(request):
                    waiting.errback(RunEnding())
                else:
                    kept.append((request, waiting))
            slot.queue.extend(kept)
        if closing or not slot.queue:
            return
        host = cast(HostSlot, slot).host
        while slot.queue and (away := self._away(host)):
            slot.queue.popleft()[1].errback(away)
        wait = self._wait(host).seconds
        if wait <= 0:
            super()._process_queue(slot)
        elif not slot.latercall:
            # A run that is told to end meanwhile does not sit out a long pause.
            slot.latercall = call_later(min(wait, _PATIENCE), self._latercall, slot)

    def has_enough(self) -> bool:
        """Return whether the run has its articles: then no further page is asked for."""
        archive = self.crawler.get_item_pipeline(ArchivePipeline)
        return archive is not None and archive.is_full()

    def _is_closing(self) -> bool:
        """Return whether the run is ending: then what still waits in a queue is not sent any more."""
        engine = self.crawler.engine
        return engine is not None and engine._slot is not None and engine._slot.closing is not None

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        # Scrapy 2.19 counts a request as under way once its task runs, which is too late: by then all of the queue has
        # been taken, whatever CONCURRENT_REQUESTS_PER_DOMAIN says.
        starting = cast(HostSlot, slot).starting
        starting.add(request)
        if not request.meta.get("dont_obey_robotstxt"):
            cast(HostSlot, slot).pages += 1

        async def started() -> None:
            starting.discard(request)
            await super(PoliteDownloader, self)._wait_for_download(slot, request, queue_dfd)

        return started()

    def _slot_gc(self, age: float = 60) -> None:
        # A forgotten slot forgets when its host was last asked.
        super()._slot_gc(max(age, 2 * max((m.floor for m in self._manners.values()), default=0)))
