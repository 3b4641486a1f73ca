"""The tables of a frontier in SQLite."""

from __future__ import annotations

VERSION = 1

# Codes instead of words: they are in every row, and in two indexes.
WAITING, LEASED, DONE, FAILED, REFUSED, DROPPED = range(6)

SCHEMA = """
CREATE TABLE meta (version INTEGER NOT NULL, site TEXT NOT NULL);

CREATE TABLE crawls (
    no INTEGER PRIMARY KEY,
    began_at INTEGER NOT NULL,      -- times are seconds since 1970, UTC
    finished_at INTEGER,
    mark INTEGER NOT NULL,          -- the archive's newest commit when it began
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
    led_to TEXT
);
-- With the crawl, so that whether an address is known in this one is answered without its row.
CREATE INDEX urls_key ON urls (key, crawl);
CREATE INDEX urls_waiting ON urls (crawl, host, priority DESC, no) WHERE state = 0;
CREATE INDEX urls_leased ON urls (leased_until, owner) WHERE state = 1;

CREATE TABLE owners (
    no INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    seen_at REAL NOT NULL,
    report TEXT
);
"""
