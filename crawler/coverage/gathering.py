"""From a frontier and an archive to the report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.coverage.almanac import calendar_of
from crawler.coverage.byway import forgotten, ways_of
from crawler.coverage.categories import categories_of
from crawler.coverage.chain import compare
from crawler.coverage.findings import findings_of
from crawler.coverage.holdings import Holdings
from crawler.coverage.holes import survey
from crawler.coverage.ledger import Ledger
from crawler.coverage.report import ChainReport, Report, Walked

if TYPE_CHECKING:
    from archive import Archive
    from crawler.frontier.interface import Frontier
    from crawler.frontier.lookup import Site
    from crawler.frontier.standing import Standing


async def gather(opened: Archive, frontier: Frontier, site: Site, standing: Standing) -> Report:
    """Return how completely a site is covered. Raises FrontierError and Damaged."""
    walked = _walked(standing)
    tracking: Collection[str] = site.tracking
    holdings = Holdings(opened, site.name, standing.scope, tracking)
    lost = {site.key_of(page.url): number for number, page in enumerate(holdings.lost)}
    ledger = Ledger(holdings, lost, walked.number if walked.counts else None)
    await ledger.read(frontier)
    ways, together = ways_of(ledger, holdings, counts=walked.counts)
    links = compare(holdings)
    report = Report(
        site=site.name,
        crawl=walked,
        findings=[],
        ways=ways,
        all=together,
        nameless=ledger.other,
        forgotten=forgotten(holdings, counts=walked.counts),
        chain=ChainReport(next_is=links.next_is, links=links, chains=survey(holdings)),
        calendar=calendar_of(ledger, holdings, counts=walked.counts),
        categories=categories_of(holdings, counts=walked.counts),
    )
    return replace(report, findings=list(findings_of(report)))


def _walked(standing: Standing) -> Walked:
    overview = standing.overview
    crawl = overview.crawl
    if crawl is None:
        return Walked(number=None, mode=None, finished_at=None, counts=False)
    # What is under way has not named all yet; what looks for news alone is not to name what is old.
    counts = overview.full is not None
    return Walked(
        number=overview.full if counts else crawl.number,
        mode="full" if counts else crawl.mode,
        finished_at=overview.finished_at if not counts or overview.full == crawl.number else None,
        counts=counts,
    )
