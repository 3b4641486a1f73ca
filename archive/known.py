"""What a writer knows of articles and captures: the catalog, and what it has written since."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from archive.captures import LastCapture, captured_at, last_capture, not_modified
from archive.catalog import Catalog
from archive.errors import DamagedFile
from archive.frames import frame_at
from archive.ids import article_id
from archive.keys import url_key
from archive.lines import sequence_of
from archive.places import Places
from archive.records import Article, Capture, Link, Observation
from archive.status import SAYS, Status
from archive.store import Store
from archive.validators import asked_for, is_the_one
from archive.visits import SHOWS
from archive.warc import Original, warc_date

if TYPE_CHECKING:
    from archive.exchange import Exchange
    from archive.records import Record

_LOOKED_AT = 20_000
"""Of the newest revisions of all sites, among which those of one are looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Latest:
    """The newest revision of an article as far as the next one needs it, and what visits have said since."""

    id: str
    """The article's own."""
    site: str
    url: str
    canonical_url: str
    revision_id: str
    digest: str
    text_digest: str
    previous_digest: str | None
    fetched_at: datetime
    recorded_at: datetime
    captures: tuple[Capture, ...]
    status: Status = "live"
    missing_at: datetime | None = None
    """When a visit has missed it, UTC; None where the newest one that says anything has found it, or where it moved."""
    uncaptured: int = 0
    """Newest visits in a row that kept no capture."""


@dataclass(slots=True)
class _Fresh:
    """What was written and is not in the catalog yet."""

    latest: dict[str, Latest] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Id that an address would give -> the article's own."""
    captures: dict[bytes, LastCapture] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """Ids of articles whose wording a visit showed."""

    def update(self, newer: _Fresh) -> None:
        """Take what came later."""
        self.latest.update(newer.latest)
        self.names.update(newer.names)
        self.captures.update(newer.captures)
        self.seen |= newer.seen


