"""The catalog's tables."""

from __future__ import annotations

VERSION = 1

SCHEMA = """
CREATE TABLE meta (version INTEGER NOT NULL, number INTEGER NOT NULL, digest TEXT);
-- The commit that the catalog has taken last.

CREATE TABLE files (no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);

CREATE TABLE articles (
    no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    site TEXT NOT NULL,
    latest INTEGER NOT NULL,        -- seq of the newest revision: the greatest (fetched_at, seq)
    latest_at INTEGER NOT NULL,     -- its fetched_at
    revisions INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,    -- times are seconds since 1970, UTC
    last_seen INTEGER NOT NULL,
    said_at INTEGER NOT NULL,       -- of the newest visit that says anything of the article
    status TEXT NOT NULL,
    uncaptured INTEGER NOT NULL     -- newest visits in a row without a capture
);

CREATE TABLE revisions (
    seq INTEGER PRIMARY KEY,        -- place among all lines of articles that there ever were
    article INTEGER NOT NULL,
    file INTEGER NOT NULL,
    offset INTEGER NOT NULL,        -- of the frame
    line INTEGER NOT NULL,          -- in the frame
    recorded_at INTEGER NOT NULL
);
CREATE INDEX revisions_article ON revisions (article);

CREATE TABLE aliases (key BLOB PRIMARY KEY, article INTEGER NOT NULL) WITHOUT ROWID;
-- Ids that other addresses of an article would give.

CREATE TABLE captures (
    record_id BLOB PRIMARY KEY,
    url BLOB NOT NULL,
    at TEXT NOT NULL,               -- 14 digits
    original INTEGER NOT NULL,      -- 1 for a response, 0 for a revisit
    digest TEXT NOT NULL,
    file INTEGER NOT NULL,
    offset INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX captures_url ON captures (url, original, at);

CREATE TABLE erased (id BLOB PRIMARY KEY) WITHOUT ROWID;
"""

ADD_REVISION = """
INSERT INTO articles (id, site, latest, latest_at, revisions, first_seen, last_seen, said_at, status, uncaptured)
VALUES (:id, :site, :seq, :at, 1, :at, :at, :at, 'live', 0)
ON CONFLICT (id) DO UPDATE SET
    revisions = revisions + 1,
    latest = CASE WHEN :at >= latest_at THEN :seq ELSE latest END,
    site = CASE WHEN :at >= latest_at THEN :site ELSE site END,
    latest_at = max(latest_at, :at),
    first_seen = min(first_seen, :at),
    last_seen = max(last_seen, :at),
    status = CASE WHEN :at >= said_at THEN 'live' ELSE status END,
    said_at = max(said_at, :at)
RETURNING no
"""

ADD_SIGHTING = """
UPDATE articles SET
    first_seen = min(first_seen, :at),
    last_seen = CASE WHEN :status = 'live' THEN max(last_seen, :at) ELSE last_seen END,
    status = CASE WHEN :at >= said_at THEN :status ELSE status END,
    said_at = max(said_at, :at)
WHERE id = :id
"""

COUNT_CAPTURES = "UPDATE articles SET uncaptured = CASE WHEN :kept THEN 0 ELSE uncaptured + 1 END WHERE id = :id"

LATEST = """
SELECT a.no, a.id, a.revisions, a.status, a.first_seen, a.last_seen, a.uncaptured, f.key, r.offset, r.line, r.seq
FROM revisions r JOIN articles a ON a.no = r.article AND a.latest = r.seq JOIN files f ON f.no = r.file
"""
