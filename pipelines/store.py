"""The edge to Scrapy: an item goes in, the archive's line comes out."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.utils.defer import deferred_from_coro

from archive import ArchiveError, Article, article_id, new_ulid
from archive.records import plain_values
from pipelines.article import normalise, visited_at
from pipelines.recorder import Recorder, Visit
from pipelines.text import encodable
from pipelines.urls import site_of
from pipelines.validate import check

log = logging.getLogger(__name__)

ARCHIVE_ERROR = "archive_error"
"""The finish reason of a run whose archive could not be read or written."""
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
        self.recorder: Recorder | None = None
        """None before the run and where the archive could not be opened."""
        self.stored: set[str] = set()
        """Ids of this run."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        """Build it as Scrapy asks."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Take up the archive; where that fails the run ends here, and the stat `archive/error` says why."""
        try:
            self.recorder = Recorder(self.root)
        except ArchiveError as error:
            self._fail(error)
            raise CloseSpider(ARCHIVE_ERROR) from error

    def close_spider(self) -> None:
        """Return when all is on disk."""
        if self.recorder is None:
            return
        try:
            self.recorder.close()
        except ArchiveError as error:
            self._fail(error)

    def process_item(self, item: Any) -> dict[str, Any]:
        """Store one item and return its line."""
        if self.recorder is None or self.stats.get_value("archive/error"):
            raise DropItem("the archive failed before")
        if self._full():
            self.stats.inc_value("articles/over_limit")
            raise DropItem("over the limit")
        try:
            article = self._store(item, self.recorder)
        except ArchiveError as error:
            # The next item would fare no better: what is written stands, and the rest is for the next run.
            self._fail(error)
            self._close(ARCHIVE_ERROR)
            raise DropItem(str(error)) from error
        if self._full():
            self._close("limit")
        return plain_values(article)

    def _store(self, item: Any, recorder: Recorder) -> Article:
        visit = visit_of(item, now=datetime.now(UTC))
        content = normalise(item, now=visit.fetched_at)
        if invalid := check(content, http_status=visit.http_status):
            recorder.quarantine(content, visit, invalid, encodable(ItemAdapter(item).asdict()))
            self.stats.inc_value("quarantine/count")
            self.stats.inc_value(f"quarantine/reason/{invalid.reason}")
            raise DropItem(f"{invalid.reason}: {content.url}")
        if article_id(content.canonical_url) in self.stored:
            self.stats.inc_value("articles/duplicate")
            raise DropItem(f"stored already: {content.url}")
        change, article = recorder.record(content, visit)
        self.stored.add(article.id)
        self.stats.inc_value(f"articles/{change}")
        for name in WATCHED:
            if getattr(article, name) is None:
                self.stats.inc_value(f"field/{name}/missing")
        return article

    def _fail(self, error: ArchiveError) -> None:
        self.stats.set_value("archive/error", str(error))
        log.critical("%s", error)

    def _full(self) -> bool:
        limit = getattr(self.crawler.spider, "limit", None)
        return limit is not None and len(self.stored) >= limit

    def _close(self, reason: str) -> None:
        """Ask the engine to close, without waiting: it waits for this very item."""
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))


def visit_of(item: Any, *, now: datetime) -> Visit:
    """Return the visit that an item tells of; what a saved page leaves open comes from its address and `now`."""
    words = ItemAdapter(item)
    recorded_at = now.astimezone(UTC)
    return Visit(
        visit_id=words.get("visit_id") or new_ulid(now),
        site=words.get("site") or site_of(words["url"]),
        fetched_at=visited_at(item) or recorded_at.replace(microsecond=0),
        recorded_at=recorded_at,
        http_status=words.get("http_status"),
    )
