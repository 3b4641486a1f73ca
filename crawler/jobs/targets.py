"""Which sites a job is to visit, and how each is crawled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.spiderloader import get_spider_loader

from crawler.arguments import checked_url
from crawler.checks import check_crawl
from crawler.errors import BadArgument

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_ANY = "news"
"""The spider of sites that have none of their own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One site of a job."""

    site: str
    """As in the archive's lines."""
    spider: str
    arguments: Mapping[str, str]
    """Of the spider."""


def targets_of(words: Sequence[str], arguments: Mapping[str, str], settings: BaseSettings) -> list[Target]:
    """Return the sites that a person names: spiders by their names, others by an address or host.

    Raises one of `crawler.checks.MISTAKES`: a word that is neither, a site that is named twice, an argument that can't
    be meant.
    """
    loader = get_spider_loader(settings)
    found: dict[str, str] = {}
    targets = []
    for word in words:
        if word != _ANY and word in loader.list():
            spider, own = word, dict(arguments)
        else:
            spider, own = _ANY, {**arguments, "url": _address(word, loader.list())}
        made = check_crawl(loader.load(spider), own, settings)
        site = str(getattr(made, "site", None) or made.name)
        if site in found:
            raise BadArgument("SITE", word, f"{site} is named already, by {found[site]!r}")
        found[site] = word
        targets.append(Target(site=site, spider=spider, arguments=own))
    return targets


def _address(word: str, spiders: Sequence[str]) -> str:
    try:
        return checked_url(word)
    except BadArgument:
        names = ", ".join(sorted(set(spiders) - {_ANY}))
        expected = f"neither a spider ({names}) nor an address or host, such as https://example.com/news/"
        raise BadArgument("SITE", word, expected) from None
