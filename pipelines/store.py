"""The edge to Scrapy: an item goes in, the archive's line comes out once it is on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from itemadapter import ItemAdapter
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.utils.defer import deferred_from_coro

from archive import ArchiveError, Article, SiteLocked
from pipelines.article import normalise
from pipelines.ends import Ends
from pipelines.identity import Identity, find, identify
from pipelines.opened import OpenArchive
from pipelines.options import Options
from pipelines.recorder import moved
from pipelines.sightings import is_sighting, is_unmodified
from pipelines.stored import Quarantined, StoredLine, count
from pipelines.validate import Invalid, check
from pipelines.visits import Visit, visit_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from archive import Capture, Exchange, Observation
    from pipelines.content import Content
    from pipelines.keeper import Keeper
    from pipelines.recorder import Finding

log = logging.getLogger(__name__)

ARCHIVE_ERROR = "archive_error"
"""The finish reason of a run whose archive could not be read or written."""


class OverLimit(DropItem):
    """The run has as many articles as it was asked for."""


class Duplicate(DropItem):
    """This crawl has stored the article already."""


class ArchivePipeline:
    """Normalises each item, checks it and stores it in the folder that the setting ARCHIVE names.

    Returns the article's line as plain JSON values, once it is on disk. Drops what is invalid (it is in quarantine,
    with its reason), what this crawl has stored already, what is no article but an observation of one, and what comes
    after the spider's `limit`, at which it also closes the spider.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.stats = crawler.stats
        self.options = Options.of(crawler.settings)
        self.archive: OpenArchive | None = None
        """None before the run and where the archive could not be opened."""
        self.stored = 0
        """How many articles this run has stored."""
        self._mark: int | None = None
        self._head_number: int | None = None
        self.moved: set[str] = set()
        """Ids whose address led elsewhere in this run."""
        self.ends = Ends()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        """Build it as Scrapy asks. Raises BadSetting."""
        return cls(crawler)

    async def open_spider(self) -> None:
        """Take up the archive; where that fails the run ends here, and the stat `archive/error` says why."""
        try:
            self.archive = OpenArchive(self.options, self.crawler.spider, failed=self._failed, again=self._again)
            if self._mark is not None:
                self.archive.resume(self._mark)
        except ArchiveError as error:
            if isinstance(error, SiteLocked):
                self.stats.set_value("archive/locked", True)
            self._fail(error)
            raise CloseSpider(ARCHIVE_ERROR) from error

    async def close_spider(self) -> None:
        """Return when all is on disk and published; the stat `archive/head` then names the newest commit."""
        if self.archive is None:
            return
        try:
            if not self._has_failed():
                for seen in self.ends.store(self.archive, moved=self.moved):
                    self.stats.inc_value(f"sightings/{seen.outcome}")
            head = await self.archive.close()
        except ArchiveError as error:
            if not self._has_failed():
                self._fail(error)
        else:
            if head:
                self.stats.set_value("archive/head", head)
        self._head_number = self.archive.head_number
        self.archive = None

    async def process_item(self, item: Any) -> StoredLine:
        """Store one item and return its line."""
        if self.archive is None or self._has_failed():
            raise DropItem("the archive failed before", log_level="DEBUG")
        try:
            if is_sighting(item):
                if is_unmodified(item):
                    await self._store_unmodified(item, self.archive)
                else:
                    self.sight(item)
                # Nothing to tell anybody: it happens for each dead link of a site.
                raise DropItem("no article", log_level="DEBUG")
            if self.is_full():
                self.stats.inc_value("articles/over_limit")
                raise OverLimit("over the limit")
            article, finding = await self._store(item, self.archive)
            self.stored += 1
            # Where pictures are kept too, those of the last articles are still to come: the run ends when it has them.
            if self.is_full() and not getattr(self.crawler.spider, "requisites", False):
                self._close("limit")
            await self.archive.commit.durable()
        except ArchiveError as error:
            self._failed(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        # What a full disk took back was never stored.
        count(self.stats, article, finding)
        return StoredLine(article, finding.change)

    def capture(self, visit_id: str, exchange: Exchange) -> Capture | None:
        """Return where an answer is kept; None where it is not, or not yet (`settle`)."""
        return self._keeping(lambda keeper: keeper.take(visit_id, exchange))

    def settle(self, visit_id: str) -> None:
        """Keep the raw page of a visit from which no item came."""
        self._keeping(lambda keeper: keeper.settle(visit_id, keep=True))

    def _keeping(self, act: Callable[[Keeper], Capture | None]) -> Capture | None:
        if self.archive is None or self._has_failed():
            return None
        try:
            return act(self.archive.keeper)
        except ArchiveError as error:
            self._failed(error)
            return None
        finally:
            self.archive.commit.wake()

    def sight(self, item: Any) -> None:
        """Remember what became of a page from which no article came, where one is known there."""
        if self.archive is not None and not self._has_failed():
            self.ends.take(item, self.archive)

    async def _store_unmodified(self, item: Any, archive: OpenArchive) -> None:
        """Keep that a page is as it was; what is known of it cannot change by what is read later."""
        seen = archive.observation(item)
        if seen is not None and not archive.is_stored(seen.id):
            archive.recorder.append(seen)
            self.stats.inc_value("sightings/not_modified")
            archive.commit.wake()
            await archive.commit.durable()

    async def _store(self, item: Any, archive: OpenArchive) -> tuple[Article, Finding]:
        visit = visit_of(item, now=datetime.now(UTC))
        content = normalise(item, now=visit.fetched_at, tracking=archive.tracking)
        identity = identify(content, visit, archive.writer.known, archive.tracking)
        if archive.writer.known.is_erased(identity.id):
            archive.keeper.settle(visit.visit_id, keep=False)
            self.stats.inc_value("guard/erased")
            raise DropItem(f"erased: {content.url}")
        doubtful = bool(ItemAdapter(item).get("doubtful"))
        invalid = None if doubtful else check(content, http_status=visit.http_status)
        if invalid is None and archive.gate and archive.writer.known.latest(identity.id) is None:
            invalid = await archive.gate.new(identity.id, content, doubtful=doubtful)
        if invalid:
            await self._quarantine(item, identity, content, visit, invalid, archive)
        if archive.is_stored(identity.id) and not ItemAdapter(item).get("again"):
            archive.settled(visit, keep=True)
            archive.recorder.append(*self._moves(identity, content, visit, archive))
            archive.commit.wake()
            self.stats.inc_value("articles/duplicate")
            raise Duplicate(f"stored already: {content.url}")
        finding = archive.recorder.find(content, identity)
        if archive.gate and finding.latest and (invalid := archive.gate.known(finding, content)):
            await self._quarantine(item, identity, content, visit, invalid, archive)
        if doubtful:
            visit = archive.settled(visit, keep=True)
            if archive.gate and finding.latest is None:
                invalid = Invalid(reason="regressed", detail="looks like no article, as its like are")
                archive.gate.hold(partial(self._quarantine, item, identity, content, visit, invalid, archive))
            raise DropItem("no article", log_level="DEBUG")
        visit = archive.settled(visit, keep=finding.is_revision)
        article = archive.recorder.record(finding, content, visit, moves=self._moves(identity, content, visit, archive))
        return article, finding

    async def _quarantine(
        self, item: Any, identity: Identity, content: Content, visit: Visit, invalid: Invalid, archive: OpenArchive
    ) -> NoReturn:
        archive.quarantine(item, identity, content, visit, invalid)
        self.stats.inc_value("quarantine/count")
        self.stats.inc_value(f"quarantine/reason/{invalid.reason}")
        await archive.commit.durable()
        raise Quarantined(invalid.reason, content.url)

    async def _again(self, url: str) -> None:
        """Fetch an article once more and store what it says now, which is no further article of the run."""
        ask = getattr(self.crawler.spider, "again", None)
        if ask is not None and (item := await ask(url)) is not None and self.archive is not None:
            with suppress(DropItem):
                await self._store(item, self.archive)

    def _moves(self, identity: Identity, content: Content, visit: Visit, archive: OpenArchive) -> list[Observation]:
        """Return what a visit says of addresses that led to it, each article once in a run; count it."""
        found = []
        for id_, hop in identity.moves:
            if id_ not in self.moved and (id_ == identity.id or not archive.is_stored(id_)):
                self.moved.add(id_)
                found.append(moved(id_, hop, visit, to=content.url))
                self.stats.inc_value("sightings/moved")
        return found

    def is_erased(self, url: str) -> bool:
        """Return whether this is the address of an article that was taken down."""
        return self.archive is not None and self.archive.keeper.is_erased(url)

    def is_full(self) -> bool:
        """Return whether this run has as many articles as it was asked for."""
        limit = getattr(self.crawler.spider, "limit", None)
        return limit is not None and self.stored >= limit

    def is_known(self, url: str) -> bool:
        """Return whether an article is known by this address."""
        return self.archive is not None and find(self.archive.writer.known, url, self.archive.tracking) is not None

    def is_pending(self, visit_id: str) -> bool:
        """Return whether it is not yet known whether a visit's raw page is kept."""
        return self.archive is not None and self.archive.keeper.is_pending(visit_id)

    def owes(self, urls: Iterable[str]) -> bool:
        """Return whether what became of an article that is known by one of these waits for the end of the run."""
        return self.ends.owes(urls, self.archive)

    @property
    def head_number(self) -> int:
        """Number of the newest commit as far as this process knows: what it hands in from now on comes behind it.

        Raises ArchiveError before the archive is open.
        """
        number = self._head_number if self.archive is None else self.archive.head_number
        if number is None:
            raise ArchiveError("the archive is not open")
        return number

    def resume(self, mark: int) -> None:
        """Go on with a crawl that began when the newest commit was `mark`: what came later, it has stored.

        Without it, the crawl begins with this run.
        """
        self._mark = mark
        if self.archive is not None:
            self.archive.resume(mark)

    def proven(self, proofs: Collection[str], after: int) -> set[str]:
        """Return which of some proofs the archive holds, published. Raises ArchiveError.

        `visit:<visit id>`: an observation line of the visit, in a commit after number `after`; `capture:<record id>`:
        a WARC record, id as in captures; `` (empty) holds always.
        """
        if self.archive is None:
            raise ArchiveError("the archive is not open")
        return self.archive.proven(proofs, after)

    async def durable(self) -> None:
        """Return when all that was handed in is on disk, at once where it is. Raises ArchiveError where it cannot be.

        What waits for its item (`is_pending`) or for the end of the run (`owes`) is not handed in yet.
        """
        if self._has_failed():
            raise ArchiveError(self.stats.get_value("archive/error"))
        if self.archive is not None:
            try:
                await self.archive.commit.durable()
            except Exception as error:  # whatever it is, nothing is known to be on disk
                raise ArchiveError(str(error)) from error

    async def room(self) -> None:
        """Return at once, or when the disk has caught up."""
        if self.archive is not None:
            await self.archive.commit.room()

    def _has_failed(self) -> bool:
        return bool(self.stats.get_value("archive/error"))

    def _fail(self, error: Exception) -> None:
        self.stats.set_value("archive/error", str(error))
        log.critical("%s", error)

    def _failed(self, error: Exception) -> None:
        """End the run: the next item would fare no better. What is on disk stands, the rest is for the next run."""
        if not self._has_failed():
            self._fail(error)
            self._close(ARCHIVE_ERROR)

    def _close(self, reason: str) -> None:
        """Ask the engine to close, without waiting: it waits for this very item."""
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))
