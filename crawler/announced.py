"""What a site announces of itself: the sitemaps that its robots.txt names, and the feeds of its start pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request

from crawler.asking import Asking
from crawler.discovery.entries import Unreadable
from crawler.discovery.links import Link, Way, followed, priority_of
from crawler.downloader.capture import content_type_of
from crawler.downloader.requests import reason_of
from crawler.downloader.robots import RobotsMiddleware
from crawler.frontier.fates import NOT_MODIFIED

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discovery.entries import Entry
    from crawler.extraction import Document

MOST_FEEDS_OF_SITE = 20
"""Feeds of one site that are read."""
_ASK = 95
"""Priority of sitemaps and feeds: next to the start pages, before what they name."""


class Announced(Asking):
    """The part of a spider that reads sitemaps and feeds."""

    ways: frozenset[str]
    _indexed = 0
    """Sitemaps that indexes have named in this run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._feeds: set[str] = set()

    def announced(self, response: Response, document: Document, *, is_start: bool) -> Iterator[Request]:
        """Ask for what a start page's site announces, and for the feeds of a list."""
        if is_start and "sitemaps" in self.ways:
            for url in self._sitemaps(response.url):
                yield from self._ask(url, self.sitemap)
        if "feeds" in self.ways:
            from crawler.discovery.feeds import feeds_of

            for url in feeds_of(document):
                if url not in self._feeds and len(self._feeds) < MOST_FEEDS_OF_SITE:
                    self._feeds.add(url)
                    yield from self._ask(url, self.feed)

    def sitemap(self, response: Response) -> Iterator[Request]:
        """Follow what a sitemap, or an index of them, names."""
        from crawler.discovery.sitemaps import MOST_SITEMAPS, read_sitemap, trusted

        if self.unmodified_list(response):
            return
        try:
            found = read_sitemap(response.body, response.url, content_type_of(response))
        except Unreadable as error:
            self.logger.info("%s", error)
            return
        for further in found.sitemaps:
            # An index may name others for ever.
            if self._indexed < MOST_SITEMAPS:
                self._indexed += 1
                yield from self._ask(further.url, self.sitemap, way="sitemaps", modified_at=further.modified_at)
        self.count("announced/surplus", found.surplus)
        yield from self._announced(response.url, trusted(found.entries, int(time())), "sitemaps")

    def feed(self, response: Response) -> Iterator[Request]:
        """Follow what a feed names."""
        from crawler.discovery.feeds import read_feed

        if self.unmodified_list(response):
            return
        try:
            found = read_feed(response.body, response.url, content_type_of(response))
        except Unreadable as error:
            self.logger.debug("%s", error)
            yield from self.parse(response)  # what a link called a feed may be a page about feeds
            return
        yield from self._announced(response.url, found, "feeds")

    def announced_failed(self, failure: Failure) -> None:
        """Count it: many sites have no sitemap, and a run does without."""
        self.logger.debug("%s: %s", failure.request.url, reason_of(failure.value))  # type: ignore[attr-defined]
        self.count("announced/failed")

    def _sitemaps(self, url: str) -> Iterable[str]:
        from crawler.discovery.sitemaps import sitemaps_of

        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        named = sitemaps_of(robots.text_of(url), url) if robots is not None else ()
        # Where none is named, most sites that have one have it there (sitemaps.org).
        return dict.fromkeys(named or [urljoin(url, "/sitemap.xml")])

    def _ask(
        self, url: str, callback: Any, *, way: Way | None = None, modified_at: int | None = None
    ) -> Iterator[Request]:
        local = self.scope.localise(url) if self.scope else None
        if local is not None:
            meta: dict[str, Any] = {}
            if way is not None:
                meta["way"] = way
            if modified_at is not None:
                meta["modified_at"] = modified_at
            yield Request(local, callback=callback, errback=self.announced_failed, priority=_ASK, meta=meta)

    def _announced(self, name: str, entries: Iterable[Entry], way: Way) -> Iterator[Request]:
        named = []
        for entry in entries:
            local = followed(entry.url, self.scope) if self.scope else None
            if local is not None and self.is_recent(entry.published_at or entry.modified_at):
                # A feed names little but articles.
                priority = 15 if way == "feeds" else priority_of(local, entry.title or "")
                url = self.learnt.canonical(local)
                named.append(url)
                yield from self.page_request(Link(url, way, priority, modified_at=entry.modified_at))
        self.learnt.listed(name, named)

    def unmodified_list(self, response: Response) -> bool:
        """Return whether the server says that a list is as it was; count it."""
        unmodified = response.status == NOT_MODIFIED
        if unmodified:
            self.count("page/unmodified")
        return unmodified
