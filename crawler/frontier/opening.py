"""How a run takes up its frontier: what the run before has left is settled, then the crawl goes on or begins."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from crawler.frontier.interface import ALL
from crawler.frontier.place import folder_of
from crawler.frontier.recovery import recover
from crawler.frontier.sqlite import SqliteFrontier
from crawler.frontier.words import moment

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.frontier.interface import Frontier
    from crawler.frontier.outlook import Crawl
    from pipelines.store import ArchivePipeline

log = logging.getLogger(__name__)


async def take_up(crawler: Crawler, archive: ArchivePipeline | None) -> tuple[Frontier, Crawl]:
    """Return the frontier of the spider's site, and its crawl. Raises FrontierError and ArchiveError."""
    spider, stats = crawler.spider, crawler.stats
    assert spider is not None
    assert stats is not None
    frontier = SqliteFrontier(
        folder_of(crawler.settings),
        getattr(spider, "site", None) or spider.name,
        exclusive=True,
        lease_seconds=crawler.settings.getfloat("LEASE_SECONDS"),
    )
    try:
        acknowledged, again = await recover(frontier, archive)
        mark = 0 if archive is None else archive.head_number
        plan = getattr(spider, "plan", ALL)
        crawl = await frontier.begin(fresh=getattr(spider, "fresh", False), mark=mark, plan=plan)
        counts = (await frontier.overview()).total
    except BaseException:
        await frontier.close()
        raise
    stats.inc_value("frontier/acknowledged_by_archive", acknowledged)
    stats.inc_value("frontier/fetched_again", again)
    if crawl.resumed:
        if archive is not None:
            archive.resume(crawl.mark)
        if recall := getattr(spider, "recall", None):
            recall(crawl.facts)
        log.info(
            "goes on with the crawl (%s) that began %s: %d addresses done, %d wait (-a fresh=1 begins anew)",
            crawl.mode, moment(crawl.began_at), counts["done"], counts["waiting"],
        )  # fmt: skip
        stats.inc_value("frontier/resumed")
        stats.inc_value("frontier/done_before", counts["done"])
    elif crawl.mode != "full":
        log.info("%d pages of earlier crawls are to be visited again (mode %s)", counts["waiting"], crawl.mode)
    stats.inc_value("scheduler/enqueued", counts["waiting"])
    stats.set_value("frontier/mode", crawl.mode)
    return frontier, crawl
