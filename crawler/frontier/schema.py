"""The tables of a frontier in SQLite."""

from __future__ import annotations

from crawler.frontier.outlook import KINDS

VERSION = 2

# Codes instead of words: they are in every row, and in two indexes.
WAITING, LEASED, DONE, FAILED, REFUSED, DROPPED = range(6)
OTHER, ARTICLE = map(KINDS.index, ("other", "article"))
WAY_CODES = {"chain": 1, "lists": 2, "links": 3, "sitemaps": 4, "feeds": 5}

SCHEMA = """
CREATE TABLE meta (version INTEGER NOT NULL, site TEXT NOT NULL);

CREATE TABLE crawls (
    no INTEGER PRIMARY KEY,
    began_at INTEGER NOT NULL,      -- times are seconds since 1970, UTC
    finished_at INTEGER,
    mark INTEGER NOT NULL,          -- the archive's newest commit when it began
    mode TEXT NOT NULL,             -- full, new, due
    facts TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE hosts (
    no INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    resume_at INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0,     -- addresses of the newest crawl by state, kept with each change
    leased INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE urls (
    no INTEGER PRIMARY KEY,         -- the order in which addresses were first seen
    key BLOB NOT NULL,              -- of one row alone
    url TEXT NOT NULL,
    host INTEGER NOT NULL,
    crawl INTEGER NOT NULL,         -- the last that had it
    state INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    way TEXT,
    found_on INTEGER,               -- no of the page that first named it
    first_seen INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    request TEXT,
    token INTEGER,                  -- of the lease
    owner INTEGER,
    leased_until REAL,
    proof TEXT,                     -- read, its links are known: what the archive will hold
    after INTEGER,                  -- … in a commit behind this one
    visited_at INTEGER,
    http_status INTEGER,
    etag TEXT,
    last_modified TEXT,
    digest BLOB,
    reason TEXT,
    led_to TEXT,
    kind INTEGER,                   -- 1 an article, 0 another page, NULL where it was never read
    published_at INTEGER,           -- as the article says it
    open_end INTEGER NOT NULL DEFAULT 0,    -- 1: it names no article before or behind it
    missing INTEGER NOT NULL DEFAULT 0,     -- 1: the last visit has missed it
    views INTEGER,
    news_at INTEGER,                -- when it last was seen to say or name anything new
    due_at INTEGER                  -- when a crawl that does not visit all is to visit it again
);
-- With the crawl, so that whether an address is known in this one is answered without its row.
CREATE INDEX urls_key ON urls (key, crawl);
CREATE INDEX urls_waiting ON urls (crawl, host, priority DESC, no) WHERE state = 0;
CREATE INDEX urls_due ON urls (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX urls_open ON urls (published_at) WHERE open_end = 1;
CREATE INDEX urls_leased ON urls (leased_until, owner) WHERE state = 1;

-- The ledger: which ways knew an address, and when.
CREATE TABLE ways (
    url INTEGER NOT NULL,
    way INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    crawl INTEGER NOT NULL,         -- the last in which it named the address
    PRIMARY KEY (url, way)
) WITHOUT ROWID;

CREATE TABLE owners (
    no INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    seen_at REAL NOT NULL,
    report TEXT
);
"""
