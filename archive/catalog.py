"""The catalog: where each revision and capture lies, by id and address; derived from the log, in SQLite."""

from __future__ import annotations

import logging
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.catalog_schema import SCHEMA, VERSION
from archive.commit import Erasure, File
from archive.errors import DamagedFile
from archive.folder import CATALOG
from archive.log import CHECKPOINT_EVERY, Head, Log, with_origins
from archive.records import STREAMS
from archive.taking import Taking

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds."""
_BROKEN = (sqlite3.DatabaseError, UnicodeDecodeError)
"""How SQLite says that a file is damaged; the second where the damage is in the words of the error itself."""
_NOT_ITS_FAULT = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
}
"""Errors that say nothing against a catalog: another process has it, or the file system refuses."""

_CACHE = 8 << 20
"""Bytes of pages that are kept in memory, and …"""
_CACHE_OF_TAKING = 64 << 20
"""… while commits are taken, which changes pages all over the indexes."""


class Catalog:
    """One connection to a catalog."""

    def __init__(
        self,
        path: Path,
        archive_log: Log,
        *,
        until: datetime | None = None,
        axis: str = "recorded",
        patience: float = PATIENCE,
    ) -> None:
        """Open or make the catalog at `path`; one that is damaged or of another archive is made anew.

        With `until`, lines that were recorded (or fetched, by `axis`) later are left out: the archive as of then.
        `patience` are seconds for which another process that updates it is waited for.
        """
        self.path, self.log, self._patience = path, archive_log, patience
        self._until, self._axis = until, axis
        self._db = self._opened()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except _BROKEN as error:
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _NOT_ITS_FAULT:
                raise
            log.warning("%s is made anew: %s", self.path, error)
            discard(self.path)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            # Derived: after a power cut an older state is as good, since the log tells the rest.
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute(f"PRAGMA cache_size = -{_CACHE >> 10}")
            if not _is_made(db):
                with _transaction(db):
                    if not _is_made(db):  # another process may have been faster
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

    def catch_up(self, *, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Take the commits that are new in the log, in one transaction. Raises Damaged and OSError."""
        if self.head().number == self.log.head().number:
            return
        try:
            with _transaction(self._db):
                self._db.execute(f"PRAGMA cache_size = -{_CACHE_OF_TAKING >> 10}")
                number = self.head().number  # another process may have been faster
                files, removed, erasures, head = self._news(number)
                taking = Taking(self._db, self.log.store, number, self._until, self._axis)
                taking.take(files, removed, erasures, progress)
                self._db.execute("UPDATE meta SET number = ?, digest = ?", (head.number, head.digest))
        finally:
            # A writer lives for long and takes little at a time: its memory is not to grow with the catalog.
            self._db.execute(f"PRAGMA cache_size = -{_CACHE >> 10}")
            self._db.execute("PRAGMA shrink_memory")

    def _news(self, number: int) -> tuple[list[File], set[str], list[Erasure], Head]:
        """Return the files that are new since a commit, those that are gone, what was erased, and the newest commit."""
        head = self.log.head()
        if head.number - number <= CHECKPOINT_EVERY:
            commits = [self.log.read(following)[0] for following in range(number + 1, head.number + 1)]
            if all(commit.kind == "append" for commit in commits):
                return [file for commit in commits for file in with_origins(commit)], set(), [], head
        # Files that were added and rewritten since may be deleted by now: only what counts today is read.
        snapshot = self.log.snapshot()
        known = {key for (key,) in self._db.execute("SELECT key FROM files")}
        streams = (*STREAMS.values(), "warc", "index")
        files = [file for stream in streams for _, file in snapshot.of(f"{stream}/") if file.key not in known]
        erasures = [erasure for at, erasure in snapshot.erasures.values() if at > number]
        return files, known - snapshot.files.keys(), erasures, snapshot.head

    def query(self, sql: str, *values: object) -> Iterator[Any]:
        """Yield the rows of a query, from one state of the catalog."""
        try:
            for row in self._db.execute(sql, values):  # noqa: UP028, which would close the cursor after its connection
                yield row
        except _BROKEN as error:
            raise self._damaged(error) from error

    def one(self, sql: str, *values: object) -> Any:
        """Return the first row of a query, None where there is none."""
        try:
            return self._db.execute(sql, values).fetchone()
        except _BROKEN as error:
            raise self._damaged(error) from error

    def check(self, wanted: str, found: str) -> None:
        """Raise DamagedFile unless what was asked for lies where the catalog says: SQLite has no checksums."""
        if wanted != found:
            raise self._damaged(f"where it has {wanted} lies {found}")

    def _damaged(self, error: Exception | str) -> DamagedFile:
        return DamagedFile(self.path.name, "", f"{error}; `newsreel rebuild-catalog` makes it anew")

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


def usable(root: Path, archive_log: Log, *, patience: float, only_busy: bool) -> tuple[Catalog, Path | None]:
    """Return the archive's catalog brought up to now, or one of one's own, with the folder to be removed after it.

    One's own is made where another process holds the archive's for longer than `patience`: it may have been stopped in
    the middle of an update. Unless `only_busy`, also where it cannot be written. Raises sqlite3.Error, OSError and
    Damaged.
    """
    try:
        return _caught_up(root, archive_log, patience), None
    except (sqlite3.Error, OSError) as error:
        if only_busy and getattr(error, "sqlite_errorcode", 0) & 0xFF not in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
        ):
            raise
        log.warning("%s: %s; doing without it", root / CATALOG, error)
    folder = Path(tempfile.mkdtemp(prefix="newsreel-"))
    return _caught_up(folder, archive_log, patience), folder


def _caught_up(folder: Path, archive_log: Log, patience: float) -> Catalog:
    catalog = Catalog(folder / CATALOG, archive_log, patience=patience)
    try:
        catalog.catch_up()
    except BaseException:
        catalog.close()
        raise
    return catalog


def discard(path: Path) -> None:
    """Delete a catalog."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _is_made(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is not None


def _make(db: sqlite3.Connection) -> None:
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute("INSERT INTO meta VALUES (?, 0, NULL)", (VERSION,))
