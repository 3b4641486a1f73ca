"""Captures of others brought into the archive, each as the visit that it was."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from itemadapter import ItemAdapter

import archive
from archive import Article, Capture, Latest, Writer, article_id, new_ulid
from archive.captures import captures_at
from archive.catalog import Catalog
from archive.folder import CATALOG
from archive.warc import sha256
from crawler.importing.html import decodable, is_html
from crawler.importing.originals import Originals
from crawler.reextraction.rules import read_article
from crawler.reextraction.shards import is_crawled
from pipelines.article import normalise
from pipelines.identity import find, identify
from pipelines.recorder import Finding, Recorder
from pipelines.text import encodable
from pipelines.urls import canonical_url, site_of
from pipelines.validate import check
from pipelines.visits import Visit

if TYPE_CHECKING:
    from archive import Exchange
    from crawler.importing.foreign import Foreign
    from crawler.items import ArticleItem
    from crawler.reextraction.rules import Rules
    from crawler.spider import ArticleSpider
    from pipelines.content import Content
    from pipelines.identity import Identity

BATCH_PAGES, BATCH_BYTES = 200, 8 << 20
"""From so many pages, or bytes of them, what was taken goes to disk."""
_REVISITS = 1_000
"""Revisits that wait for what they refer to, at most; then what is there is published, where it can be read."""
BUSY = "of a site that a crawl is at work on; import the file once more when it has ended"


@dataclass(slots=True)
class Tally:
    """What an import came to."""

    answers: int = 0
    pages: int = 0
    """HTML, 2xx."""
    captures: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """new, same, revised, quarantined: articles as these visits found them."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Answers that added nothing, by the reason."""

    @property
    def articles(self) -> int:
        """Visits of articles."""
        return sum(self.outcomes.values())


