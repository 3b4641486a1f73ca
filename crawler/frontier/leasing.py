"""From the store to requests that are ready: some of each host are leased ahead, so that nobody waits for the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from time import time
from typing import TYPE_CHECKING

from crawler.frontier.fates import NOT_MODIFIED
from crawler.frontier.requests import NotStorable, to_request, validate
from crawler.further import is_further

if TYPE_CHECKING:
    from scrapy import Request, Spider

    from crawler.frontier.interface import Found, Lease
    from crawler.frontier.scheduler import FrontierScheduler

log = logging.getLogger(__name__)

AHEAD = 32
"""Requests of a host that are leased before their turn."""
URGENT = 4
"""Requests of a host that are leased whatever it has already, where what was just found is to be fetched first."""
MOST = 512
"""Requests of all hosts that are."""


class Leasing:
    """Knows of which hosts the store has more, and takes it before it is missed."""

    def __init__(self, scheduler: FrontierScheduler, *, per_host: int, patience: float) -> None:
        """`per_host` are sent at the same time at most; a run waits `patience` seconds for a host that is paused."""
        self._scheduler, self._per_host, self._patience = scheduler, per_host, patience
        self.closed: dict[str, str] = {}
        """Hosts that this run asks no more, and why."""
        self._more: set[str] = set()
        """Hosts of which the store has more."""
        self._urgent: set[str] = set()
        """Hosts of which the store has something that is to be fetched before all that is leased."""
        self._looked = False
        """Whether the last look at the store found nothing: somebody else may have put something there since."""
        self._is_open, self._is_first = False, True
        """Whether the start pages are known to the store: they are to be fetched before what is due."""
        self._waits_for_first = False
        """Whether a crawl of what is new has asked for its first page, a start page, and not read it yet."""
        self._again_at: float | None = time()
        """When the store may have more of others; None where only what is pushed can bring that."""
        self._timer: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Let leases be taken: the start pages are pushed, or there are none."""
        self._is_open = True

    def first_is_read(self, *, but_led_on: bool = False) -> None:
        """Let more leases be taken: what a start page names is known, and comes before what is merely due.

        Where it led on to another address, that one is the first.
        """
        self._is_first = self._is_first or (self._waits_for_first and but_led_on)
        self._waits_for_first = False

    def add(self, *hosts: str) -> None:
        """Learn that the store has more of some hosts."""
        if hosts:
            self._more.update(hosts)
            self._looked = False

    def add_found(self, found: Iterable[Found]) -> None:
        """Learn what waits in the store since now."""
        for one in found:
            best = self._scheduler.ready.best(one.host)
            if best is not None and one.priority > best:
                self._urgent.add(one.host)
            self._more.add(one.host)
            self._looked = False

    @property
    def may_bring_more(self) -> bool:
        """Whether the run is to wait for the store: a host that asks for a long pause waits for a later run."""
        if self._more or not self._looked:
            return True
        return self._again_at is not None and self._again_at - time() <= self._patience

    @property
    def is_due(self) -> bool:
        """Whether there is something to lease, and room for it."""
        ready = self._scheduler.ready
        if not self._is_open or self._waits_for_first or len(ready) >= MOST:
            return False
        if self._urgent:
            return True
        again = self._again_at is not None and self._again_at <= time()
        # Before it ends, a run looks once more: a person may have requeued an address meanwhile.
        again = again or not (len(ready) or self._more or self._looked)
        return again or any(ready.of(host) < AHEAD // 2 for host in self._more)

    async def lease(self) -> None:
        """Lease what there is room for. Raises FrontierError."""
        scheduler = self._scheduler
        frontier, spider = scheduler.frontier, scheduler.crawler.spider
        if frontier is None or spider is None:
            return
        # What is pushed meanwhile is added.
        self._again_at, self._more, urgent, self._urgent = None, set(), self._urgent, set()
        most = AHEAD + self._per_host
        held = {
            host: min(count, most - URGENT) if host in urgent else count for host, count in scheduler.ready.held.items()
        }
        count = 1 if self._is_first and scheduler.mode != "full" else 2 * AHEAD
        batch = await frontier.lease(count, per_host=most, held=held, closed=frozenset(self.closed))
        self._waits_for_first, self._is_first = count == 1 and bool(batch.leases), False
        for lease in batch.leases:
            try:
                scheduler.ready.add(lease, self._request(lease, spider))
            except (NotStorable, ValueError, TypeError, NameError) as error:
                log.error("%s cannot be asked for: %s", lease.url, error)
                scheduler.settling.refuse(lease, str(error))
        self._more |= batch.more
        self._looked = not (batch.leases or self._more)
        self._again_at = batch.again_at
        if batch.again_at is not None and self.may_bring_more:
            wait = max(0.0, batch.again_at - time())
            self._timer = asyncio.get_running_loop().call_later(wait, scheduler.awake)

    def _request(self, lease: Lease, spider: Spider) -> Request:
        """Return the request of a lease: only for what has changed, where what it was is kept."""
        request = to_request(lease, spider)
        archive, past = self._scheduler.archive, lease.past
        if self._scheduler.mode == "full" or past is None or request.meta.get("is_start_request"):
            return request
        if is_further(request):
            return request  # a part of an article is no answer
        is_article = past.page.kind == "article"
        if past.answer.http_status in (200, NOT_MODIFIED) and (
            archive is None or not is_article or archive.is_known(lease.url)
        ):
            validate(request, past)
        return request

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
