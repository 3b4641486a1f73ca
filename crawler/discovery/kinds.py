"""Whether a page is an article, by what it is: its words, its links and the shape of its address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.discovery.parts import is_part

if TYPE_CHECKING:
    from crawler.extraction.blocks import Block
    from crawler.extraction.document import Document
    from crawler.items import ArticleItem
    from crawler.layout import Layout

THRESHOLD = 4
"""Points from which a page is an article; see `evidence_for`."""

# Addresses that list: a site's root, index and list files, tags, categories, archives by year and month, page 2, 3, ...
_LISTING = re.compile(
    r"""^/(?:index\d*|default|home|main)?(?:\.\w{2,5})?$
    | /(?:index|list|default|more|page)(?:[-_]?\d{1,3}){0,3}(?:\.\w{2,5})?/?$
    | /(?:tags?|categor(?:y|ies|ie)|topics?|labels?|authors?|archives?|kategorie|etiquetas?)(?:/[^/]+){0,3}/?$
    | /p(?:age|g)?[-_/]?\d{1,4}/?$
    | /(?:archives?/)?(?:19|20)\d\d(?:/(?:0?[1-9]|1[0-2]))?(?:/(?:[0-2]?\d|3[01]))?/?$
    | /(?:search|sitemap|about|contacts?|login|impressum|privacy|copyright|links?|404)(?:[-_]?us)?(?:\.\w{2,5})?/?$
    """,
    re.IGNORECASE | re.VERBOSE,
)
# One word, as sections are called; an article's address says more.
_SECTION = re.compile(r"/[^\W\d_]+/?")
_SINGLE = re.compile(
    r"""/(?:19|20)\d\d[-/]?\d{1,2}(?:[-/]?\d{1,2})?/[^/]+
    | \d{3,}[^/]*$
    | /[^/]+(?:-[^/-]+){3,}/?$
    | [=/]\d{2,}(?:\.\w{2,5})?$
    """,
    re.VERBOSE,
)

_DAY = re.compile(r"\d{1,4}[-./年]\d{1,2}(?:[-./月]\d{1,2})?|\b\d{4}\b")
_TIME_LINE = 80
"""Characters; a longer line is prose that mentions a day."""
_MANY = 3
"""From so many alike they are entries of a list."""


def is_article(document: Document, item: ArticleItem, layouts: Sequence[Layout] = ()) -> bool:
    """Return whether the page is one article, and no list, home or service page, and no second page of an article.

    What the site's layouts state of addresses settles it. A page that is an article but for a text of its own is one
    too: to store it or not is not decided here.
    """
    if not item.title or is_part(document):
        return False
    stated = [layout.articles for layout in layouts if layout.articles]
    if stated:
        parts = urlsplit(item.url)
        address = unquote(parts.path) + (f"?{parts.query}" if parts.query else "")
        return any(re.search(pattern, address) for pattern in stated)
    points = evidence_for(document, item)
    if not item.body and not item.images:
        return points >= THRESHOLD + 1
    return points >= (THRESHOLD if _has_neighbours(item) or _has_time(document, item) else THRESHOLD + 1)


def _has_neighbours(item: ArticleItem) -> bool:
    """Return whether the page has an article before or after, or says that there is none; pages of a list are none."""
    sides = [side for side in (item.prev, item.next) if side is not None]
    return any(side.url is None or not _LISTING.search(unquote(urlsplit(side.url).path)) for side in sides)


def lists(url: str) -> bool:
    """Return whether an address is written as those of lists are: a root, a tag, a category, a month, a page 2.

    >>> lists("https://a.cn/tags/git/"), lists("https://a.cn/2024/05/"), lists("https://a.cn/2024/05/git-for-all/")
    (True, True, False)
    """
    parts = urlsplit(url)
    return not parts.query and _LISTING.search(unquote(parts.path)) is not None


def evidence_for(document: Document, item: ArticleItem) -> int:
    """Return points: what an article has adds, what a list has takes away."""
    how = {evidence.name: evidence.how for evidence in item.evidence}
    chars = sum(map(len, item.body))
    points = _address(item.url)
    if _has_time(document, item):
        points += 1 if how.get("published_at") == "url" else 2
    points += 2 * _has_neighbours(item)
    points += bool(item.views) + any((item.source, item.author, item.editor))
    points += (chars >= 150) + (chars >= 600)
    points += _says_article(document)
    return points + _headline(document, item)


def _address(url: str) -> int:
    parts = urlsplit(url)
    path = unquote(parts.path)
    if path and not parts.query and _LISTING.search(path):
        return -3
    if _SECTION.fullmatch(path) and not parts.query:
        return -2
    return int(bool(_SINGLE.search(path + ("?" + parts.query if parts.query else ""))))


def _says_article(document: Document) -> bool:
    """Return whether the page calls itself an article (Open Graph)."""
    return any(
        value.strip().lower() == "article"
        for value in document.tree.xpath("//meta[@property='og:type' or @name='og:type']/@content")
    )


def _has_time(document: Document, item: ArticleItem) -> bool:
    """Return whether the page has a time of its own: not one that stands where others of its like do, in a list."""
    words = item.published
    if not words:
        return False
    lines = [block for block in document.blocks if words in block.text]
    if not lines:
        return True
    alike = Counter(
        _like(block) for block in document.blocks if len(block.text) <= _TIME_LINE and _DAY.search(block.text)
    )
    return any(alike[_like(block)] < _MANY for block in lines)


def _like(block: Block) -> tuple[str, str, str, str]:
    """Return what the lines of a list's entries have in common: their elements."""
    parent = block.element.getparent()
    around = ("", "") if parent is None else (str(parent.tag), parent.get("class", ""))
    return (str(block.element.tag), block.element.get("class", ""), *around)


def _headline(document: Document, item: ArticleItem) -> int:
    """Return 1 where the page shows its title as its own; -3 where it shows the titles of others instead."""
    title = _flat(item.title or "")
    for block in document.blocks:
        if _flat(block.text) == title and all(_same_page(document, link.get("href")) for link in block.links):
            return 1
    others = {href for href in document.tree.xpath("(//h1 | //h2 | //h3)//a/@href") if not _same_page(document, href)}
    return -3 if len(others) >= _MANY else 0


def _same_page(document: Document, href: str | None) -> bool:
    return (href or "").startswith("#") or _bare(document.link(href) or "") == _bare(document.url)


def _bare(url: str) -> str:
    return unquote(urlsplit(url).path).removesuffix("index.html").rstrip("/") + "?" + urlsplit(url).query


def _flat(text: str) -> str:
    return "".join(text.split())