class Known:
    """Answers for one writer; safe to ask from one thread while another publishes."""

    def __init__(self, catalog: Catalog, store: Store) -> None:
        self._catalog, self._store = catalog, store
        self._lock = threading.RLock()
        self._taken, self._flushing, self._kept, self._publishing = (_Fresh() for _ in range(4))
        self._decode = msgspec.json.Decoder(Latest).decode

    def find(self, url: str) -> str | None:
        """Return the id of the article that was fetched at this address, calls it canonical or moved there."""
        name = article_id(url)
        with self._lock:
            for fresh in self._fresh:
                if name in fresh.latest:
                    return name
                if name in fresh.names:
                    return fresh.names[name]
            row = self._catalog.one("SELECT id FROM articles WHERE id = ?", bytes.fromhex(name))
            row = row or self._catalog.one(
                "SELECT a.id FROM aliases JOIN articles a ON a.no = article WHERE key = ?", bytes.fromhex(name)
            )
            return row[0].hex() if row else None

    def latest(self, id_: str) -> Latest | None:
        """Return the newest revision, None where the article was never stored. Raises Damaged."""
        with self._lock:
            for fresh in self._fresh:
                if id_ in fresh.latest:
                    return fresh.latest[id_]
            try:
                return self._read_latest(id_)
            except FileNotFoundError:
                # Its file was rewritten: the log says where it is now.
                self._catalog.catch_up()
            try:
                return self._read_latest(id_)
            except FileNotFoundError as error:
                raise DamagedFile(str(error.filename), "", "the file is missing") from None

    def _read_latest(self, id_: str) -> Latest | None:
        row = self._catalog.one(
            "SELECT f.key, r.offset, r.line, a.status, a.absent_at, a.uncaptured FROM articles a"
            " JOIN revisions r ON r.seq = a.latest JOIN files f ON f.no = r.file WHERE a.id = ?",
            bytes.fromhex(id_),
        )
        if row is None:
            return None
        key, offset, line, status, absent_at, uncaptured = row
        with self._store.open(key) as file:
            found = self._decode(frame_at(file, key, offset).lines()[line])
        self._catalog.check(id_, found.id)
        missing_at = None if absent_at is None else datetime.fromtimestamp(absent_at, UTC)
        return replace(found, status=status, missing_at=missing_at, uncaptured=uncaptured)

    def newest(self, site: str, most: int) -> list[Article]:
        """Return the newest wordings of a site that are published, oldest first, as far as they are among the newest.

        It takes milliseconds however many there are: where the site's are all old, none is found. Raises Damaged.
        """
        with self._lock:
            rows = self._catalog.query(
                "SELECT f.key, r.offset, r.line FROM (SELECT * FROM revisions ORDER BY seq DESC LIMIT ?) r"
                " CROSS JOIN articles a ON a.no = r.article AND a.latest = r.seq AND a.site = ?"
                " CROSS JOIN files f ON f.no = r.file ORDER BY r.seq DESC LIMIT ?",
                _LOOKED_AT,
                site,
                most,
            )
            return self._decoded(list(rows))

    def article(self, id_: str) -> Article | None:
        """Return the newest wording of an article, None where none is published. Raises Damaged."""
        with self._lock:
            rows = self._catalog.query(
                "SELECT f.key, r.offset, r.line FROM articles a JOIN revisions r ON r.seq = a.latest"
                " JOIN files f ON f.no = r.file WHERE a.id = ?",
                bytes.fromhex(id_),
            )
            return next(iter(self._decoded(list(rows))), None)

    def _decoded(self, rows: list[tuple[str, int, int]]) -> list[Article]:
        with Places(self._store) as places:
            return [places.decode(key, offset, number, Article) for key, offset, number in reversed(rows)]

    def seen_after(self, id_: str, commit: int) -> bool:
        """Return whether a visit that showed the article's wording is in a commit after number `commit`.

        What this writer has taken and not published yet will be in one. No clock is asked.
        """
        with self._lock:
            if any(id_ in fresh.seen for fresh in self._fresh):
                return True
            row = self._catalog.one("SELECT seen FROM articles WHERE id = ?", bytes.fromhex(id_))
            return row is not None and row[0] >= sequence_of(commit + 1, 0)

    def is_erased(self, id_: str) -> bool:
        """Return whether the article was taken down: it is not to come back."""
        with self._lock:
            return self._catalog.one("SELECT 1 FROM erased WHERE id = ?", bytes.fromhex(id_)) is not None

    @property
    def any_erased(self) -> bool:
        """Whether any article was taken down."""
        with self._lock:
            return self._catalog.one("SELECT 1 FROM erased LIMIT 1") is not None

    def without_erased(self, record: Record) -> Record:
        """Return a record whose links before and after lead to no article that was taken down."""
        if not isinstance(record, Article) or not self.any_erased:
            return record
        before, after = self._unless_erased(record.prev), self._unless_erased(record.next)
        return replace(record, prev=before, next=after)

    def _unless_erased(self, link: Link | None) -> Link | None:
        erased = link and link.url and self.is_erased(article_id(link.url.partition("#")[0]))
        return None if erased else link

    def last_capture(self, url: str) -> LastCapture | None:
        """Return the newest capture of an address whose record holds the payload itself."""
        key = url_key(url)
        with self._lock:
            # What is being written may yet be lost, and a revisit that refers to it would have no body.
            for fresh in (self._taken, self._kept, self._publishing):
                if key in fresh.captures:
                    return fresh.captures[key]
            return last_capture(self._catalog, url)

    def not_modified(self, exchange: Exchange) -> tuple[Original, str] | None:
        """Return the capture for which a 304 stands, and its payload's digest; None where it is not known.

        Raises Damaged.
        """
        asked, key = asked_for(exchange.request_headers), url_key(exchange.url)
        if asked == (None, None):
            return None
        with self._lock:
            for fresh in (self._taken, self._kept, self._publishing):
                last = fresh.captures.get(key)
                if last is not None and is_the_one(asked, last.validators):
                    return Original(last.record_id, last.url, warc_date(last.at)), last.payload_digest
            return not_modified(self._catalog, self._store, exchange.url, asked)

    def has_capture(self, record_id: str) -> bool:
        """Return whether a WARC record is in the archive, published."""
        with self._lock:
            return captured_at(self._catalog, record_id) is not None

    def add(self, record: Record) -> None:
        """Learn of a record that was taken just now."""
        with self._lock:
            if isinstance(record, Article):
                self._add_article(record)
            elif isinstance(record, Observation):
                self._add_sighting(record)

    def add_capture(self, capture: LastCapture) -> None:
        """Learn of a response that was taken just now."""
        with self._lock:
            self._taken.captures[url_key(capture.url)] = capture

    def flushing(self) -> None:
        """What was taken until now is being written."""
        with self._lock:
            self._flushing, self._taken = self._taken, _Fresh()

    def flushed(self, *, kept: bool) -> None:
        """What was being written is on disk, or lost."""
        with self._lock:
            if kept:
                self._kept.update(self._flushing)
            self._flushing = _Fresh()

    def publishing(self) -> None:
        """What is on disk is being published."""
        with self._lock:
            self._publishing.update(self._kept)
            self._kept = _Fresh()

    def published(self) -> None:
        """What was being published is in the catalog."""
        with self._lock:
            self._publishing = _Fresh()

    @property
    def _fresh(self) -> tuple[_Fresh, ...]:
        """What the catalog does not have yet, the newest first."""
        return self._taken, self._flushing, self._kept, self._publishing

    def _add_article(self, article: Article) -> None:
        before = self.latest(article.id)
        if before is not None and before.fetched_at > article.fetched_at:
            return
        values = {name: getattr(article, name) for name in _OF_THE_LINE}
        self._taken.latest[article.id] = Latest(**values, uncaptured=before.uncaptured if before else 0)
        for url in (article.url, article.canonical_url):
            self._taken.names.setdefault(article_id(url), article.id)

    def _add_sighting(self, seen: Observation) -> None:
        says, latest = SAYS.get(seen.outcome), self.latest(seen.id)
        if says is None or latest is None:
            return
        status: Status = latest.status if says == "missing" else says
        if says == "missing" and latest.missing_at not in (None, seen.observed_at):
            status = "gone"
        self._taken.latest[seen.id] = replace(
            latest,
            status=status,
            missing_at=seen.observed_at if says == "missing" else None,
            uncaptured=0 if seen.captures else latest.uncaptured + 1,
        )
        if seen.outcome in SHOWS:
            self._taken.seen.add(seen.id)
        for url in filter(None, (seen.url, seen.moved_to)):
            if self.find(url) is None:
                self._taken.names[article_id(url)] = seen.id


_OF_THE_LINE = tuple(name for name in Latest.__dataclass_fields__ if name not in ("status", "missing_at", "uncaptured"))
