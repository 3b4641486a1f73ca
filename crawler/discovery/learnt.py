"""What a crawl learns of its site's addresses: what they lead to, and what in them says nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.canonical import Canonical, digest_of
from crawler.discovery.shapes import Shapes

if TYPE_CHECKING:
    from crawler.discovery.links import Link
    from crawler.extraction.document import Document
    from crawler.items import ArticleItem

_EVERY = 50
"""Pages after which what was learnt is put into words for a later run."""


class Learnt:
    """Told of each page that was read; asked of each link, and once more before its page is fetched."""

    def __init__(self) -> None:
        self._shapes, self._canonical = Shapes(), Canonical()
        self._pages = 0
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

    def link(self, link: Link) -> Link:
        """Return a link as it is to be followed: under the address that says all, and as soon as it deserves."""
        url = self._canonical.of(link.url)
        return replace(link, url=url, priority=self._shapes.priority(url, link.priority))

    def is_copy(self, document: Document, item: ArticleItem, *, is_article: bool) -> bool:
        """Return whether the page reads as another one did; to be asked once of each page."""
        digest = digest_of(document, item, is_article=is_article)
        return self._canonical.saw(document.url, digest) is not None

    def read(self, url: str, *, article: bool, copy: bool, named: Collection[str], new: Collection[str] | None) -> None:
        """Take what a page named, and which of that was new to the crawl; None where nobody knows."""
        self._shapes.seen(url, article=article, copy=copy, named=named, new=new)
        self._pages += 1
        if self._pages % _EVERY == 0:
            self._facts = {"shapes": self._shapes.dump(), "canonical": self._canonical.dump()}

    def led(self, url: str, to: str, *, is_new: bool) -> None:
        """Take where an address has led instead of to a page."""
        self._shapes.seen(url, article=False, named=[to], new=[to] if is_new else [])

    def listed(self, name: str, addresses: Collection[str]) -> None:
        """Take what a sitemap or feed names."""
        self._shapes.listed(name, addresses)

    def unwanted(self, url: str) -> str | None:
        """Return why an address is put off, None where it is not."""
        return self._shapes.wants(url)
