"""One page, fetched within the bounds and manners of every crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.arguments import checked_url
from crawler.downloader.requests import reason_of
from crawler.errors import NotFetched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import CrawlerProcessBase
    from twisted.python.failure import Failure


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


def fetch(process: CrawlerProcessBase, url: str) -> Response:
    """Return the answer to one request; the process has run then, and runs no other.

    Raises BadArgument for what is no address, NotFetched.
    """
    crawler = process.create_crawler(OnePage)
    process.crawl(crawler, url=checked_url(url))
    process.start()
    spider = crawler.spider
    if not isinstance(spider, OnePage) or spider.response is None:
        raise NotFetched(url, spider.failure if isinstance(spider, OnePage) else "the fetch did not start")
    return spider.response


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers of an answer, one of a name."""
    return {name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in response.headers.items()}
