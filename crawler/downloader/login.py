"""Requests that wait until the run is logged in, and answers that show that it is not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse
from scrapy.http.request import NO_CALLBACK

from crawler.access import Access
from crawler.access.login import LoginFailed
from crawler.access.session import Session
from crawler.downloader.access import AccessMiddleware
from crawler.downloader.capture import answers
from crawler.downloader.hosts import HostAway
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_REDIRECTS = (301, 302, 303, 307, 308)
_UNCHECKED = 3
"""Pages that lack the check although the run is logged in, after which pages are not looked at for it."""

_TIMES = 3
"""How often a page is asked for once more since the site has forgotten the login."""


class NotForUs(IgnoreRequest):
    """A page that asks for a login of those who are logged in."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"{url} asks for another login than the spider's")


class LedAway(IgnoreRequest):
    """A login that leads to another host."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"it leads elsewhere, to {url}")


class LoginMiddleware:
    """Lets requests to the site's own hosts wait for the login, and sees redirects to its page."""

    def __init__(self, crawler: Crawler) -> None:
        access = getattr(crawler.spider, "access", None)
        if not isinstance(access, Access) or access.login is None:
            raise NotConfigured
        self._login, self._crawler = access.login, crawler
        self._sent: WeakKeyDictionary[Request, int] = WeakKeyDictionary()
        """Requests under way, and the number of the session in which they were sent."""
        self._session: Session | None = None
        self._unchecked = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware. Raises NotConfigured where the spider's file says no login."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    @property
    def session(self) -> Session:
        """The session of the run."""
        if self._session is None:
            access = self._crawler.get_downloader_middleware(AccessMiddleware)
            assert access is not None
            assert self._crawler.engine is not None
            self._session = Session(self._login, access.keys, self._crawler.engine.download_async)
            self._keys = access.keys
        return self._session

    def spider_closed(self, spider: Spider) -> None:
        """Say why the run could not log in, where no start page's failure says so."""
        failed, problems = self.session.failed, getattr(spider, "problems", [])
        if failed is not None and not any(str(failed) in problem for problem in problems):
            problems.append(str(failed))

    async def process_request(self, request: Request) -> None:
        """Wait. Raises HostAway where the run cannot log in: a later one tries it again."""
        session = self.session
        if request.meta.get("login"):
            if not self._keys.are_for(request.url):
                raise LedAway(request.url)
            return
        # What a run looks for beside its pages (robots.txt) is asked for before the login, and needs none.
        if (request.callback is NO_CALLBACK and not request.meta.get("again")) or not self._keys.are_for(request.url):
            return
        try:
            self._sent[request] = await session.ready()
        except LoginFailed as error:
            raise self._away(request, error) from error

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Log in again where the site has forgotten it. Raises NotForUs, HostAway."""
        if request not in self._sent or not self._asks(response):
            return response
        again = await self.anew(request)
        if again is None:
            raise NotForUs(request.url)
        return again

    def _asks(self, response: Response) -> bool:
        if response.status == 401:
            return True
        location = (response.headers.get(b"Location") or b"").decode("latin-1").strip()
        if response.status not in _REDIRECTS or not location:
            return False
        try:
            to, login = urlsplit(urljoin(response.url, location)), urlsplit(self._login.url)
        except ValueError:
            return False
        return (to.hostname, to.path.rstrip("/")) == (login.hostname, login.path.rstrip("/"))

    async def checked(self, request: Request, response: Response) -> Request | Response:
        """Return a page that is for those who are logged in, or the request for it once more. Raises HostAway."""
        if request not in self._sent or response.status != 200 or not isinstance(response, HtmlResponse):
            return response
        if self._unchecked >= _UNCHECKED or self._login.is_shown(response):
            return response
        again = await self.anew(request)
        if again is None:
            self._unchecked += 1
        return again or response

    async def anew(self, request: Request) -> Request | None:
        """Return the request once more where the session was over; None where it was not. Raises HostAway."""
        number = self._sent.pop(request)
        times = request.meta.get("login_times", 0)
        if times >= _TIMES:
            return None
        try:
            if not await self.session.renew(number):
                return None
        except LoginFailed as error:
            raise self._away(request, error) from error
        archive = self._crawler.get_item_pipeline(ArchivePipeline)
        for answer in answers(request)[-1:]:
            if archive is not None:
                archive.settle(answer.visit_id)
        if self._crawler.stats:
            self._crawler.stats.inc_value("login/again")
        # The same address once more, as after a failure: that it led to the login is nothing that it says of itself.
        meta = {name: value for name, value in request.meta.items() if name != "answers"}
        meta |= {"login_times": times + 1, "retry_times": meta.get("retry_times", 0) + 1}
        return request.replace(dont_filter=True, meta=meta)

    def _away(self, request: Request, error: LoginFailed) -> HostAway:
        return HostAway(urlsplit(request.url).hostname or "", 0.0, str(error))


class LoginCheckMiddleware:
    """Looks at each page, unpacked, for what shows that the run is logged in."""

    def __init__(self, crawler: Crawler) -> None:
        access = getattr(crawler.spider, "access", None)
        if not isinstance(access, Access) or access.login is None:
            raise NotConfigured
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware. Raises NotConfigured where the spider's file says no login."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the page, or the request for it once more."""
        login = self._crawler.get_downloader_middleware(LoginMiddleware)
        return await login.checked(request, response) if login is not None else response
