"""What every request carries, and which requests are never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from archive.version import software
from crawler.discovery.refusals import is_counter
from crawler.downloader.hosts import Postponed, is_extra
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler


class IdentityMiddleware:
    """Says who asks, and where to complain: `newsreel/0.1.0 (+CONTACT)`. USER_AGENT, where set, is sent instead."""

    def __init__(self, crawler: Crawler) -> None:
        contact = crawler.settings.get("CONTACT")
        own = software() + (f" (+{contact})" if contact else " (archival crawler)")
        self._agent: str = crawler.settings.get("USER_AGENT") or own

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware with the agent that the settings describe."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Set the User-Agent where the request has none."""
        request.headers.setdefault(b"User-Agent", self._agent)


def reason_of(error: BaseException | None) -> str:
    """Return in a few words why a request came to nothing."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if isinstance(error, CannotResolveHostError):
        return "the host's name does not resolve"
    return str(error).strip() or type(error).__name__


class Counter(IgnoreRequest):
    """A request that would count a visit that no reader made."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"{url} is a counter")


class OffSite(IgnoreRequest):
    """A request to another site."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"{url} is another site's")


class Erased(IgnoreRequest):
    """A request for an article that was taken down."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"{url} was erased from the archive and is not fetched again")


class Enough(Postponed):
    """A request for a page in a run that has its articles."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"{url} is not needed any more")


class ScopeMiddleware(OffsiteMiddleware):
    """Keeps a crawl on its site, redirects included, off its counters and off what was taken down."""

    _archive: ArchivePipeline | None = None

    def spider_opened(self, spider: Spider) -> None:
        """Find the archive, which knows what was taken down."""
        super().spider_opened(spider)
        self._archive = self.crawler.get_item_pipeline(ArchivePipeline)

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Refuse early; where a redirect led to another site, whoever waits for what came of it is told."""
        try:
            self.process_request(request)
        except OffSite:
            self.crawler.signals.send_catch_log(signals.request_dropped, request=request, spider=spider)
            raise

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raise IgnoreRequest for what is no business of this crawl."""
        if is_counter(request.url):
            self.stats.inc_value("guard/counter")
            raise Counter(request.url)
        if self._archive is not None:
            if self._archive.is_erased(request.url):
                self.stats.inc_value("guard/erased")
                raise Erased(request.url)
            if self._archive.is_full() and not is_extra(request):
                raise Enough(request.url)
        try:
            super().process_request(request)
        except IgnoreRequest:
            raise OffSite(request.url) from None

    def should_follow(self, request: Request, spider: Spider) -> bool:
        """Return whether the request stays on the spider's site; a spider without a scope goes where it likes."""
        scope = getattr(spider, "scope", None)
        return scope is None or request.url in scope
