"""One site of a job, crawled in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from crawler.heap import share_heap
from crawler.jobs.logs import LogFormat, log_to_stderr

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from crawler.jobs.targets import Target

ENDING = (signal.SIGINT, signal.SIGTERM)
"""The signals that end a job."""


def crawl(target: Target, settings: Settings, run_id: str, form: LogFormat, result: Connection, life: Life) -> None:
    """Crawl a site, and send what came of it (SiteSummary as JSON)."""
    # A terminal's Ctrl-C is for the job, which passes it on; how the job takes a signal is nothing for its children.
    os.setpgrp()
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    life.watch()
    # What a spider prints is no part of the job's line.
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    for name in ("PROGRESS", "STATS_DUMP", "LOG_INSTALL_ROOT_HANDLER"):
        settings.set(name, False, priority="cmdline")
    log_to_stderr(target.site, form, settings.get("LOG_LEVEL"))
    share_heap()
    from scrapy.crawler import CrawlerProcess

    from crawler.jobs.results import summarise

    process = CrawlerProcess(settings)
    crawler = process.create_crawler(target.spider)
    process.crawl(crawler, **target.arguments)
    process.start()
    result.send_bytes(msgspec.json.encode(summarise(crawler, run_id, target.site)))
    result.close()


class Life(NamedTuple):
    """A pipe by which children see that the job is no more: nobody writes to it, and its end closes it."""

    read: Connection
    write: Connection | None
    """None where it is not handed down."""

    def watch(self) -> None:
        """End this process in good order once the job is gone, however it went."""
        if self.write is not None:
            self.write.close()

        def wait() -> None:
            self.read.poll(None)
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=wait, daemon=True).start()
