"""Which site's frontier and which address in it a person means."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

import archive
from archive import ArchiveError
from archive.ids import article_id
from crawler.arguments import checked_url
from crawler.discovery.scope import Scope, bare_host
from crawler.errors import BadArgument, CrawlerError
from crawler.fingerprint import PageFingerprinter
from crawler.frontier.errors import FrontierError
from crawler.frontier.interface import Found
from crawler.frontier.requests import key_of
from crawler.frontier.sqlite import SqliteFrontier, sites_of
from pipelines.urls import canonical_url

_ANY = "news"
"""The spider of sites that have none of their own."""
_BY_HAND = 100
"""Priority of what a person asks for: as soon as a start page."""


class UnknownSite(CrawlerError):
    """A site that has no frontier."""

    def __init__(self, name: str, folder: Path, sites: Sequence[str]) -> None:
        self.name, self.folder, self.sites = name, folder, sites
        there = f"there are: {', '.join(sites)}" if sites else "there is none yet; scrapy crawl makes one"
        super().__init__(f"no frontier of {name!r} in {folder}; {there}")


async def site_meant(folder: Path, word: str) -> str:
    """Return the site that a person names: as the archive calls it, or by an address of it. Raises UnknownSite."""
    sites = sites_of(folder)
    if word in sites:
        return word
    try:
        url = checked_url(word)
    except BadArgument:
        raise UnknownSite(word, folder, sites) from None
    host = bare_host(urlsplit(url).hostname or "")
    if host in sites:
        return host
    for site in sites:
        scope = await _scope_of(folder, site)
        if scope is not None and url in scope:
            return site
    raise UnknownSite(word, folder, sites)


async def _scope_of(folder: Path, site: str) -> Scope | None:
    try:
        frontier = SqliteFrontier(folder, site, exclusive=False)
    except FrontierError:
        return None  # it is not known what that one is of
    try:
        crawl = (await frontier.overview()).crawl
    except FrontierError:
        return None
    finally:
        await frontier.close()
    return Scope.of(crawl.facts["scope"]) if crawl and "scope" in crawl.facts else None


class Site:
    """What the settings and the archive say of a site: its spider, and what was taken down."""

    def __init__(self, name: str, settings: BaseSettings) -> None:
        loader = get_spider_loader(settings)
        self.name = name
        self.has_spider = name in loader.list()
        spider = name if self.has_spider else _ANY
        kind = loader.load(spider) if spider in loader.list() else None
        self.tracking: Collection[str] = getattr(kind, "tracking_parameters", frozenset())
        self._archive = Path(settings["ARCHIVE"])

    def key_of(self, url: str) -> bytes:
        """Return the key under which a frontier knows an address."""
        return key_of(Request(url), PageFingerprinter(self.tracking))

    def found(self, url: str) -> Found:
        """Return an address as it is pushed by hand."""
        request = Request(url)
        return Found(
            key=self.key_of(url), url=request.url, host=urlsplit(request.url).hostname or "", priority=_BY_HAND
        )

    def is_erased(self, url: str) -> bool:
        """Return whether the archive says that an address is of an article that was taken down."""
        try:
            erasures = archive.open(self._archive).snapshot.erasures
        except ArchiveError:
            return False  # nothing is known of any
        id_ = article_id(canonical_url(url, tracking=self.tracking))
        return any(id_ == erasure.id or id_ in erasure.names for _, erasure in erasures.values())


def full_url(typed: str) -> str:
    """Return an address as a person may type it, as requests have it. Raises BadArgument.

    >>> full_url("example.com/新闻/#top")
    'https://example.com/%E6%96%B0%E9%97%BB/'
    """
    try:
        return Request(checked_url(typed)).url.partition("#")[0]
    except BadArgument:
        raise
    except ValueError as error:
        raise BadArgument("url", typed, str(error)) from None
