"""What a run does by the clock while it holds leases: it keeps them, and says how it fares."""

from __future__ import annotations

import asyncio
import json
import os
from time import monotonic, time
from typing import TYPE_CHECKING

from crawler.downloader.hosts import HostSlot
from crawler.frontier.errors import FrontierError
from crawler.outcome import stored

if TYPE_CHECKING:
    from crawler.frontier.scheduler import FrontierScheduler

_TICK = 1.0
"""Seconds between two reports."""


class Watch:
    """Renews leases well before they expire, and reports to those who look from outside."""

    def __init__(self, scheduler: FrontierScheduler) -> None:
        self._scheduler = scheduler
        self._task: asyncio.Task[None] | None = None
        self._lease_seconds = 0.0

    def start(self, lease_seconds: float) -> None:
        """Begin."""
        self._lease_seconds = lease_seconds
        self._task = asyncio.ensure_future(self._run())

    def stop(self) -> None:
        """Cease."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        renewed = monotonic()
        while (frontier := self._scheduler.frontier) is not None and not self._scheduler.has_failed:
            try:
                await frontier.report(self.report())
                if monotonic() - renewed > self._lease_seconds / 3:
                    renewed = monotonic()
                    leases = [*self._scheduler.ready.leases(), *self._scheduler.settling.leases()]
                    await frontier.renew(leases)
            except FrontierError as error:
                self._scheduler.fail(error)
            await asyncio.sleep(_TICK)

    def report(self) -> str:
        """Return how the run fares, as JSON."""
        crawler = self._scheduler.crawler
        assert crawler.stats is not None
        assert crawler.engine is not None
        downloader = crawler.engine.downloader
        hosts = {}
        for name, slot in downloader.slots.items():
            resume_at = slot.manners.resume_at - monotonic() if isinstance(slot, HostSlot) else 0
            hosts[name] = {
                "active": len(slot.transferring),
                "queued": len(slot.queue) + self._scheduler.ready.of(name),
                "delay": round(max(slot.delay, slot.manners.floor if isinstance(slot, HostSlot) else 0), 3),
                "paused_until": int(time() + resume_at) if resume_at > 0 else 0,
            }
        report = {
            "pid": os.getpid(),
            "since": began.timestamp() if (began := crawler.stats.get_value("start_time")) else None,
            "pages": crawler.stats.get_value("response_received_count", 0),
            "articles": stored(crawler.stats),
            "hosts": hosts,
            "closed": self._scheduler.leasing.closed,
        }
        return json.dumps(report)
