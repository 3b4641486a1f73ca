"""How far redirects are followed, by an answer's status and by its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware, MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

_HEAD = 16_384
"""Bytes of a page that may say where it leads; Scrapy looks at the first 4,096 characters of them."""


class TooManyRedirects(IgnoreRequest):
    """An address that leads on and on."""

    def __init__(self, url: str, most: int) -> None:
        self.url, self.most = url, most
        super().__init__(f"more than {most} redirects, the last to {url[:200]} (REDIRECT_MAX_TIMES)")


class BadRedirect(IgnoreRequest):
    """A redirect to what is no address."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"{url} leads to what is no address ({reason})")


class _Counted(BaseRedirectMiddleware):
    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        try:
            return super()._redirect(redirected, request, reason)
        except IgnoreRequest:
            self._count("redirects")
            raise TooManyRedirects(redirected.url, self.max_redirect_times) from None

    def _count(self, guard: str) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value(f"guard/{guard}")


class BoundedRedirectMiddleware(_Counted, RedirectMiddleware):
    """Scrapy's, where each that leads nowhere is told and counted."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return what is to be asked for instead. Raises TooManyRedirects, BadRedirect."""
        try:
            result: Request | Response = super().process_response(request, response)
        except ValueError as error:  # an unclosed [ of an IPv6 address, a port that is no number
            self._count("bad_redirect")
            raise BadRedirect(request.url, str(error)) from None
        return result


class BoundedMetaRefreshMiddleware(_Counted, MetaRefreshMiddleware):
    """Scrapy's, which decodes the whole page, as whatever it declares itself, for what can stand in its first lines."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return what is to be asked for instead. Raises TooManyRedirects."""
        head = response.body[:_HEAD]
        if not isinstance(response, HtmlResponse) or b"refresh" not in head.lower():
            return response
        # Where it leads is ASCII, or percent-encoded by whoever wants it to work.
        short = HtmlResponse(response.url, status=response.status, body=head, encoding="utf-8", request=request)
        try:
            result = super().process_response(request, short)
        except ValueError as error:
            self._count("bad_redirect")
            raise BadRedirect(request.url, str(error)) from None
        return response if result is short else result
