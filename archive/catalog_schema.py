"""The catalog's tables.

Nothing in them hangs on how the log was read, commit by commit or all at once: where the order of lines decides, their
places in the log are compared, and not the moments at which they were taken.
"""

from __future__ import annotations

VERSION = 3

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
    first INTEGER NOT NULL,         -- commit of its first revision; visits before that are not counted
    said_at INTEGER NOT NULL,       -- of the newest visit that says anything of the article
    said INTEGER NOT NULL,          -- seq of that observation, -1 for a revision alone: the greatest (said_at, said)
    status TEXT NOT NULL,
    seen INTEGER NOT NULL,          -- greatest seq of an observation that showed a wording, -1 for none
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

CREATE TABLE aliases (key BLOB PRIMARY KEY, article INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
-- Ids that other addresses of an article would give; the first commit that said so, twice, and 1 for an observation.

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
INSERT INTO articles
    (id, site, latest, latest_at, revisions, first_seen, last_seen, first, said_at, said, status, seen, uncaptured)
VALUES (:id, :site, :seq, :at, 1, :at, :at, :commit, :at, -1, 'live', -1, 0)
ON CONFLICT (id) DO UPDATE SET
    revisions = revisions + 1,
    latest = CASE WHEN (:at, :seq) >= (latest_at, latest) THEN :seq ELSE latest END,
    site = CASE WHEN (:at, :seq) >= (latest_at, latest) THEN :site ELSE site END,
    latest_at = max(latest_at, :at),
    first_seen = min(first_seen, :at),
    last_seen = max(last_seen, :at),
    first = min(first, :commit),
    status = CASE WHEN :at > said_at THEN 'live' ELSE status END,
    said = CASE WHEN :at > said_at THEN -1 ELSE said END,
    said_at = max(said_at, :at)
RETURNING no
"""

ADD_SIGHTING = """
UPDATE articles SET
    first_seen = min(first_seen, :at),
    last_seen = CASE WHEN :status = 'live' THEN max(last_seen, :at) ELSE last_seen END,
    status = CASE WHEN (:at, :seq) >= (said_at, said) THEN :status ELSE status END,
    said = CASE WHEN (:at, :seq) >= (said_at, said) THEN :seq ELSE said END,
    said_at = max(said_at, :at),
    seen = max(seen, :seen),
    uncaptured = CASE WHEN :kept THEN 0 ELSE uncaptured + 1 END
WHERE no = :article
"""

ADD_ALIAS = """
INSERT INTO aliases VALUES (:key, :article, :since)
ON CONFLICT (key) DO UPDATE SET article = :article, since = :since WHERE :since < since
"""
