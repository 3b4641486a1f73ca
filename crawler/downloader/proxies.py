"""Requests that go through a proxy, and what must not be asked of it: it resolves names where nobody here can look."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from scrapy import signals
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, NotConfigured

from crawler.access.proxy import doors_of_environment
from crawler.access.ready import door_of
from crawler.downloader.addresses import Endpoint, GuardedResolver, PrivateAddress, is_public, literal_endpoint
from crawler.downloader.hosts import HostAway, Postponed

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.access.proxy import Door

_PRIVATE_NAMES = frozenset("localhost localdomain local internal intranet lan home corp private".split())
"""RFC 6761 and 6762, ICANN's list of what is never delegated, and what routers call their networks."""
_HEADER = b"Proxy-Authorization"


def is_private_host(host: str) -> bool:
    """Return whether a host, whoever resolves it, is none of the public Internet, as far as its name says so.

    >>> is_private_host("127.1"), is_private_host("[::1]"), is_private_host("printer"), is_private_host("nas.local.")
    (True, True, True, True)
    >>> is_private_host("news.example"), is_private_host("93.184.216.34")
    (False, False)
    """
    name = host.strip("[]").lower().removesuffix(".")
    try:
        return not is_public(name)
    except ValueError:
        pass
    try:
        # 2130706433, 0x7f.1 and 127.1 are 127.0.0.1 to many a resolver.
        return not is_public(socket.inet_ntoa(socket.inet_aton(name)))
    except (OSError, ValueError):
        pass
    labels = name.split(".")
    return len(labels) < 2 or labels[-1] in _PRIVATE_NAMES or labels[-2:] == ["home", "arpa"]


class ProxyUnknown(Postponed):
    """A proxy of which nobody knows where it is: no request can be made now."""


class ProxyMiddleware:
    """Sends requests through the proxy of the spider's file, else that of the environment, as Scrapy's own does.

    What the proxy is told is on a request for as long as it is below this middleware.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        own = door_of(crawler.spider) if crawler.spider is not None else None
        by_environment = own is None and crawler.settings.getbool("HTTPPROXY_ENABLED")
        self._bypasses = by_environment
        self._doors = doors_of_environment() if by_environment else {}
        if own is not None:
            self._doors = {"http": own, "https": own}
        if not self._doors:
            raise NotConfigured
        self._named: set[Endpoint] = set()
        """Addresses that a person began with."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware. Raises NotConfigured where there is no proxy, NotReady."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        return middleware

    def spider_opened(self, spider: Spider) -> None:
        """Let the proxy be connected to, wherever it is: somebody has named it."""
        GuardedResolver.named.update((door.host, door.port) for door in self._doors.values())
        self._named.update(filter(None, map(literal_endpoint, spider.start_urls)))

    def process_request(self, request: Request) -> None:
        """Send the request through the proxy. Raises PrivateAddress."""
        door = self._door(request.url)
        if door is None:
            return
        parts = urlsplit(request.url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if literal_endpoint(request.url) not in self._named and is_private_host(host):
            if self._crawler.stats:
                self._crawler.stats.inc_value("guard/private_address")
            raise PrivateAddress(host, port)
        request.meta["proxy"] = door.url
        if door.credentials:
            request.headers[_HEADER] = door.credentials

    def process_response(self, request: Request, response: Response) -> Response:
        """Take off what the proxy was told. Raises HostAway where it wants to be told something else."""
        door = self._take_off(request)
        if door is None:
            return response
        if response.status == 407:
            reason = f"the proxy {door.host}:{door.port} wants another name and password (HTTP 407)"
            raise HostAway(urlsplit(request.url).hostname or "", 0.0, reason)
        # Its own address, which says nothing of the site.
        return response.replace(ip_address=None)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Take it off; say that the proxy is meant where it is not the site that cannot be reached."""
        door = self._take_off(request)
        if door is None:
            return
        if isinstance(exception, CannotResolveHostError):
            raise ProxyUnknown(f"the proxy's name {door.host} does not resolve") from exception
        if isinstance(exception, DownloadConnectionRefusedError):
            # Still the same error: it is tried again.
            exception.args, exception.__cause__ = (f"the proxy {door.host}:{door.port} refuses the connection",), None

    def _door(self, url: str) -> Door | None:
        parts = urlsplit(url)
        if self._bypasses and proxy_bypass(parts.netloc.rpartition("@")[2]):
            return None
        return self._doors.get(parts.scheme)

    def _take_off(self, request: Request) -> Door | None:
        request.headers.pop(_HEADER, None)
        return self._door(request.url) if request.meta.pop("proxy", None) is not None else None
