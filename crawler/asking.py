"""How a spider asks for a page that something names, and says what came of it where nothing did."""

from __future__ import annotations

from collections.abc import Iterator
from logging import DEBUG, INFO
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.discovery.learnt import Learnt
from crawler.discovery.recent import Recent
from crawler.downloader.requests import reason_of
from crawler.sightings import of_failure

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from crawler.access import Access
    from crawler.browser import Browser
    from crawler.discovery.links import Link
    from crawler.discovery.scope import Scope
    from crawler.frontier.interface import Plan
    from crawler.items import Sighting

RECENT = 131_072
"""Places for addresses that were followed lately, known without asking anybody: a megabyte."""
_NEWS = 100
"""By how much sooner a page is read that a crawl of what is new has found."""


class Asking(Spider):
    """The part of a spider that asks for pages."""

    access: ClassVar[Access | None] = None
    """What the site asks of who reads it, cookies and headers say; nothing where there is none."""
    browser: ClassVar[Browser | bool] = False
    """Whether its pages are drawn by scripts, and must be before they are read."""
    site: str
    scope: Scope | None
    plan: Plan

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: list[str] = []
        """What was wrong with the start pages, one line each."""
        self.learnt = Learnt()
        self._followed = Recent(RECENT)

    def page_request(self, link: Link) -> Iterator[Request]:
        """Yield the request for a page, unless it was followed by the same way lately."""
        # Most links of a page are those of the page before: a Request for each would cost more than reading it.
        if self._followed.add(f"{link.way} {link.url}"):
            meta: dict[str, Any] = {"way": link.way}
            if link.is_further:
                meta["with_news"] = True
            if link.modified_at is not None:
                meta["modified_at"] = link.modified_at
            # Of what earlier crawls had, only what is new or was changed gets through: sooner than what is merely due.
            priority = self.learnt.priority(link.url, link.priority) + (_NEWS if self.plan.mode != "full" else 0)
            yield Request(link.url, callback=self.parse, errback=self.failed, priority=priority, meta=meta)

    def failed(self, failure: Failure) -> Iterator[Sighting]:
        """Say in one line why a page could not be had, and what that means for its article."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy's addition
        reason = reason_of(failure.value)
        ours = isinstance(failure.value, IgnoreRequest) and not isinstance(failure.value, HttpError)
        self.logger.log(DEBUG if ours else INFO, "%s: %s", request.url, reason)
        if request.meta.get("is_start_request"):
            self.problems.append(f"{request.url}: {reason}")
        yield from of_failure(failure, self.site)

    def is_recent(self, at: int | None) -> bool:
        """Return whether an article of this time is to be followed; one that says no time is."""
        return at is None or self.plan.since is None or at >= self.plan.since

    def count(self, name: str, count: int = 1) -> None:
        """Add to a counter of the run."""
        if self.crawler.stats and count:
            self.crawler.stats.inc_value(name, count)
