"""Cookies and headers that a site asks for, put on a request on its last step and taken off on the answer's first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

from scrapy.exceptions import NotConfigured

from crawler.access.ready import keys_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.access.keys import Keys


class _Putting(ABC):
    """Puts headers on requests to the site's own hosts for as long as they are below this middleware."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.spider is not None
        keys = keys_of(crawler.spider)
        if keys is None:
            raise NotConfigured
        self.keys: Keys = keys
        self._before: WeakKeyDictionary[Request, dict[str, list[bytes]]] = WeakKeyDictionary()
        """What the headers of a request under way were."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware. Raises NotConfigured where the spider's file says nothing of it, NotReady."""
        return cls(crawler)

    @abstractmethod
    def headers_for(self, url: str) -> dict[str, str]:
        """Return what is put on a request."""

    def process_request(self, request: Request) -> None:
        """Put the headers on."""
        self._take_off(request)
        if self.keys.are_for(request.url):
            headers = self.headers_for(request.url)
            self._before[request] = {name: request.headers.getlist(name) for name in headers}
            for name, value in headers.items():
                request.headers[name] = value

    def process_response(self, request: Request, response: Response) -> Response:
        """Take them off: what is archived, followed or asked for once more comes of the request as it was."""
        self._take_off(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Take them off."""
        self._take_off(request)

    def _take_off(self, request: Request) -> None:
        for name, values in self._before.pop(request, {}).items():
            request.headers.pop(name, None)
            if values:
                request.headers[name] = values


class HeadersMiddleware(_Putting):
    """Headers that are said in the spider's file: archived, and not sent to where a redirect leads."""

    def headers_for(self, url: str) -> dict[str, str]:
        """Return them."""
        return self.keys.plain


class AccessMiddleware(_Putting):
    """Cookies and headers that are secret: nothing above this middleware sees them, the archive's captures neither."""

    def headers_for(self, url: str) -> dict[str, str]:
        """Return them."""
        cookies = self.keys.cookie_header(url)
        return {**self.keys.secret, **({"Cookie": cookies} if cookies else {})}

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep what the site sets, and leave it out of the answer."""
        super().process_response(request, response)
        if not self.keys.are_cookies_kept or not self.keys.are_for(response.url):
            return response
        self.keys.take(response, request)
        headers: Any = response.headers.copy()
        for name in (b"Set-Cookie", b"Set-Cookie2"):
            headers.pop(name, None)
        return response.replace(headers=headers)
