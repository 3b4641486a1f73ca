"""Which spider's rules read the pages of a site, when nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from crawler.captured import read_captured
from crawler.discovery.kinds import is_article
from crawler.discovery.scope import bare_host
from crawler.errors import BadArgument
from crawler.extraction import parse
from crawler.spider import ArticleSpider

if TYPE_CHECKING:
    from typing import Any

    from archive import Exchange
    from crawler.items import ArticleItem

_ANY = "news"
"""The spider that reads sites without one of their own."""
_OF_THE_LOADER = ("SPIDER_MODULES", "SPIDER_LOADER_CLASS", "SPIDER_LOADER_WARN_ONLY")


def loader_settings(settings: BaseSettings) -> dict[str, Any]:
    """Return what finds a project's spiders, in a form that other processes can be given."""
    return {name: settings.get(name) for name in _OF_THE_LOADER}


class Rules:
    """The rules of today: a spider for each site."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """`settings` are those that find the spiders."""
        # Scrapy's own defaults beneath: the class of the loader is one of them.
        from scrapy.settings import Settings

        self._loader = get_spider_loader(Settings({k: v for k, v in settings.items() if v is not None}))
        self._spiders: dict[str, ArticleSpider] = {}

    def names(self) -> list[str]:
        """Return the names of the project's spiders."""
        return sorted(self._loader.list())

    def of(self, site: str) -> ArticleSpider:
        """Return the spider called as the site is, else the one that begins at this host, else that for any site."""
        name = site if site in self._loader.list() else self._by_host.get(site, _ANY)
        if name not in self._spiders:
            self._spiders[name] = self._spider(name)
        return self._spiders[name]

    @cached_property
    def _by_host(self) -> dict[str, str]:
        """What `news` has crawled is called by its host, and `scrapy learn --write` names its spider otherwise."""
        found: dict[str, str] = {}
        for name in self.names():
            for url in getattr(self._loader.load(name), "start_urls", ()):
                found.setdefault(bare_host(urlsplit(url).hostname or ""), name)
        return found

    def _spider(self, name: str) -> ArticleSpider:
        kind = self._loader.load(name) if name in self._loader.list() else ArticleSpider
        if not issubclass(kind, ArticleSpider):
            return ArticleSpider(name)
        if kind is ArticleSpider:
            return kind(name)
        try:
            return kind()
        except BadArgument:
            # It wants to be told where to begin; this one is to read, and will never ask for a page.
            return kind(url="https://example.com/")


def read_article(spider: ArticleSpider, *exchanges: Exchange) -> tuple[ArticleItem, bool] | None:
    """Return what a spider reads from a visit's captures, and whether it is an article; None where there is no page."""
    verdicts = []

    def read_page(body: bytes, url: str, headers: Mapping[str, str]) -> ArticleItem:
        document = parse(body, url, headers)
        item = spider.read_document(document)
        verdicts.append(is_article(document, item, spider.layouts))
        return item

    item = read_captured(exchanges, read_page)
    # Later pages of an article are none by themselves.
    return None if item is None else (item, any(verdicts))