class Importing:
    """Takes the answers of files, in any order of their times."""

    def __init__(self, writer: Writer, rules: Rules, *, spider: str | None = None, all_pages: bool = False) -> None:
        """`spider` reads all pages and names their site; `all_pages` keeps the captures of other pages too."""
        self._writer, self._rules, self._spider, self._all_pages = writer, rules, spider, all_pages
        self._catalog = Catalog(writer.root / CATALOG, writer.log)
        self._opened = archive.open(writer.root)
        self._recorders: dict[int, Recorder] = {}
        self._unpublished = _Unpublished()
        self._originals = Originals(self._catalog, writer.log.store)
        self._revisits: list[Foreign] = []
        self._taken = 0
        self.tally = Tally()

    def take(self, found: Foreign) -> None:
        """Bring in one answer; a revisit waits until `settle`, or until many do. Raises ArchiveError."""
        self.tally.answers += 1
        if found.original is not None:
            self._revisits.append(found)
            if len(self._revisits) >= _REVISITS:
                self._resolve()
            return
        self._originals.note(found)
        self._take(found.exchange)

    def settle(self) -> None:
        """Bring in what waits, at a file's end, and see that all of it is on disk. Raises ArchiveError."""
        if self._revisits:
            self._resolve()
        self._originals.forget()
        self._writer.flush()

    def close(self) -> None:
        """Close what was opened for this import; the writer stays."""
        self._catalog.close()

    # One answer. ---------------------------------------------------------------------------------------------------

    def _take(self, exchange: Exchange) -> None:
        if exchange.method != "GET" or not 200 <= exchange.status < 300:
            self.tally.skipped["not answered with success (2xx), or not asked for with GET"] += 1
            return
        exchange = decodable(exchange)
        if not is_html(exchange):
            self.tally.skipped["no HTML"] += 1
            return
        self.tally.pages += 1
        self._take_page(exchange)
        self._taken += 1
        if self._taken >= BATCH_PAGES or self._writer.buffered >= BATCH_BYTES:
            self._taken = 0
            self._writer.flush()
            if self._writer.seal_if_due():
                self._published()

    def _take_page(self, exchange: Exchange) -> None:
        site = self._spider or site_of(exchange.url)
        spider = self._rules.of(site)
        known = self._writer.known
        is_known = (id_ := find(known, exchange.url, spider.tracking_parameters)) is not None
        if is_crawled(self._writer.root, site) and not self._spider:
            self.tally.skipped[BUSY] += 1
            return
        if known.is_erased(id_ or article_id(canonical_url(exchange.url, tracking=spider.tracking_parameters))):
            self.tally.skipped["erased"] += 1
            return
        capture = self._capture_of(exchange)
        if capture is not None and is_known:
            self.tally.skipped["known already"] += 1
            return
        item, is_article = read_article(spider, exchange) or (None, False)
        if item is None or not is_article:
            self._take_other(exchange, capture)
        else:
            self._take_article(item, exchange, site, spider, capture)

    def _take_other(self, exchange: Exchange, capture: Capture | None) -> None:
        if capture is not None:
            self.tally.skipped["known already"] += 1
        elif self._all_pages:
            self._capture(exchange)
        else:
            self.tally.skipped["no article"] += 1

    def _take_article(
        self, item: ArticleItem, exchange: Exchange, site: str, spider: ArticleSpider, capture: Capture | None
    ) -> None:
        content = normalise(item, now=exchange.fetched_at, tracking=spider.tracking_parameters)
        visit = Visit(
            visit_id=new_ulid(exchange.fetched_at),
            site=site,
            fetched_at=exchange.fetched_at,
            recorded_at=datetime.now(UTC),
            http_status=exchange.status,
        )
        identity = identify(content, visit, self._writer.known, spider.tracking_parameters)
        if self._writer.known.is_erased(identity.id):
            self.tally.skipped["erased"] += 1
            return
        invalid = check(content, http_status=exchange.status)
        if invalid and capture is not None:
            # It came before, and is in quarantine since.
            self.tally.skipped["known already"] += 1
            return
        visit = replace(visit, captures=(capture or self._capture(exchange),))
        recorder = self._recorder(spider)
        if invalid:
            item.site, item.visit_id, item.captures = site, visit.visit_id, list(visit.captures)
            recorder.quarantine(identity, content, visit, invalid, encodable(ItemAdapter(item).asdict()))
            self.tally.outcomes["quarantined"] += 1
            return
        finding = self._finding(recorder, content, identity, visit)
        article = recorder.record(finding, content, visit)
        if finding.is_revision:
            self._unpublished.revisions.setdefault(article.id, []).append(_latest(article))
        self.tally.outcomes[finding.change] += 1

    def _finding(self, recorder: Recorder, content: Content, identity: Identity, visit: Visit) -> Finding:
        """Return what a visit means among those that are known, which may be earlier and later ones."""
        latest = self._writer.known.latest(identity.id)
        if latest is None or visit.fetched_at >= latest.fetched_at:
            return recorder.find(content, identity)
        before, after = self._around(latest, visit.fetched_at)
        # The wording of that time is none anew if it stood there before, or stood there until it was seen next.
        same = next((one for one in (before, after) if one is not None and one.digest == content.digest), None)
        if same is not None:
            return Finding(id=identity.id, latest=same, change="same", cause="crawl")
        return Finding(id=identity.id, latest=before, change="revised", cause="crawl")

    def _around(self, latest: Latest, at: datetime) -> tuple[Latest | None, Latest | None]:
        """Return the revisions before and after a moment."""
        revisions = [*self._unpublished.revisions.get(latest.id, ()), latest]
        with suppress(archive.NotThere):  # none is published yet
            revisions += [_latest(article) for article in self._opened.revisions(latest.id)]
        # The sort is stable: of one second the revision that was recorded last stands last.
        revisions.sort(key=lambda one: (one.fetched_at, one.revision_id))
        before = [one for one in revisions if one.fetched_at <= at]
        after = [one for one in revisions if one.fetched_at > at]
        return (before[-1] if before else None), (after[0] if after else None)

    def _recorder(self, spider: ArticleSpider) -> Recorder:
        if id(spider) not in self._recorders:
            self._recorders[id(spider)] = Recorder(
                self._writer, read=spider.read_captured, tracking=spider.tracking_parameters
            )
        return self._recorders[id(spider)]

    # Captures. -----------------------------------------------------------------------------------------------------

    def _capture(self, exchange: Exchange) -> Capture:
        capture = self._writer.capture(exchange)
        self.tally.captures += 1
        self._unpublished.captures[_name(exchange.url, exchange.fetched_at, capture.payload_digest)] = capture
        return capture

    def _capture_of(self, exchange: Exchange) -> Capture | None:
        """Return the capture that this answer already is: the same address, second and payload."""
        digest = sha256(exchange.body)
        fresh = self._unpublished.captures.get(_name(exchange.url, exchange.fetched_at, digest))
        if fresh is not None:
            return fresh
        stored = captures_at(self._catalog, exchange.url, exchange.fetched_at)
        return next((capture for capture in stored if capture.payload_digest == digest), None)

    # Revisits. -----------------------------------------------------------------------------------------------------

    def _resolve(self) -> None:
        """Give the waiting revisits the bodies of the records that they refer to."""
        self._writer.publish()
        self._published()
        waiting, self._revisits = self._revisits, []
        for found in waiting:
            assert found.original is not None
            original = self._originals.find(found.original)
            if original is None:
                self.tally.skipped["revisit of what is neither in its file nor in the archive"] += 1
                continue
            here = found.exchange
            self._take(
                replace(
                    here,
                    status=here.status or original.status,
                    reason=here.reason or original.reason,
                    headers=here.headers or original.headers,
                    body=original.body,
                )
            )

    def _published(self) -> None:
        self._unpublished = _Unpublished()
        self._catalog.catch_up()
        self._opened.refresh()


@dataclass(slots=True)
class _Unpublished:
    """What this import has added and no reader can see yet."""

    revisions: dict[str, list[Latest]] = field(default_factory=dict)
    captures: dict[bytes, Capture] = field(default_factory=dict)


def _name(url: str, at: datetime, digest: str) -> bytes:
    return f"{article_id(url)} {at} {digest}".encode()


def _latest(article: Article) -> Latest:
    names = (name for name in Latest.__dataclass_fields__ if hasattr(article, name))
    return Latest(**{name: getattr(article, name) for name in names})
