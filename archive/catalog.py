"""The catalog: where each revision and capture lies, by id and address; derived from the log, in SQLite."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from archive.catalog_schema import ADD_REVISION, ADD_SIGHTING, COUNT_CAPTURES, SCHEMA, VERSION
from archive.cdxj import read_index
from archive.commit import Commit, File
from archive.errors import DamagedFile
from archive.folder import stream_of
from archive.ids import article_id, article_key
from archive.lines import decode, lines_of
from archive.log import Head, Log, with_origins
from archive.records import Capture
from archive.status import STATUS

log = logging.getLogger(__name__)

_BUSY_MS = 60_000


class _Revision(msgspec.Struct):
    id: str
    site: str
    url: str
    canonical_url: str
    fetched_at: datetime
    recorded_at: datetime


class _Sighting(msgspec.Struct):
    id: str
    url: str
    moved_to: str | None
    outcome: str
    observed_at: datetime
    recorded_at: datetime
    captures: tuple[Capture, ...]


class Catalog:
    """One connection to a catalog."""

    def __init__(self, path: Path, archive_log: Log, *, until: datetime | None = None, axis: str = "recorded") -> None:
        """Open or make the catalog at `path`; one that is damaged or of another archive is made anew.

        With `until`, lines that were recorded (or fetched, by `axis`) later are left out: the archive as of then.
        """
        self.path, self.log = path, archive_log
        self._until, self._axis = until, axis
        self._db = self._opened()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            log.warning("%s is made anew: %s", self.path, error)
            discard(self.path)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            # Derived: after a power cut an older state is as good, since the log tells the rest.
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA cache_size = -65536")
            with _transaction(db):
                if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                    _make(db)
            version, number, digest = db.execute("SELECT version, number, digest FROM meta").fetchone()
            if version != VERSION or (number and not self._is_of_this_log(number, digest)):
                raise sqlite3.DatabaseError("it is of another version or of another log")
        except BaseException:
            db.close()
            raise
        return db

    def _is_of_this_log(self, number: int, digest: str) -> bool:
        return number <= self.log.head().number and self.log.read(number)[1] == digest

    def head(self) -> Head:
        """Return the commit that the catalog has taken last."""
        return Head(*self._db.execute("SELECT number, digest FROM meta").fetchone())

    def catch_up(self) -> None:
        """Take the commits that are new in the log, each in one transaction. Raises Damaged and OSError."""
        while self.head().number < self.log.head().number:
            with _transaction(self._db):
                number = self.head().number + 1
                if number > self.log.head().number:  # another process was faster
                    return
                commit, digest = self.log.read(number)
                _Taking(self._db, self.log, self._until, self._axis).take(commit)
                self._db.execute("UPDATE meta SET number = ?, digest = ?", (number, digest))

    def query(self, sql: str, *values: object) -> Iterator[Any]:
        """Yield the rows of a query, from one state of the catalog."""
        yield from self._db.execute(sql, values)

    def one(self, sql: str, *values: object) -> Any:
        """Return the first row of a query, None where there is none."""
        return self._db.execute(sql, values).fetchone()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold one state of the catalog for several queries; writers are not held up by it."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection."""
        self._db.close()


