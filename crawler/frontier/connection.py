"""A connection to a frontier in SQLite: its file is made where it is absent, and left alone where it is another's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crawler.frontier.errors import CannotOpen
from crawler.frontier.schema import SCHEMA, VERSION

_PATIENCE = 30.0
"""Seconds for which a call waits where another process is writing."""
_CACHE = 32 << 20
"""Bytes of pages that are kept in memory."""
_PAGE = 2048
"""Bytes of a page. Each new address changes another one of the index of keys: small ones are written sooner."""
_LOG = 64 << 20
"""Bytes of changes that gather before they are synced into the file: a page that many change is written there once."""


def connect(path: Path, site: str) -> sqlite3.Connection:
    """Return a connection that any thread may use, one at a time. Raises CannotOpen and sqlite3.Error."""
    db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _check(db, path)
        db.execute(f"PRAGMA page_size = {_PAGE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA wal_autocheckpoint = {_LOG // _PAGE}")
        db.execute(f"PRAGMA journal_size_limit = {_LOG}")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = -{_CACHE >> 10}")
        # Whole or not at all: closing rolls back what was not committed.
        db.execute("BEGIN IMMEDIATE")
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in SCHEMA.split(";"):
                db.execute(statement)
            db.execute("INSERT INTO meta VALUES (?, ?)", (VERSION, site))
        db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path) -> None:
    """Raise CannotOpen for what is not of this version, before anything is written to it."""
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return
    if not {"meta", "crawls", "hosts", "urls"} <= tables:
        raise CannotOpen(path, "it is a database of something else")
    (version,) = db.execute("SELECT version FROM meta").fetchone() or (None,)
    if version != VERSION:
        raise CannotOpen(path, f"it is of version {version}, and this newsreel reads {VERSION}")
