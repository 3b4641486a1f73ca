"""Identities: an article's follows from its address, a revision's and a visit's from the moment."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from ulid import ULID

# Whether a site answers to http, https, www. or without it is the server's business and changes over the years.
_ORIGIN = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
# A folder and its index are one page, with and without the slash (as in SURT, by which web archives sort).
_INDEX = re.compile(r"/(?:index\.(?:html?|php|aspx?|jsp|shtml))?$", re.IGNORECASE)


def article_key(canonical_url: str) -> str:
    """Return what is left of a canonical URL when all is folded by which one page has several addresses.

    >>> article_key("https://www.example.com/news/index.html"), article_key("http://example.com/news")
    ('//example.com/news', '//example.com/news')
    """
    return _INDEX.sub("", _ORIGIN.sub("//", canonical_url, count=1))


def article_id(canonical_url: str) -> str:
    """Return the id of the article at a canonical URL: 32 hex digits of the SHA-256 of its key.

    >>> article_id("https://www.example.com/1.html") == article_id("http://example.com/1.html")
    True
    >>> article_id("https://example.com/1.html")
    '039e30c329a9f6b44f9a3f1eaab66950'
    """
    # 128 bits: two of a thousand million articles share an id with a chance of 1 in 10^21.
    return hashlib.sha256(article_key(canonical_url).encode()).hexdigest()[:32]


def new_ulid(now: datetime) -> str:
    """Return a ulid of this moment: 26 characters that sort by time."""
    return str(ULID.from_datetime(now))


def fresh_ulid() -> str:
    """Return a ulid of now, for files: what is named so needs to be unique, and sorts by time as far as clocks go."""
    return str(ULID())
