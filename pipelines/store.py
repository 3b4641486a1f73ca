"""The edge to Scrapy: an item goes in, the archive's line comes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.defer import deferred_from_coro

from archive import ArchiveError, Article, article_id, new_ulid
from pipelines.article import normalise, visited_at
from pipelines.content import Content
from pipelines.recorder import Recorder, Visit
from pipelines.text import encodable
from pipelines.urls import site_of
from pipelines.validate import Invalid, check

WATCHED = ("published_at", "category", "source", "author", "view_count", "prev", "next", "body")
"""Fields whose absence is counted: `field/<name>/missing`."""


class ArchivePipeline:
    """Normalises each item, checks it and stores it in the folder that the setting ARCHIVE names.

    Returns the article's line as plain JSON values. Drops what is invalid (it is in quarantine, with its reason), what
    this run has stored already, and what comes after the spider's `limit`, at which it also closes the spider.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.root = Path(crawler.settings["ARCHIVE"])
        self.stats = crawler.stats
        self.stored: set[str] = set()
        """Ids of this run."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        """Build it as Scrapy asks."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Take up the archive; a folder that cannot be written ends the run here, with CannotWrite."""
        with self._told():
            self.recorder = Recorder(self.root)

    def close_spider(self) -> None:
        """Return when all is on disk."""
        with self._told():
            self.recorder.close()

    def process_item(self, item: Any) -> dict[str, Any]:
        """Store one item and return its line."""
        if self.stats.get_value("archive/error"):
            raise DropItem("the archive failed before")
        if self._full():
            self.stats.inc_value("articles/over_limit")
            raise DropItem("over the limit")
        visit = visit_of(item, now=datetime.now(UTC))
        content = normalise(item, now=visit.fetched_at)
        if invalid := check(content, http_status=visit.http_status):
            self._quarantine(item, content, visit, invalid)
        article = self._store(content, visit)
        for name in WATCHED:
            if getattr(article, name) is None:
                self.stats.inc_value(f"field/{name}/missing")
        if self._full():
            self._close("limit")
        line: dict[str, Any] = msgspec.to_builtins(article)
        return line

    def _store(self, content: Content, visit: Visit) -> Article:
        if article_id(content.canonical_url) in self.stored:
            self.stats.inc_value("articles/duplicate")
            raise DropItem(f"stored already: {content.url}")
        with self._told():
            change, article = self.recorder.record(content, visit)
        self.stored.add(article.id)
        self.stats.inc_value(f"articles/{change}")
        return article

    def _quarantine(self, item: Any, content: Content, visit: Visit, invalid: Invalid) -> None:
        self.stats.inc_value("quarantine/count")
        self.stats.inc_value(f"quarantine/reason/{invalid.reason}")
        with self._told():
            self.recorder.quarantine(content, visit, invalid, encodable(ItemAdapter(item).asdict()))
        raise DropItem(f"{invalid.reason}: {content.url}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Keep the archive's error for the run's summary and end the run: the next item would fare no better."""
        try:
            yield
        except ArchiveError as error:
            self.stats.set_value("archive/error", str(error))
            self._close("archive_error")
            raise

    def _full(self) -> bool:
        limit = getattr(self.crawler.spider, "limit", None)
        return limit is not None and len(self.stored) >= limit

    def _close(self, reason: str) -> None:
        """Ask the engine to close, without waiting: it waits for this very item."""
        if self.crawler.engine.spider is not None:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))


def visit_of(item: Any, *, now: datetime) -> Visit:
    """Return the visit that an item tells of; what a saved page leaves open comes from its address and `now`."""
    words = ItemAdapter(item)
    recorded_at = now.astimezone(UTC).replace(microsecond=0)
    return Visit(
        visit_id=words.get("visit_id") or new_ulid(now),
        site=words.get("site") or site_of(words["url"]),
        fetched_at=visited_at(item) or recorded_at,
        recorded_at=recorded_at,
        http_status=words.get("http_status"),
    )
