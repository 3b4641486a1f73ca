"""One page, fetched within the bounds and manners of every crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.access.ready import check_ready
from crawler.arguments import checked_url
from crawler.browser.terms import check_browser
from crawler.downloader.requests import reason_of
from crawler.errors import NotFetched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import CrawlerProcessBase
    from twisted.python.failure import Failure

_SAID = ("access", "browser", "start_urls", "windows")
"""What a spider's file says of how its site is asked."""


class OnePage(Spider):
    """Asks for one page and keeps what came."""

    name = "one_page"
    custom_settings: dict[str, Any] = {  # noqa: RUF012
        "ITEM_PIPELINES": {},
        "PROGRESS": False,
        "LOG_LEVEL": "WARNING",
        # A frontier would keep what could not be fetched now, and ask for it before the next page that is wanted.
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    }
    response: Response | None = None
    failure = "nothing came back"

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [url]

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the page."""
        yield Request(self.start_urls[0], callback=self.parse, errback=self.failed)

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Keep the response."""
        self.response = response

    def failed(self, failure: Failure) -> None:
        """Keep the reason."""
        self.failure = reason_of(failure.value)


def fetch(process: CrawlerProcessBase, url: str, *, like: type[Spider] | None = None) -> Response:
    """Return the answer to one request; the process has run then, and runs no other.

    It is asked for `like` a site's spider does where there is one: with cookies, headers, login and proxy of its file,
    and drawn if its pages are. Raises BadArgument for what is no address, NotReady, NotFetched.
    """
    said = {name: getattr(like, name) for name in _SAID if hasattr(like, name)}
    kind = type("OnePage", (OnePage,), said)
    page = kind(checked_url(url))
    check_ready(page)
    check_browser(page, process.settings)
    crawler = process.create_crawler(kind)
    process.crawl(crawler, url=checked_url(url))
    process.start()
    spider = crawler.spider
    if not isinstance(spider, OnePage) or spider.response is None:
        raise NotFetched(url, spider.failure if isinstance(spider, OnePage) else "the fetch did not start")
    return spider.response


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers of an answer, one of a name."""
    return {name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in response.headers.items()}
