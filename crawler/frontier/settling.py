"""The order of things: what a page led to is pushed, what it says is on disk, and only then is it acknowledged."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import time
from typing import TYPE_CHECKING

from archive import ArchiveError
from crawler.downloader.capture import answers
from crawler.frontier.due import failed_page, led_away_page, missing_page, refused_page
from crawler.frontier.errors import FrontierError
from crawler.frontier.fates import Back, End, Fate, Instead, addresses, end_of
from crawler.frontier.interface import Handling, Lease, Page, Receipt
from crawler.frontier.requests import NotStorable
from crawler.further import is_further

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request

    from crawler.frontier.scheduler import FrontierScheduler


class Settling:
    """Ends leases in batches: while one waits for the disk, the next gathers."""

    def __init__(self, scheduler: FrontierScheduler) -> None:
        self._scheduler = scheduler
        self._through: list[tuple[End, Request | None]] = []
        self._under_way: list[tuple[End, Request | None]] = []
        self._held: list[Receipt] = []
        """What is acknowledged when the run has ended: what became of known articles is written then."""
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """Return how many are through and not yet settled."""
        return len(self._through) + len(self._under_way)

    @property
    def is_busy(self) -> bool:
        """Whether anything is on its way."""
        return self._task is not None

    def leases(self) -> Iterator[Lease]:
        """Yield the leases that are held here."""
        yield from (end.lease for end, _ in (*self._through, *self._under_way))
        yield from (receipt.lease for receipt in self._held)

    def add(self, lease: Lease, request: Request, fate: Fate) -> None:
        """Settle a request that is through."""
        self._add(end_of(lease, request, fate), request)

    def refuse(self, lease: Lease, reason: str) -> None:
        """Settle a lease of which no request can be made."""
        self._scheduler.leasing.first_is_read()
        self._add(Receipt(lease=lease, state="failed", reason=reason, page=failed_page(lease, int(time()))), None)

    def put_off(self, lease: Lease, reason: str) -> None:
        """Settle a lease whose like has led to nothing: a later crawl tries it again."""
        self._scheduler.leasing.first_is_read()
        page = refused_page(lease, int(time()), closed=True)
        self._add(Receipt(lease=lease, state="refused", reason=reason, page=page), None)

    def _add(self, end: End, request: Request | None) -> None:
        if isinstance(end, Back) and end.closed is not None:
            self._scheduler.leasing.closed[end.closed] = end.reason
        self._through.append((end, request))
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        try:
            while self._through and not self._scheduler.has_failed:
                self._under_way, self._through = self._through, []
                await self._settle(self._under_way)
                self._under_way = []
        except (FrontierError, ArchiveError) as error:
            self._scheduler.fail(error)
        finally:
            self._task = None
            self._scheduler.awake()

    async def _settle(self, batch: list[tuple[End, Request | None]]) -> None:
        scheduler = self._scheduler
        await scheduler.pushing.push()
        if scheduler.archive is not None:
            await scheduler.archive.durable()
        frontier = scheduler.frontier
        assert frontier is not None
        receipts: list[Receipt] = []
        calls = []
        for end, request in batch:
            match end:
                case Receipt() if self._is_owed(request):
                    calls.append(self._hold(end, request))
                case Receipt():
                    receipts.append(end)
                case Instead():
                    calls.append(self._hand_over(end, receipts))
                case Back():
                    calls.append(frontier.give_back([end.lease]))
                    if end.closed is not None and end.until is not None:
                        calls.append(frontier.pause(end.closed, end.until))
        await asyncio.gather(*calls)
        if receipts:
            await frontier.acknowledge(receipts)

    def _is_owed(self, request: Request | None) -> bool:
        """Return whether the end of the run is to write what became of an article that is known by this request."""
        archive = self._scheduler.archive
        return archive is not None and request is not None and archive.owes(addresses(request))

    async def _hold(self, receipt: Receipt, request: Request | None) -> None:
        """Keep a lease until the run has ended, with what proves that it had: the visit of what is written then."""
        scheduler = self._scheduler
        assert scheduler.frontier is not None
        assert scheduler.archive is not None
        assert request is not None
        self._held.append(receipt)
        seen = answers(request)
        told = [one for one in seen[-1:] if one.status >= 400]
        told += [one for one in seen if 300 <= one.status < 400 and scheduler.archive.is_known(one.url)]
        if told and receipt.answer is not None:
            by = Handling(
                lease=receipt.lease,
                answer=receipt.answer,
                proof=f"visit:{told[0].visit_id}",
                after=scheduler.archive.head_number,
                page=receipt.page or Page(),
            )
            await scheduler.frontier.push([], by=by)

    async def _hand_over(self, end: Instead, receipts: list[Receipt]) -> None:
        scheduler, frontier = self._scheduler, self._scheduler.frontier
        assert frontier is not None
        led_to = end.request.url
        try:
            found = scheduler.found(end.request, on=end.lease.key)
        except NotStorable:
            # It goes on in memory, under the same lease: a kill brings back the request before it.
            scheduler.ready.add(end.lease, end.request)
            return
        answer = end.answer
        if answer is not None and is_further(end.request):
            # That its first page is as it was would not say that the others are.
            answer = replace(answer, etag=None, last_modified=None)
        # A further page is visited with the first, of which it is known already what it is.
        page = None if is_further(end.request) else led_away_page(end.lease, int(time()))
        went = await frontier.hand_over(end.lease, found, answer, failed=end.failed, page=page)
        learnt = getattr(scheduler.crawler.spider, "learnt", None)
        if learnt is not None and page is not None and not end.failed:
            learnt.led(end.lease.url, led_to, is_new=went)
        if went:
            scheduler.count("scheduler/enqueued")
            scheduler.awake(found.host)
            return
        scheduler.dropped(end.request)
        receipt = Receipt(lease=end.lease, state="done", answer=end.answer, led_to=led_to, page=page)
        archive = scheduler.archive
        # Whether it has moved or is gone is known once all is read, and is written at the end.
        if archive is not None and any(map(archive.is_known, addresses(end.request))):
            receipt = replace(receipt, page=missing_page(end.lease, int(time())))
            await self._hold(receipt, end.request)
        else:
            receipts.append(receipt)

    async def close(self, unsent: list[Lease]) -> None:
        """Settle all that is left, the run having ended: the archive holds all that it will.

        Raises FrontierError and ArchiveError.
        """
        if self._task is not None:
            await self._task
        scheduler, frontier = self._scheduler, self._scheduler.frontier
        if scheduler.has_failed or frontier is None:
            return
        await scheduler.pushing.push()
        held, self._held = self._held, []
        await frontier.acknowledge(held)
        await frontier.give_back(unsent)
