"""Identities: an article's follows from its address, a revision's and a visit's from the moment."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from ulid import ULID

# Whether a site answers to http, https, www. or without it is the server's business and changes over the years.
_ORIGIN = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


def article_id(canonical_url: str) -> str:
    """Return the id of the article at a canonical URL: 32 hex digits, the same for http and https, www. or not.

    >>> article_id("https://www.example.com/1.html") == article_id("http://example.com/1.html")
    True
    >>> article_id("https://example.com/1.html")
    '039e30c329a9f6b44f9a3f1eaab66950'
    """
    place = _ORIGIN.sub("//", canonical_url, count=1)
    # 128 bits: two of a thousand million articles share an id with a chance of 1 in 10^21.
    return hashlib.sha256(place.encode()).hexdigest()[:32]


def new_ulid(now: datetime) -> str:
    """Return a ulid of this moment: 26 characters that sort by time."""
    return str(ULID.from_datetime(now))
