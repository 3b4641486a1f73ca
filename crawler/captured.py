"""A raw capture read again as the page that it was, without a crawl."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from crawler.discovery.parts import is_part_of, joined
from crawler.downloader.compression import MOST_ENCODINGS
from crawler.extraction import Unreadable

if TYPE_CHECKING:
    from archive import Exchange
    from crawler.items import ArticleItem

PageReader = Callable[[bytes, str, Mapping[str, str]], "ArticleItem"]
"""Reads a page from its bytes, its address and its headers. Raises Unreadable."""

PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "")
"""Content types that may hold a page; some servers send none, or a wrong one."""

LARGEST = 64 << 20
"""Bytes of a page, unpacked."""


def is_page_type(content_type: str) -> bool:
    """Return whether what is declared so may be a page.

    >>> is_page_type("Text/HTML; charset=gbk"), is_page_type("application/pdf")
    (True, False)
    """
    return content_type.partition(";")[0].strip().lower() in PAGE_TYPES


def read_captured(exchanges: Sequence[Exchange], read_page: PageReader) -> ArticleItem | None:
    """Return what `read_page` makes of a visit's captures; None where none of them holds a page.

    Redirects come first; of an article over several pages all are there, in order, and are read as one.
    """
    items = [item for exchange in exchanges if (item := _read(exchange, read_page)) is not None]
    # What leads on by its markup (meta refresh) is a page as well: the last that is no part of another is the article.
    first = max((n for n, item in enumerate(items) if not _continues(item, items[:n])), default=None)
    return None if first is None else joined(items[first], items[first + 1 :])


def _continues(item: ArticleItem, before: Sequence[ArticleItem]) -> bool:
    return any(is_part_of(item.url, other.url) for other in before)


def page_in(exchange: Exchange) -> tuple[bytes, dict[str, str]] | None:
    """Return the bytes of the page that a capture holds, and what is declared of them; None where it holds none."""
    content_type = next((value for name, value in reversed(exchange.headers) if name.lower() == "content-type"), "")
    if not 200 <= exchange.status < 300 or not is_page_type(content_type):
        return None
    try:
        return unpacked(exchange), {"Content-Type": content_type}
    except Unreadable:
        return None


def _read(exchange: Exchange, read_page: PageReader) -> ArticleItem | None:
    page = page_in(exchange)
    if page is None:
        return None
    try:
        item = read_page(page[0], exchange.url, page[1])
    except Unreadable:
        return None
    item.http_status = exchange.status
    item.fetched_at = exchange.fetched_at.isoformat(timespec="seconds")
    return item


def unpacked(exchange: Exchange) -> bytes:
    """Return the body without its Content-Encoding, as a crawl would: by the same code. Raises Unreadable."""
    encodings = [value.encode("latin-1") for name, value in exchange.headers if name.lower() == "content-encoding"]
    body = exchange.body
    times = HttpCompressionMiddleware._split_encodings(encodings)[0]
    if len(times) > MOST_ENCODINGS:
        raise Unreadable(f"it is packed {len(times)} times")
    try:
        for encoding in times:
            body = HttpCompressionMiddleware._decode(body, encoding, LARGEST)
    except Exception as error:  # each decoder has errors of its own
        raise Unreadable(f"its Content-Encoding cannot be undone: {error}") from error
    return body
