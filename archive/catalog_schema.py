"""The catalog's tables.

Nothing in them hangs on how the log was read, commit by commit or all at once: where the order of lines decides, their
places in the log are compared, and not the moments at which they were taken.
"""

from __future__ import annotations

from archive.status import NEVER

VERSION = 4

SCHEMA = f"""
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
    said_at INTEGER NOT NULL DEFAULT {NEVER[0]},    -- of the newest visit that showed it, or where it has moved
    said INTEGER NOT NULL DEFAULT -1,            -- seq of that observation: the greatest (said_at, said)
    moved INTEGER NOT NULL DEFAULT 0,            -- 1 where that visit said so
    missing_at INTEGER NOT NULL DEFAULT {NEVER[0]}, -- of the newest visit that did not find it
    missing INTEGER NOT NULL DEFAULT -1,         -- seq of that observation
    missed_at INTEGER NOT NULL DEFAULT {NEVER[0]},  -- of the newest visit of another moment that did not find it
    missed INTEGER NOT NULL DEFAULT -1,          -- seq of that observation
    seen INTEGER NOT NULL DEFAULT -1,            -- greatest seq of an observation that showed a wording
    uncaptured INTEGER NOT NULL DEFAULT 0,       -- newest visits in a row without a capture
    looked_at INTEGER NOT NULL DEFAULT {NEVER[0]},  -- of the newest visit that looked for rights
    looked INTEGER NOT NULL DEFAULT -1,          -- seq of that observation
    reserved INTEGER NOT NULL DEFAULT 0,         -- what it saw reserved: bits of archive.rights
    -- Since when nobody has found it; null where the newest visit did.
    absent_at INTEGER AS (CASE WHEN (missing_at, missing) > (said_at, said) AND missing_at >= latest_at
        THEN missing_at END) VIRTUAL,
    status TEXT AS (CASE WHEN (missed_at, missed) > (said_at, said) AND missed_at >= latest_at THEN 'gone'
        WHEN moved AND said_at >= latest_at THEN 'moved' ELSE 'live' END) VIRTUAL
);

CREATE TABLE ends (seq INTEGER PRIMARY KEY, article INTEGER NOT NULL);
-- Observations with which an article was gone, by what the log said until then: the second in a row.

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
    original INTEGER NOT NULL,      -- 1 for a response, 0 for a revisit of its payload, 2 for a 304 of either kind
    digest TEXT NOT NULL,
    file INTEGER NOT NULL,
    offset INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX captures_url ON captures (url, original, at);

CREATE TABLE erased (id BLOB PRIMARY KEY) WITHOUT ROWID;
"""

ADD_REVISION = """
INSERT INTO articles (id, site, latest, latest_at, revisions, first_seen, last_seen, first)
VALUES (:id, :site, :seq, :at, 1, :at, :at, :commit)
ON CONFLICT (id) DO UPDATE SET
    revisions = revisions + 1,
    latest = CASE WHEN (:at, :seq) >= (latest_at, latest) THEN :seq ELSE latest END,
    site = CASE WHEN (:at, :seq) >= (latest_at, latest) THEN :site ELSE site END,
    latest_at = max(latest_at, :at),
    first_seen = min(first_seen, :at),
    last_seen = max(last_seen, :at),
    first = min(first, :commit)
RETURNING no
"""

ADD_SIGHTING = """
UPDATE articles SET
    first_seen = min(first_seen, :at),
    last_seen = CASE WHEN :says = 'live' THEN max(last_seen, :at) ELSE last_seen END,
    moved = CASE WHEN :says <> 'missing' AND (:at, :seq) >= (said_at, said) THEN :says = 'moved' ELSE moved END,
    said = CASE WHEN :says <> 'missing' AND (:at, :seq) >= (said_at, said) THEN :seq ELSE said END,
    said_at = CASE WHEN :says <> 'missing' THEN max(said_at, :at) ELSE said_at END,
    reserved = CASE WHEN :reserved IS NOT NULL AND (:at, :seq) >= (looked_at, looked) THEN :reserved ELSE reserved END,
    looked = CASE WHEN :reserved IS NOT NULL AND (:at, :seq) >= (looked_at, looked) THEN :seq ELSE looked END,
    looked_at = CASE WHEN :reserved IS NOT NULL THEN max(looked_at, :at) ELSE looked_at END,
    seen = max(seen, :seen),
    uncaptured = CASE WHEN :kept THEN 0 ELSE uncaptured + 1 END
WHERE no = :article
"""

WHEN_MISSING = """
SELECT missing_at, missing, missed_at, missed, (missed_at, missed) > (said_at, said) FROM articles WHERE no = ?
"""

ADD_MISSING = """
UPDATE articles SET missing_at = ?, missing = ?, missed_at = ?, missed = ? WHERE no = ?
RETURNING (missed_at, missed) > (said_at, said)
"""

ADD_ALIAS = """
INSERT INTO aliases VALUES (:key, :article, :since)
ON CONFLICT (key) DO UPDATE SET article = :article, since = :since WHERE :since < since
"""
