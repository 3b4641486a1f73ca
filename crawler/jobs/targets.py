"""Which sites a job is to visit, and how each is crawled."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.spiderloader import get_spider_loader

from crawler.arguments import checked_url
from crawler.checks import check_crawl
from crawler.discovery.scope import bare_host
from crawler.errors import BadArgument
from crawler.frontier.errors import FrontierError
from crawler.frontier.place import folder_of
from crawler.frontier.sqlite import SqliteFrontier, sites_of

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings

    from crawler.frontier.outlook import Mode

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


@dataclass(frozen=True, slots=True)
class _Known:
    """What the frontier knows of a site."""

    start: str | None
    """Where its first crawl began."""
    has_ended: bool
    """Whether any crawl of it has come to its end."""


def targets_of(words: Sequence[str], arguments: Mapping[str, str], settings: BaseSettings) -> list[Target]:
    """Return the sites that a person names: spiders by their names, others by an address, or by a host that is known.

    Without the argument `mode` a site is visited for what is due, or in full, where no such crawl of it has ended yet.
    Raises one of `crawler.checks.MISTAKES`: a word that is neither, a site that is named twice, an argument that can't
    be meant.
    """
    loader = get_spider_loader(settings)
    named: dict[str, str] = {}
    """Sites, and the words that name them."""
    hosts: dict[bool, dict[str, str]] = {True: {}, False: {}}
    """Hosts of spiders, and of addresses: a host may have several spiders, but then it is no site of `news`."""
    targets = []
    for word in words:
        is_spider = word != _ANY and word in loader.list()
        own = dict(arguments) if is_spider else {**arguments, "url": _address(word, loader.list(), settings)}
        spider = word if is_spider else _ANY
        made = check_crawl(loader.load(spider), own, settings)
        site = str(getattr(made, "site", None) or made.name)
        before = named.get(site) or next(filter(None, map(hosts[not is_spider].get, _hosts(made))), None)
        if before is not None:
            raise BadArgument("SITE", word, f"{site} is named already, by {before!r}")
        named[site] = word
        hosts[is_spider].update(dict.fromkeys(_hosts(made), word))
        if "mode" not in own:
            own["mode"] = _mode(site, settings)
        targets.append(Target(site=site, spider=spider, arguments=own))
    return targets


def _hosts(spider: Spider) -> set[str]:
    return {bare_host(urlsplit(url).hostname or "") for url in spider.start_urls}


def _mode(site: str, settings: BaseSettings) -> Mode:
    known = _known(site, settings)
    return "due" if known is not None and known.has_ended else "full"


def _address(word: str, spiders: Sequence[str], settings: BaseSettings) -> str:
    """Return where to begin. Raises BadArgument."""
    if "/" in word or ":" in word:
        return checked_url(word)
    host = bare_host(word)
    if (known := _known(host, settings)) is not None:
        return known.start or checked_url(host)
    spider_names = ", ".join(sorted(set(spiders) - {_ANY}))
    expected = (
        f"neither a spider ({spider_names}) nor a site of this archive; one is first named by its address, such as "
        f"https://{word if '.' in word else 'news.example'}/"
    )
    raise BadArgument("SITE", word, expected)


def _known(site: str, settings: BaseSettings) -> _Known | None:
    """Return what the frontier knows of a site; None where there is none, or where it cannot be read."""
    folder = folder_of(settings)
    if site not in sites_of(folder):
        return None
    try:
        return asyncio.run(_look(SqliteFrontier(folder, site, exclusive=False)))
    except FrontierError:
        return None  # its own crawl says what is wrong with it


async def _look(frontier: SqliteFrontier) -> _Known:
    try:
        first = await frontier.ledger(behind=0, limit=1)
        standing = await frontier.overview()
    finally:
        await frontier.close()
    start = first[0].url if first and first[0].way is None else None
    return _Known(start, has_ended=standing.full is not None)
