"""What every request carries, and which requests are never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

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


# Fetch Standard, "bad port": what a browser connects to for no page, as an SMTP server takes HTTP for commands.
BAD_PORTS = frozenset((
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
    531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
))  # fmt: skip


def _port(url: str) -> int:
    """Return the port that a URL names; 80 where it names none, 0 where that is no port."""
    try:
        port = urlsplit(url).port
    except ValueError:
        return 0
    return 80 if port is None else port


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
    # Twisted's own words are lists of failures, each with a traceback in mind.
    causes = [reason.value for reason in getattr(error and error.__cause__, "reasons", ())]
    return ", ".join(str(cause).strip() or type(cause).__name__ for cause in causes or (error,))


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


class TooLong(IgnoreRequest):
    """A request whose address is longer than any that is meant."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"{url[:100]}… has {len(url)} characters (URLLENGTH_LIMIT)")


class BadPort(IgnoreRequest):
    """A request to a port where something else listens than a web server."""

    def __init__(self, url: str, port: int) -> None:
        self.url, self.port = url, port
        super().__init__(f"{url} is at a port where no web server is")


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
    _named: frozenset[int] = frozenset()
    """Ports of the start URLs: a person may mean what a page may not."""

    def spider_opened(self, spider: Spider) -> None:
        """Find the archive, which knows what was taken down."""
        super().spider_opened(spider)
        self._archive = self.crawler.get_item_pipeline(ArchivePipeline)
        self._named = frozenset(_port(url) for url in spider.start_urls)

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Refuse early; where a redirect led to another site, whoever waits for what came of it is told."""
        try:
            self._refuse(request)
        except OffSite:
            self.crawler.signals.send_catch_log(signals.request_dropped, request=request, spider=spider)
            raise

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raise IgnoreRequest for what is no business of this crawl, or of any."""
        if len(request.url) > self.crawler.settings.getint("URLLENGTH_LIMIT"):
            self.stats.inc_value("guard/url_length")
            raise TooLong(request.url)
        port = _port(request.url)
        if port in BAD_PORTS and port not in self._named:
            self.stats.inc_value("guard/port")
            raise BadPort(request.url, port)
        self._refuse(request)

    def _refuse(self, request: Request) -> None:
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