def discard(path: Path) -> None:
    """Delete a catalog."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def url_key(url: str) -> bytes:
    """Return the 8 bytes by which captures of an address are found."""
    return bytes.fromhex(article_id(url)[:16])


def record_key(record_id: str) -> bytes:
    """Return a WARC-Record-ID as bytes: 16 for a urn:uuid, else the words."""
    digits = record_id.strip("<>").removeprefix("urn:uuid:").replace("-", "")
    try:
        return bytes.fromhex(digits) if len(digits) == 32 else record_id.encode()
    except ValueError:
        return record_id.encode()


def seconds(at: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(at.timestamp())


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _make(db: sqlite3.Connection) -> None:
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute("INSERT INTO meta VALUES (?, 0, NULL)", (VERSION,))


class _Taking:
    """One commit on its way into the catalog."""

    def __init__(self, db: sqlite3.Connection, archive_log: Log, until: datetime | None, axis: str) -> None:
        self.db, self.store = db, archive_log.store
        self.until, self.axis = until, axis
        self.rewrites = False
        self.warcs: dict[str, str] = {}
        """File name -> key."""

    def take(self, commit: Commit) -> None:
        self.rewrites = commit.kind != "append"
        self.warcs = {file.key.rpartition("/")[2]: file.key for file in commit.added}
        removed = [self._number(key) for key in commit.removed]
        files = sorted(with_origins(commit), key=lambda file: stream_of(file.key))  # articles before observations
        for file in files:
            self._take_file(file)
        for number in removed:
            # Places in rewritten files have replaced these; what is left was erased, or lost.
            self.db.execute("DELETE FROM revisions WHERE file = ?", (number,))
            self.db.execute("DELETE FROM captures WHERE file = ?", (number,))
            self.db.execute("DELETE FROM files WHERE no = ?", (number,))
        for erasure in commit.erasures:
            self._erase(bytes.fromhex(erasure.id))
            for name in (erasure.id, *erasure.names):
                self.db.execute("INSERT OR IGNORE INTO erased VALUES (?)", (bytes.fromhex(name),))
        if commit.kind == "repair":
            self.db.execute("DELETE FROM articles WHERE latest NOT IN (SELECT seq FROM revisions)")

    def _take_file(self, file: File) -> None:
        match stream_of(file.key):
            case "articles":
                self._take_articles(file)
            case "observations" if not self.rewrites:
                self._take_observations(file)
            case "index":
                self._take_index(file)

    def _number(self, key: str) -> int:
        row = self.db.execute("SELECT no FROM files WHERE key = ?", (key,)).fetchone()
        if row is None:
            cursor = self.db.execute("INSERT INTO files (key) VALUES (?)", (key,))
            return int(cursor.lastrowid or 0)
        return int(row[0])

    def _late(self, *, recorded_at: datetime, fetched_at: datetime) -> bool:
        at = recorded_at if self.axis == "recorded" else fetched_at
        return self.until is not None and at > self.until

    def _take_articles(self, file: File) -> None:
        number, decoder = self._number(file.key), msgspec.json.Decoder(_Revision)
        for line in lines_of(self.store, file):
            if self.rewrites:
                self.db.execute(
                    "UPDATE revisions SET file = ?, offset = ?, line = ? WHERE seq = ?",
                    (number, line.offset, line.number, line.sequence),
                )
                continue
            found = decode(line, decoder, file.key)
            if self._late(recorded_at=found.recorded_at, fetched_at=found.fetched_at):
                continue
            id_ = bytes.fromhex(found.id)
            values = {"id": id_, "site": found.site, "seq": line.sequence, "at": seconds(found.fetched_at)}
            (article,) = self.db.execute(ADD_REVISION, values).fetchone()
            self.db.execute(
                "INSERT OR REPLACE INTO revisions VALUES (?, ?, ?, ?, ?, ?)",
                (line.sequence, article, number, line.offset, line.number, seconds(found.recorded_at)),
            )
            self._name(found.canonical_url, id_, article)
            if article_key(found.url) != article_key(found.canonical_url):
                self._name(found.url, id_, article)

    def _name(self, url: str, id_: bytes, article: int) -> None:
        """Remember an address of an article, unless its id says it already or the address is another's."""
        key = bytes.fromhex(article_id(url))
        if key != id_:
            self.db.execute("INSERT OR IGNORE INTO aliases VALUES (?, ?)", (key, article))

    def _take_observations(self, file: File) -> None:
        decoder = msgspec.json.Decoder(_Sighting)
        for line in lines_of(self.store, file):
            seen = decode(line, decoder, file.key)
            if self._late(recorded_at=seen.recorded_at, fetched_at=seen.observed_at):
                continue
            id_, status = bytes.fromhex(seen.id), STATUS.get(seen.outcome)
            if status is not None:
                self.db.execute(ADD_SIGHTING, {"id": id_, "at": seconds(seen.observed_at), "status": status})
                self.db.execute(COUNT_CAPTURES, {"id": id_, "kept": bool(seen.captures)})
            if seen.moved_to or article_id(seen.url) != seen.id:
                row = self.db.execute("SELECT no FROM articles WHERE id = ?", (id_,)).fetchone()
                for url in filter(None, (seen.url, seen.moved_to)) if row else ():
                    self._name(url, id_, row[0])

    def _take_index(self, file: File) -> None:
        for line in read_index(self.store.read(file.key), file.key):
            entry = line.entry
            if entry.filename not in self.warcs:
                raise DamagedFile(file.key, "", f"{entry.filename} is not in the index's own commit")
            values = (
                record_key(entry.record_id),
                url_key(entry.url),
                line.timestamp,
                entry.mime != "warc/revisit",
                entry.digest,
                self._number(self.warcs[entry.filename]),
                int(entry.offset),
            )
            self.db.execute("INSERT OR REPLACE INTO captures VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def _erase(self, id_: bytes) -> None:
        row = self.db.execute("SELECT no FROM articles WHERE id = ?", (id_,)).fetchone()
        if row:
            self.db.execute("DELETE FROM revisions WHERE article = ?", row)
            self.db.execute("DELETE FROM aliases WHERE article = ?", row)
            self.db.execute("DELETE FROM articles WHERE no = ?", row)
