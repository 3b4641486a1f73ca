"""One site of a job, crawled in a process of its own."""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import msgspec

from crawler.heap import share_heap
from crawler.jobs.life import Life
from crawler.jobs.logs import LogFormat, descriptor_of, log_to
from crawler.outcome import CRASHED, OK, Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings

    from crawler.jobs.summary import SiteSummary
    from crawler.jobs.targets import Target

ENDING = (signal.SIGINT, signal.SIGTERM)
"""The signals that end a job."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a child is to do, and by what it tells of it."""

    target: Target
    settings: Settings
    run_id: str
    form: LogFormat
    grace: float
    """Seconds after which it ends by force, where the job is no more."""
    result: Connection
    """Takes what came of it as JSON: a SiteSummary, or why there is none."""
    stray: Connection
    """Takes what is printed by whatever knows nothing of logs."""
    life: Life


def crawl(order: Order) -> None:
    """Crawl a site, send what came of it, and end the process."""
    _settle(order)
    crawler: Crawler | None = None
    summary: SiteSummary | str
    try:
        from scrapy.crawler import AsyncCrawlerProcess

        from crawler.jobs.results import summarise

        process = AsyncCrawlerProcess(order.settings)
        if logging.root.level > logging.DEBUG:
            # Of what a crawl is made is the same for each site and every night.
            for name in ("scrapy.crawler", "scrapy.middleware"):
                logging.getLogger(name).setLevel(logging.WARNING)
        crawler = process.create_crawler(order.target.spider)
        task = process.crawl(crawler, **order.target.arguments)
        process.start()
        if task.done() and (error := task.exception()) is not None:
            raise error
        summary = summarise(crawler, order.run_id, order.target.site)
    except BaseException as error:  # SystemExit too: a site that ends its process touches no other
        log.critical("the crawl broke off", exc_info=True)
        summary = _broken_off(order, crawler, error)
    order.result.send_bytes(msgspec.json.encode(summary))
    sys.stdout.flush()
    sys.stderr.flush()
    # Without a look at threads that wait for a crawl which broke off.
    os._exit(OK)


def _settle(order: Order) -> None:
    """Make this process one of its own."""
    # A terminal's Ctrl-C is for the job, which passes it on; how the job takes a signal is nothing for its children.
    os.setpgrp()
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    order.life.watch(order.grace)
    level = order.settings.get("LOG_LEVEL")
    log_to(descriptor_of(order.settings), order.target.site, order.form, level)
    # What a spider or a library prints is a line of this site as well, and no part of the job's line.
    for descriptor in (1, 2):
        os.dup2(order.stray.fileno(), descriptor)
    order.stray.close()
    for name in ("PROGRESS", "STATS_DUMP", "LOG_INSTALL_ROOT_HANDLER"):
        order.settings.set(name, False, priority="cmdline")
    share_heap()


def _broken_off(order: Order, crawler: Crawler | None, error: BaseException) -> SiteSummary | str:
    """Return what came of the site until then; in words where it broke off before anything was counted."""
    from crawler.jobs.results import broken_off

    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    says = f"{order.target.site}: broke off by {words}; what was acknowledged is kept, and the next run goes on"
    try:
        assert crawler is not None
        return broken_off(crawler, order.run_id, order.target.site, Outcome("crashed", CRASHED, says))
    except Exception:
        log.debug("nothing is known of what came of it", exc_info=True)
        return says
