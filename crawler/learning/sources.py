"""Where the pages of a site come from: an archive, a folder of saved pages, or a crawl made for it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from archive import Archive, Article, Damaged, NotThere, QuarantineRecord
from crawler.captured import page_in
from crawler.discovery.scope import bare_host
from crawler.errors import NotFetched
from crawler.saved import load, saved_pages, stem

MISREAD = ("regressed", "no_title", "no_body")
"""Reasons for which articles are in quarantine that better rules may read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The bytes of one page."""

    name: str
    """By which a person finds it."""
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    fetched: date | None = None
    """When the server answered; None for saved pages."""
    is_misread: bool = False
    """Whether it is in quarantine."""
    known: Article | None = None
    """Of a page in quarantine: its article as it was read before."""


class NoPages(ValueError):
    """A site of which an archive has no page."""


def archived(opened: Archive, site: str) -> Iterator[Page]:
    """Yield the raw pages of a site's articles, in an order that is as good as random and always the same.

    Raises NoPages.
    """
    articles = sorted(opened.articles(site=site), key=lambda article: article.id)
    if not articles:
        sites = sorted({article.site for article in opened.articles()})
        raise NoPages(f"no article of {site!r} in the archive; there are: {', '.join(sites) or 'none at all'}")
    if not any(article.captures for article in articles):
        raise NoPages(f"the {len(articles)} articles of {site!r} were stored without their raw pages")
    for article in articles:
        yield from _captured(opened, article)


def misread(opened: Archive, site: str) -> Iterator[Page]:
    """Yield the raw pages of a site that are in quarantine since they are misread, each in its newest design.

    Those whose articles are known from before come first.
    """
    newest = {record.id: record for record in opened.quarantine(site=site) if record.reason in MISREAD}
    found = []
    for record in sorted(newest.values(), key=lambda record: record.id):
        try:
            known = opened.article(record.id).article
        except NotThere:
            known = None
        # Since then the article may have been read well again.
        if known is None or known.fetched_at <= record.fetched_at:
            found.append((record, known))
    for record, known in sorted(found, key=lambda pair: pair[1] is None):
        yield from (replace(page, is_misread=True, known=known) for page in _captured(opened, record))


def _captured(opened: Archive, article: Article | QuarantineRecord) -> Iterator[Page]:
    """Yield the page of an article: the last of its captures, or the first of several pages."""
    pages = []
    fetched = article.fetched_at.date()
    for capture in article.captures:
        try:
            exchange = opened.exchange(capture)
        except Damaged:
            continue
        if exchange is not None and (page := page_in(exchange)) is not None:
            pages.append(Page(name=exchange.url, url=exchange.url, body=page[0], headers=page[1], fetched=fetched))
    yield from ([page for page in pages if page.url == article.url] or pages[-1:])[:1]


def saved(folder: Path, *, urls: Mapping[str, str] | None = None, base: str | None = None) -> Iterator[Page]:
    """Yield the pages of a folder, in an order that is as good as random and always the same.

    `urls` are addresses by a file's name without its ending; `base` is the address of the folder. Raises NotSaved.
    """
    paths = [path.relative_to(folder).as_posix() for path in saved_pages([folder])]
    for path in sorted(paths, key=lambda path: hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()):
        url = (urls or {}).get(stem(folder / path), "")
        if not url and base:
            url = urljoin(base, quote(path.removesuffix(".gz").removesuffix("index.html"), errors="surrogateescape"))
        yield Page(name=url or path, url=url, body=load(folder / path))


def fetch(url: str, count: int, archive: Path, settings: Sequence[str]) -> str:
    """Crawl a site into an archive until it has so many articles, and return the site's name there.

    It is the crawl that `scrapy crawl news` makes, with the same manners and bounds. Raises NotFetched.
    """
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"url={url}", "-a", f"limit={count}"]
    # What a person sets goes first: where the pages are kept is not theirs to say this time.
    for setting in (*settings, f"ARCHIVE={archive}", "FRONTIER=", "CAPTURES=1"):
        command += ["-s", setting]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)  # noqa: S603, our own
    if done.returncode in _GIVEN_UP:
        raise NotFetched(url, _GIVEN_UP[done.returncode])
    return bare_host(urlsplit(url).hostname or "")


_GIVEN_UP = {
    1: "the crawl failed",
    2: "the crawl was refused",
    4: "its start page cannot be had",
    5: "no article was found from there",
    130: "the crawl was stopped",
    143: "the crawl was stopped",
}
"""Exit codes of a crawl from which nothing can be learnt -> why."""
