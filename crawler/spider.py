"""A spider that reads articles and follows them: what every site's spider is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import new_ulid
from crawler.discovery.kinds import is_article
from crawler.discovery.links import WAYS, follow
from crawler.discovery.scope import Scope
from crawler.downloader.addresses import literal_endpoint
from crawler.downloader.requests import reason_of
from crawler.errors import BadArgument
from crawler.extraction import Unreadable, parse, read
from crawler.items import ArticleItem
from crawler.layout import Layout

PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "")
"""Content types that may hold a page; some servers send none, or a wrong one."""


class ArticleSpider(Spider):
    """Follows one site's articles, lists and prev/next links.

    Arguments (`-a name=value`): `url` begins elsewhere than the site's start URLs; `limit` stops after so many
    articles; `ways` says what is followed, of chain, lists and links (all three, unless told otherwise).
    """

    name = ""
    layouts: tuple[Layout, ...] = ()

    def __init__(
        self, *args: Any, url: str | None = None, limit: str | None = None, ways: str | None = None, **kwargs: Any
    ) -> None:
        for name, value in kwargs.items():
            if not name.startswith("_"):  # scrapyd adds `_job` and the like
                raise BadArgument(name, str(value), "no such argument; there are url, limit and ways")
        super().__init__(*args, **kwargs)
        if url is not None:
            self.start_urls = [checked_url(url)]
        self.limit = _checked_limit(limit)
        self.ways = _checked_ways(ways)
        self.site = self.name
        self.scope: Scope | None = None
        self.problems: list[str] = []
        """What was wrong with the start pages, one line each."""
        self._followed: set[int] = set()
        """Hashes (64 bits) of the addresses that this run asks for."""

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the start pages, each once like any other page: prev and next lead back to them."""
        for url in self.start_urls:
            self.scope = self.scope or Scope.of(url)
            yield Request(
                url, callback=self.parse, errback=self.start_failed, priority=100, meta={"allow_offsite": True}
            )

    def parse(self, response: Response, **kwargs: Any) -> Iterator[ArticleItem | Request]:
        """Read one page: its article, if it is one, and the links to follow."""
        is_start = bool(response.meta.get("is_start_request"))
        if is_start and response.meta.get("redirect_times"):
            # Where a start page has moved to, there the site is.
            self.scope = Scope.of(response.url)
        assert self.scope is not None
        content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
        if content_type.partition(";")[0].strip().lower() not in PAGE_TYPES:
            self._refuse(response, "not_html", f"is no HTML page ({content_type})")
            return
        try:
            document = parse(response.body, response.url, {"Content-Type": content_type})
        except Unreadable as error:
            self._refuse(response, "unreadable", str(error))
            return
        item = read(document, self.layouts)
        article = is_article(document, item)
        self._count(f"page/{'article' if article else 'other'}")
        if article:
            now = datetime.now(UTC)
            item.site, item.http_status, item.visit_id = self.site, response.status, new_ulid(now)
            item.fetched_at = now.isoformat(timespec="seconds")
            yield item
        for link in follow(document, item, is_article=article, scope=self.scope, ways=self.ways, is_start=is_start):
            # Most links of a page are those of the page before: a Request for each would cost more than reading it.
            if hash(link.url) not in self._followed:
                self._followed.add(hash(link.url))
                yield Request(link.url, callback=self.parse, priority=link.priority, meta={"way": link.way})

    def start_failed(self, failure: Failure) -> None:
        """Remember why a start page could not be had, in one line."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy's addition
        self.problems.append(f"{request.url}: {reason_of(failure.value)}")

    def _refuse(self, response: Response, counter: str, reason: str) -> None:
        self._count(f"page/{counter}")
        if response.meta.get("is_start_request"):
            self.problems.append(f"{response.url}: {reason}")

    def _count(self, name: str) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value(name)


def checked_url(url: str) -> str:
    """Return a URL as a person may type it, in full. Raises BadArgument for what is none.

    >>> checked_url("example.com/news"), checked_url("127.0.0.1:8000/")
    ('https://example.com/news', 'http://127.0.0.1:8000/')
    """
    text = url.strip()
    # A server that is known by its address alone is somebody's own, and seldom has a certificate.
    full = text if "://" in text else f"{'http' if _literal(text) else 'https'}://{text}"
    try:
        parts = urlsplit(full)
        _ = parts.port
    except ValueError as error:
        raise BadArgument("url", url, str(error)) from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        raise BadArgument("url", url, "only http and https are fetched")
    if (
        not host
        or any(c.isspace() or c in "<>\"'`{}|\\^" for c in host)
        or not ("." in host or ":" in host or host == "localhost")
    ):
        raise BadArgument("url", url, "this is no address of a page, such as https://example.com/news/")
    return full


def _literal(text: str) -> bool:
    try:
        return literal_endpoint(f"http://{text}") is not None
    except ValueError:
        return False


def _checked_limit(limit: str | None) -> int | None:
    if limit is None:
        return None
    if not str(limit).isascii() or not str(limit).isdigit() or int(limit) < 1:
        raise BadArgument("limit", limit, "a whole number from 1")
    return int(limit)


def _checked_ways(ways: str | None) -> frozenset[str]:
    chosen = frozenset(filter(None, (way.strip() for way in (ways or ",".join(WAYS)).split(","))))
    if not chosen or not chosen <= set(WAYS):
        raise BadArgument("ways", ways or "", f"one or more of {', '.join(WAYS)}, parted by commas")
    return chosen
