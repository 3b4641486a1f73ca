"""The links of a page, each with the way that it is: chain, lists or links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from crawler.discovery.canonical import without_session
from crawler.discovery.refusals import is_page
from crawler.discovery.scope import Scope

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import ArticleItem

Way = Literal["chain", "lists", "links", "sitemaps", "feeds"]
WAYS: tuple[Way, ...] = ("chain", "lists", "links", "sitemaps", "feeds")

MOST_LINKS = 5_000
"""Links of one page that are looked at."""
LONGEST_URL = 2_000

_PAGINATION = re.compile(
    r"^(?:[<>«»‹›←→\s]*(?:\d{1,4}|下一?页|下页|后页|尾页|末页|more|加载?更多|next(?: page)?|older(?: posts| entries)?"
    r"|plus anciens?|page suivante|suivante?s?|weiter|ältere(?: beiträge)?|siguientes?|próxima)[<>«»‹›←→\s]*|[>»›→]+)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """One address to ask for next."""

    url: str
    way: Way
    priority: int
    """Higher is sooner: the chain, then what looks like an article, then the next page of a list, then the rest."""
    is_further: bool = False
    """Whether it is the further page of a list."""
    modified_at: int | None = None
    """When the page was changed, as a sitemap or feed says it: seconds since 1970, UTC."""


def follow(
    document: Document,
    item: ArticleItem,
    *,
    is_article: bool,
    scope: Scope,
    ways: frozenset[str],
    is_start: bool = False,
    form: Callable[[str], str] = str,
    count: Callable[[str], object] | None = None,
) -> Iterator[Link]:
    """Yield the links of a page that these `ways` follow, each address once, all of this site and in its own `form`.

    chain: prev and next of an article. lists: the links of a page that is no article. links: those of articles as well.
    With the chain alone, a start page that is no article still leads into the chains.
    A page of which links are left out, beyond MOST_LINKS, longer than LONGEST_URL or where it was cut, counts as
    `guard/links`.
    """
    found: dict[str, Link] = {}

    def add(url: str, way: Way, priority: int, *, is_further: bool = False) -> None:
        local = followed(url, scope)
        if local is not None and (own := form(local)) not in found:
            found[own] = Link(own, way, priority, is_further)

    is_left = document.is_cut
    if is_article and "chain" in ways:
        for neighbour in (item.prev, item.next):
            if neighbour is not None and neighbour.url is not None:
                add(neighbour.url, "chain", 30)
    way = _way_of_links(ways, is_article=is_article, is_start=is_start)
    if way is not None:
        for number, (url, text) in enumerate(_anchors(document)):
            if number == MOST_LINKS:
                is_left = True
                break
            if url is None:
                continue
            is_left |= len(url) > LONGEST_URL and url in scope
            is_further = _PAGINATION.match(text[:40]) is not None
            add(url, way, 10 if is_further else priority_of(url, text), is_further=is_further)
    if is_left and count is not None:
        count("guard/links")
    yield from found.values()


def _way_of_links(ways: frozenset[str], *, is_article: bool, is_start: bool) -> Way | None:
    if not is_article and "lists" in ways:
        return "lists"
    if "links" in ways:
        return "links"
    return "chain" if is_start and not is_article and "chain" in ways else None


@lru_cache(4_096)  # most links of a page are those of the page before
def followed(url: str, scope: Scope) -> str | None:
    """Return the form in which a link is followed; None where it is not: another site's, too long, no page."""
    local = scope.localise(without_session(url))
    return local if local is not None and len(local) <= LONGEST_URL and is_page(local) else None


def _anchors(document: Document) -> Iterator[tuple[str | None, str]]:
    for element in document.tree.xpath(f"(//a[@href] | //area[@href] | //frame[@src])[position() <= {MOST_LINKS + 1}]"):
        url = document.link(element.get("href") or element.get("src"))
        yield url, " ".join("".join(element.itertext()).split()) if url else ""


def priority_of(url: str, text: str) -> int:
    """Return how soon a page is to be read, by its address and the words of the link to it."""
    # Headlines are longer than the names of sections.
    return 15 if len(text) >= 12 or re.search(r"\d{4,}", url.partition("?")[0].rpartition("/")[2]) else 0
