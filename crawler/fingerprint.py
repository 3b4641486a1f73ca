"""When two requests are for the same page."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from archive import article_key
from crawler.further import is_further
from pipelines.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Collection

    from scrapy import Request
    from scrapy.crawler import Crawler


class PageFingerprinter:
    """Requests whose articles would have one id are one request."""

    def __init__(self, tracking: Collection[str] = frozenset()) -> None:
        self._tracking = tracking
        self._known: WeakKeyDictionary[Request, bytes] = WeakKeyDictionary()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the fingerprinter that knows which query parameters are no part of the site's addresses."""
        return cls(getattr(crawler.spidercls, "tracking_parameters", frozenset()))

    def fingerprint(self, request: Request) -> bytes:
        """Return 20 bytes, the same for requests of the same page (Scrapy's REQUEST_FINGERPRINTER_CLASS)."""
        known = self._known.get(request)
        if known is None:
            page = article_key(canonical_url(request.url, tracking=self._tracking))
            if is_further(request):
                # What it carries makes it another request than one for the same page by a link.
                page += " behind its article"
            known = sha1(f"{request.method} {page}\n".encode() + request.body, usedforsecurity=False).digest()
            self._known[request] = known
        return known
