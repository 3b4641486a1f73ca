"""What came of a request, and what that means for its lease."""

from __future__ import annotations

from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.downloader.capture import answers
from crawler.downloader.hosts import Postponed
from crawler.downloader.requests import reason_of
from crawler.downloader.retry import HostAway
from crawler.downloader.robots import RobotsUnavailable
from crawler.frontier.interface import Answered, Lease, Receipt
from pipelines.text import encodable

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_PAUSE = 24 * 3600
"""Seconds for which a host is believed that asks to be left alone."""
_GONE = (404, 410)


@dataclass(slots=True)
class Fate:
    """What is known of a request that is under way or through."""

    result: Response | Request | BaseException | None = None
    """What the downloader had for it: a page, a request instead of it, or why there is neither."""
    answer: Answered | None = None
    """What the server said, of a page that was read."""
    instead: Request | None = None
    """The request that takes its place: of a redirect or a retry, or of the next page of the same article."""
    unread: str | None = None
    """Why its page could not be read."""
    unwanted: bool = False
    """Whether what it says is for a later run: this one has its articles."""


@dataclass(frozen=True, slots=True)
class Back:
    """A lease that is given back: nobody asked the server."""

    lease: Lease
    closed: str | None = None
    """A host that this run asks no more."""
    until: int | None = None
    """When that host may be asked again, seconds since 1970; None where only a later run may tell."""
    reason: str = ""
    """Why it is asked no more."""


@dataclass(frozen=True, slots=True)
class Instead:
    """A lease whose place another request takes."""

    lease: Lease
    request: Request
    answer: Answered | None
    failed: bool
    """Whether it is the same once more."""


End = Receipt | Back | Instead


def end_of(lease: Lease, request: Request, fate: Fate) -> End:
    """Return what is to be done with a lease whose request is through."""
    result = fate.result
    if fate.unwanted or result is None:
        return Back(lease)
    if isinstance(result, Response):
        return _answered(lease, request, result, fate)
    if isinstance(result, Request):
        return _led(lease, request, result, fate)
    return _refused(lease, result)


def receipt_of(lease: Lease, answer: Answered) -> Receipt:
    """Return what an answer means: a page that is gone was had, one that is refused or in trouble was not."""
    if answer.http_status < 400:
        return Receipt(lease=lease, state="done", answer=answer)
    reason = f"HTTP {answer.http_status}"
    if answer.http_status in _GONE:
        return Receipt(lease=lease, state="done", reason=reason, answer=answer)
    return Receipt(lease=lease, state="failed", reason=reason, answer=answer)


def answered(request: Request, response: Response) -> Answered:
    """Return what a frontier keeps of an answer."""
    seen = answers(request)[-1:]
    capture = seen[0].capture if seen else None
    return Answered(
        at=int(time()),
        http_status=response.status,
        etag=_header(response, b"ETag"),
        last_modified=_header(response, b"Last-Modified"),
        digest=bytes.fromhex(capture.payload_digest.rpartition(":")[2]) if capture else None,
    )


def addresses(request: Request) -> Iterator[str]:
    """Yield the addresses that led to a request, and its own."""
    yield from (answer.url for answer in answers(request) if 300 <= answer.status < 400)
    yield request.url


def _answered(lease: Lease, request: Request, response: Response, fate: Fate) -> End:
    answer = fate.answer or answered(request, response)
    if fate.instead is not None:
        return Instead(lease, fate.instead, answer, failed=False)
    if fate.unread is not None:
        return Receipt(
            lease=lease, state="failed", reason=encodable(f"it could not be read: {fate.unread}"), answer=answer
        )
    return receipt_of(lease, answer)


def _led(lease: Lease, request: Request, result: Request, fate: Fate) -> End:
    seen = answers(result)[-1:]
    answer = Answered(at=int(time()), http_status=seen[0].status) if seen else None
    if fate.instead is None:
        reason = "it leads to what is not asked for"
        return Receipt(lease=lease, state="done", reason=reason, answer=answer, led_to=result.url)
    again = result.meta.get("retry_times", 0) > request.meta.get("retry_times", 0)
    return Instead(lease, fate.instead, answer, failed=again)


def _refused(lease: Lease, error: BaseException) -> End:
    reason = encodable(reason_of(error))
    if isinstance(error, HostAway):
        return Back(lease, closed=lease.host, until=int(time() + min(error.seconds, LONGEST_PAUSE)), reason=reason)
    if isinstance(error, RobotsUnavailable):
        return Back(lease, closed=lease.host, reason=reason)
    if isinstance(error, Postponed):
        return Back(lease)
    return Receipt(lease=lease, state="refused" if isinstance(error, IgnoreRequest) else "failed", reason=reason)


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    # A validator longer than this is none that a server can have meant.
    return value.decode("latin-1")[:200] if value else None
