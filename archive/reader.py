"""A reader: what an archive holds, from one state of its log, without waiting for writers."""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from archive import captures
from archive.catalog import Catalog, usable
from archive.changes import Change, changes
from archive.errors import NotThere
from archive.exchange import Exchange
from archive.folder import CATALOG, check
from archive.ids import article_id
from archive.lines import records_of
from archive.log import Head, Log, Snapshot
from archive.places import Places
from archive.records import Article, Capture, Observation, QuarantineRecord
from archive.states import State, is_reserved, states
from archive.store import LocalStore

T = TypeVar("T")
Axis = Literal["recorded", "fetched"]

log = logging.getLogger(__name__)

_PATIENCE = 5.0
"""Seconds for which a reader waits for whoever updates the catalog, before it makes one of its own."""


class Archive:
    """An archive for reading, as it was committed when this was opened; `refresh` brings it up to now."""

    def __init__(self, root: Path) -> None:
        check(root)
        self.root = root
        self.log = Log(LocalStore(root))
        self.store = self.log.store
        self.snapshot: Snapshot = self.log.snapshot()

    def refresh(self) -> None:
        """See what was committed since. Raises Damaged."""
        self.log.catch_up(self.snapshot)

    @property
    def head(self) -> Head:
        """The newest commit that is seen."""
        return self.snapshot.head

    # Articles. -----------------------------------------------------------------------------------------------------

    def articles(
        self,
        *,
        site: str | None = None,
        since: datetime | None = None,
        revisions: bool = False,
        as_of: datetime | None = None,
        axis: Axis = "recorded",
        rights: int = 0,
    ) -> Iterator[Article]:
        """Yield the newest revision of each article, or every revision, in the order of recording.

        `site` keeps one site's; `since` (aware) keeps what was recorded at or after it; `as_of` (aware) gives the
        archive as it was then, by the time of recording or of fetching; what the rules of `rights` (archive.rights)
        reserve at the newest visit that looked is left out. Raises Damaged.
        """
        if not revisions:
            for state in self.states(site=site, since=since, as_of=as_of, axis=axis, rights=rights):
                yield state.article
            return
        with self._catalog_of(as_of, axis) as catalog:
            for article in self._records("articles", Article, site, since):
                at = article.recorded_at if axis == "recorded" else article.fetched_at
                if (as_of is None or at <= as_of) and not (rights and is_reserved(catalog, article.id, rights)):
                    yield article

    def states(
        self,
        *,
        site: str | None = None,
        since: datetime | None = None,
        as_of: datetime | None = None,
        axis: Axis = "recorded",
        rights: int = 0,
    ) -> Iterator[State]:
        """Yield each article as it stands, with what its visits say of it; arguments as in `articles`."""
        with self._catalog_of(as_of, axis) as catalog:
            yield from states(catalog, self.store, site=site, since=since, rights=rights)

    def reserved(self, rights: int) -> set[str]:
        """Return the ids of the articles that rules of archive.rights leave out. Raises Damaged."""
        found = self._catalog.query("SELECT id FROM articles WHERE reserved & ?", rights)
        return {id_.hex() for (id_,) in found}

    def gone(self) -> dict[str, int]:
        """Return how many articles of each site are gone; sites without one are not in it. Raises Damaged."""
        return dict(self._catalog.query("SELECT site, count(*) FROM articles WHERE status = 'gone' GROUP BY site"))

    def find(self, wanted: str) -> str:
        """Return the id of an article by its id, or by any address under which it was seen. Raises NotThere."""
        name = wanted if re.fullmatch("[0-9a-f]{32}", wanted) else article_id(wanted.partition("#")[0])
        row = self._catalog.one(
            "SELECT id FROM articles WHERE id = ?1 UNION ALL"
            " SELECT a.id FROM aliases JOIN articles a ON a.no = article WHERE key = ?1",
            bytes.fromhex(name),
        )
        if row is None:
            raise NotThere(wanted)
        found: bytes = row[0]
        return found.hex()

    def article(self, wanted: str) -> State:
        """Return an article as it stands. Raises NotThere and Damaged."""
        id_ = self.find(wanted)
        for state in states(self._catalog, self.store, id_=id_):
            return state
        raise NotThere(wanted)

    def revisions(self, wanted: str) -> Iterator[Article]:
        """Yield the revisions of one article, in the order of recording. Raises NotThere and Damaged."""
        id_ = self.find(wanted)
        rows = self._catalog.query(
            "SELECT f.key, r.offset, r.line FROM revisions r JOIN files f ON f.no = r.file"
            " WHERE r.article = (SELECT no FROM articles WHERE id = ?) ORDER BY r.seq",
            bytes.fromhex(id_),
        )
        with Places(self.store) as places:
            for key, offset, number in rows:
                yield places.decode(key, offset, number, Article)

    # Visits. -------------------------------------------------------------------------------------------------------

    def observations(
        self, *, site: str | None = None, since: datetime | None = None, id_: str | None = None
    ) -> Iterator[Observation]:
        """Yield every sighting in the order of recording, of all articles or of one. Raises Damaged."""
        for seen in self._records("observations", Observation, site, since, needle=id_.encode() if id_ else None):
            if id_ is None or seen.id == id_:
                yield seen

    def quarantine(self, *, site: str | None = None, since: datetime | None = None) -> Iterator[QuarantineRecord]:
        """Yield every page that failed validation; arguments and errors as in `observations`."""
        yield from self._records("quarantine", QuarantineRecord, site, since)

    def captures(self, url: str) -> Iterator[Capture]:
        """Yield the captures of an address, oldest first."""
        yield from captures.captures_of(self._catalog, url)

    def captured_at(self, capture: Capture) -> datetime | None:
        """Return when the server answered, UTC; None where the capture was erased, or is not in the archive."""
        return captures.captured_at(self._catalog, capture.record_id)

    def exchange(self, capture: Capture) -> Exchange | None:
        """Return what a capture holds; None where it was erased, or is not in the archive. Raises Damaged."""
        return captures.read_exchange(self._catalog, self.store, capture.record_id)

    def changes(self, since: str | None = None, *, rights: int = 0) -> Iterator[Change]:
        """Yield what has happened since a cursor, or ever, in the order of commits: see `archive.changes`.

        Of articles that the rules of `rights` reserve by now, erasures alone are told.
        """
        for change in changes(self.store, self.snapshot, since, is_end=self._is_end):
            if not (rights and change.kind != "erasure" and is_reserved(self._brought_up, change.id, rights)):
                yield change

    # Inside. -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _catalog_of(self, as_of: datetime | None, axis: Axis) -> Iterator[Catalog]:
        """Give the catalog, or one of the archive as it was."""
        if as_of is None:
            yield self._catalog
            return
        with tempfile.TemporaryDirectory(prefix="newsreel-") as folder:
            catalog = Catalog(Path(folder) / CATALOG, self.log, until=as_of, axis=axis)
            try:
                catalog.catch_up()
                yield catalog
            finally:
                catalog.close()

    def _is_end(self, sequence: int) -> bool:
        return self._brought_up.one("SELECT 1 FROM ends WHERE seq = ?", sequence) is not None

    @property
    def _brought_up(self) -> Catalog:
        """The catalog with all that the snapshot has, which may have been refreshed."""
        if self._catalog.head().number < self.head.number:
            try:
                self._catalog.catch_up()
            except (sqlite3.Error, OSError):
                del self.__dict__["_catalog"]  # another process has it: one of this reader's own will do
        return self._catalog

    @cached_property
    def _catalog(self) -> Catalog:
        """The archive's catalog brought up to now, or one of this reader's own where it cannot be written."""
        catalog, folder = usable(self.root, self.log, patience=_PATIENCE, only_busy=False)
        weakref.finalize(self, catalog.close)
        if folder is not None:
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return catalog

    def _records(
        self, stream: str, kind: type[T], site: str | None, since: datetime | None, *, needle: bytes | None = None
    ) -> Iterator[T]:
        for record in scan(self, stream, kind, since=since, needle=needle):
            if site is None or record.site == site:  # type: ignore[attr-defined]
                yield record


def open_archive(path: Path | str) -> Archive:
    """Open the archive in a folder for reading. Raises NotAnArchive, UnsupportedFormat and DamagedLog."""
    return Archive(Path(path))


def scan(
    opened: Archive, stream: str, kind: type[T], *, since: datetime | None = None, needle: bytes | None = None
) -> Iterator[T]:
    """Yield a stream's lines as `kind`, which may name fewer keys than the lines have, `recorded_at` among them."""
    # Keys that the type does not name are passed over: a later version may add some.
    decoder = msgspec.json.Decoder(kind)
    for _, file in opened.snapshot.of(f"{stream}/"):
        if (
            since is not None
            and file.last_at is not None
            and file.last_at < since.astimezone(UTC).replace(microsecond=0)
        ):
            continue
        for record in records_of(opened.store, file, decoder, needle=needle):
            if since is None or record.recorded_at >= since:  # type: ignore[attr-defined]
                yield record
