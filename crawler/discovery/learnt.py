"""What a crawl learns of its site's addresses: what they lead to, and what in them says nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from crawler.discovery.canonical import Canonical, digest_of
from crawler.discovery.giving import Giving
from crawler.discovery.shapes import Shapes

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import ArticleItem

_EVERY = 50
"""Pages after which what was learnt is put into words for a later run."""


_UNDER_WAY = 1_000
"""Pages whose links may be on their way to the frontier."""


class _Named(NamedTuple):
    """What a page was, and what it named."""

    article: bool
    copy: bool
    links: Collection[str]


class Learnt:
    """Told of each page that was read; asked of each link, and once more before its page is fetched."""

    def __init__(self) -> None:
        self._shapes, self._canonical, self._giving = Shapes(), Canonical(), Giving()
        self._pages = 0
        self._named: OrderedDict[str, _Named] = OrderedDict()
        """Pages of which it is not known yet what they brought."""
        self._facts: dict[str, str] = {}

    def recall(self, facts: Mapping[str, str]) -> None:
        """Take up what an earlier run of the crawl had learnt."""
        if "shapes" in facts:
            self._shapes = Shapes.load(facts["shapes"])
        if "canonical" in facts:
            self._canonical = Canonical.load(facts["canonical"])

    def facts(self) -> Mapping[str, str]:
        """Return what a later run is to know, as it was some pages ago at most."""
        return self._facts

    def canonical(self, url: str) -> str:
        """Return an address without what says nothing."""
        return self._canonical.of(url)

    def priority(self, url: str, usual: int) -> int:
        """Return how soon an address is to be fetched: `usual` is what its link says, higher is sooner."""
        return self._shapes.priority(url, usual)

    def page(self, document: Document, item: ArticleItem, named: Collection[str], *, is_article: bool) -> None:
        """Take what a page is, and what it names; `read` tells what of that was new."""
        self._giving.saw(document.url, is_article=is_article)
        digest = digest_of(document, item, is_article=is_article)
        copy = self._canonical.saw(document.url, digest) is not None
        self._named[document.url] = _Named(is_article, copy, named)
        if len(self._named) > _UNDER_WAY:
            # Nobody tells: a scheduler of Scrapy's own is at work.
            self.read(next(iter(self._named)), None)

    def read(self, url: str, new: Collection[str] | None) -> None:
        """Take which of the addresses that a page named were new to the crawl; None where nobody knows."""
        page = self._named.pop(url, None)
        if page is None:
            return
        self._shapes.seen(url, article=page.article, copy=page.copy, named=page.links, new=new)
        self._pages += 1
        if self._pages % _EVERY == 0:
            self._facts = {"shapes": self._shapes.dump(), "canonical": self._canonical.dump()}

    def led(self, url: str, to: str, *, is_new: bool) -> None:
        """Take where an address has led instead of to a page."""
        self._shapes.seen(url, article=False, named=[to], new=[to] if is_new else [])

    def listed(self, name: str, addresses: Collection[str]) -> None:
        """Take what a sitemap or feed names."""
        self._shapes.listed(name, addresses)

    def gives(self, url: str) -> bool:
        """Return whether practically all pages with addresses of this shape were articles."""
        return self._giving.gives(url)

    def unwanted(self, url: str) -> str | None:
        """Return why an address is put off, None where it is not."""
        return self._shapes.wants(url)
