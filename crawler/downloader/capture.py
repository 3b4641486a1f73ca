"""Each answer as it came over the wire, kept in the archive before anything unpacks or follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urldefrag

from scrapy import signals
from scrapy.utils.httpobj import urlparse_cached

from archive import Capture, Exchange, new_ulid
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer, as those who come later need to know it."""

    visit_id: str
    url: str
    status: int
    fetched_at: str
    """RFC 3339, UTC, whole seconds."""
    capture: Capture | None
    """None where it is not kept, or not yet."""


def answers(request: Request) -> tuple[Answer, ...]:
    """Return the answers to a request, to those that were redirected to it and to its retries before it, in order."""
    found: tuple[Answer, ...] = request.meta.get("answers", ())
    return found


class CaptureMiddleware:
    """Hands each answer to the archive and remembers it in the request's meta, which redirects and retries copy."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._archive: ArchivePipeline | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware, which looks for the archive once the spider opens."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        return middleware

    def spider_opened(self) -> None:
        """Find the archive; a crawl without one keeps nothing."""
        self._archive = self._crawler.get_item_pipeline(ArchivePipeline)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keep the answer, and wait where the disk has fallen behind."""
        # A login is nobody's business but the site's.
        if "cached" in response.flags or request.meta.get("login"):
            return response
        at = datetime.now(UTC)
        visit_id = new_ulid(at)
        capture = None
        if self._archive is not None:
            for earlier in answers(request):
                # It was a redirect within a page, or something to be tried again: no item will come of it.
                if self._archive.is_pending(earlier.visit_id):
                    self._archive.settle(earlier.visit_id)
            capture = self._archive.capture(visit_id, exchange_of(request, response, at))
            await self._archive.room()
        # A new tuple: the request before this one has the old one.
        request.meta["answers"] = (
            *answers(request),
            Answer(
                visit_id=visit_id,
                url=response.url,
                status=response.status,
                fetched_at=at.isoformat(timespec="seconds"),
                capture=capture,
            ),
        )
        if request.meta.get("requisite") and self._crawler.stats:
            self._crawler.stats.inc_value(f"requisite/response_status_count/{response.status}")
        return response


class PendingMiddleware:
    """Keeps the raw page of each visit from which no item came, where that was still open."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Pass on what the spider finds; at its end, raised or not, keep what none of its items stands for."""
        archive = self._crawler.get_item_pipeline(ArchivePipeline)
        seen = answers(response.request)[-1:] if response.request else ()
        pending = {answer.visit_id for answer in seen if archive is not None and archive.is_pending(answer.visit_id)}
        try:
            async for found in result:
                if pending:
                    pending.discard(getattr(found, "visit_id", ""))
                yield found
        finally:
            for visit_id in pending:
                assert archive is not None
                archive.settle(visit_id)

    def process_spider_exception(self, response: Response, exception: Exception) -> None:
        """Keep the page on which a spider fails before it has found anything."""
        archive = self._crawler.get_item_pipeline(ArchivePipeline)
        for answer in answers(response.request)[-1:] if response.request and archive else ():
            assert archive is not None
            archive.settle(answer.visit_id)


def exchange_of(request: Request, response: Response, at: datetime) -> Exchange:
    """Return request and answer as the archive keeps them.

    Twisted drops the reason, the case of header names and Transfer-Encoding, and adds the Host to what is sent.
    """
    headers = [] if b"Host" in request.headers else [("Host", urlparse_cached(request).netloc.rpartition("@")[2])]
    return Exchange(
        url=urldefrag(response.url).url,
        method=request.method,
        request_headers=(*headers, *header_pairs(request.headers)),
        request_body=request.body,
        status=response.status,
        reason=_reason(response.status),
        headers=header_pairs(response.headers),
        body=response.body,
        fetched_at=at,
        ip=None if response.ip_address is None else str(response.ip_address),
        protocol=response.protocol.lower() if response.protocol else None,
        # What is flagged `partial` ends where the connection does, as it may (RFC 9112, 6.3): nobody knows of a loss.
        truncated="disconnect" if "dataloss" in response.flags else None,
    )


def header_pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Return names and values in the order of an answer or request, each value apart."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )


def content_type_of(response: Response) -> str:
    """Return an answer's Content-Type, empty where it says none."""
    return (response.headers.get(b"Content-Type") or b"").decode("latin-1")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
