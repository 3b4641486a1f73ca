"""What came of a request, and what that means for its lease."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from time import time
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.downloader.capture import answers
from crawler.downloader.hosts import HostAway, Postponed
from crawler.downloader.requests import reason_of
from crawler.downloader.robots import RobotsUnavailable
from crawler.frontier.due import failed_page, led_away_page, missing_page, read_page, refused_page
from crawler.frontier.interface import Answered, Lease, Page, Receipt
from crawler.further import carried, is_further
from crawler.items import ArticleItem, Sighting
from crawler.sightings import GONE
from pipelines.article import normalise
from pipelines.text import encodable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.frontier.outlook import Kind
    from pipelines.stored import StoredLine

LONGEST_PAUSE = 24 * 3600
"""Seconds for which a host is believed that asks to be left alone."""
NOT_MODIFIED = 304


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
    kind: Kind | None = None
    """What its page was read as; None where it was not read."""
    published_at: int | None = None
    """When its article was published, seconds since 1970; None where it is not known before the article is stored."""
    open_end: bool = False
    """Whether its article names none before or none behind it."""
    missing: bool = False
    """Whether the page says that there is none, whatever its status."""
    stored: StoredLine | None = None
    """What the archive has of its article."""
    brought: int = 0
    """How many addresses it named that were never seen before."""

    def look_at(self, links: Sequence[Request], items: Sequence[object]) -> None:
        """Learn what a page was read as from what came of it."""
        if isinstance(self.result, Response) and self.result.status == NOT_MODIFIED:
            return
        articles = [item for item in items if isinstance(item, ArticleItem)]
        for part in [carried(link) for link in links if is_further(link)]:
            # Of several pages the last one is stored, and the first is visited again.
            at = normalise(part).published_at
            self.published_at = None if at is None else int(at.timestamp())
            articles.append(part)
        self.kind = "article" if articles else "other"
        for article in articles:
            named = [side is not None and side.url is not None for side in (article.prev, article.next)]
            self.open_end = any(named) and not all(named)
        self.missing = any(
            isinstance(item, Sighting)
            and item.outcome == "soft_404"
            and not item.moved_to
            and isinstance(self.result, Response)
            and item.url == self.result.url
            for item in items
        )


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
        end = _answered(lease, request, result, fate)
    elif isinstance(result, Request):
        end = _led(lease, request, result, fate)
    else:
        end = _refused(lease, result)
    return replace(end, page=page_of(end, fate)) if isinstance(end, Receipt) and is_page(request) else end


def is_page(request: Request) -> bool:
    """Return whether a request is for a page that is visited for itself.

    The further page of an article is visited with the first, a picture with its page.
    """
    return not is_further(request) and "requisite" not in request.meta


def page_of(end: Receipt, fate: Fate) -> Page:
    """Return what is to be known of a page, by what came of its lease."""
    lease, now = end.lease, int(time())
    if end.state == "refused":
        return refused_page(lease, now, closed=False)
    if end.state == "failed":
        return failed_page(lease, now)
    if end.led_to is not None:
        return led_away_page(lease, now)
    if end.answer is not None and end.answer.http_status in GONE:
        return missing_page(lease, now)
    return read_as(lease, fate, now)


def read_as(lease: Lease, fate: Fate, now: int) -> Page:
    """Return what is to be known of a page that was read, as far as that is known of it."""
    if fate.missing:
        return missing_page(lease, now)
    line = fate.stored
    return read_page(
        lease,
        kind=fate.kind,
        now=now,
        news=fate.brought > 0 if line is None else line.change == "revised",
        published_at=_seconds(line["published_at"]) if line else fate.published_at,
        open_end=fate.open_end,
        views=line["view_count"] if line else None,
    )


def receipt_of(lease: Lease, answer: Answered) -> Receipt:
    """Return what an answer means: a page that is gone was had, one that is refused or in trouble was not."""
    if answer.http_status < 400:
        return Receipt(lease=lease, state="done", answer=answer)
    reason = f"HTTP {answer.http_status}"
    if answer.http_status in GONE:
        return Receipt(lease=lease, state="done", reason=reason, answer=answer)
    return Receipt(lease=lease, state="failed", reason=reason, answer=answer)


def answered(request: Request, response: Response, lease: Lease) -> Answered:
    """Return what a frontier keeps of an answer."""
    seen = answers(request)[-1:]
    capture = seen[0].capture if seen else None
    etag, last_modified = _header(response, b"ETag"), _header(response, b"Last-Modified")
    if response.status == NOT_MODIFIED and lease.past is not None:
        # It need not say them again (RFC 9110, 15.4.5).
        etag, last_modified = etag or lease.past.answer.etag, last_modified or lease.past.answer.last_modified
    return Answered(
        at=int(time()),
        http_status=response.status,
        etag=etag,
        last_modified=last_modified,
        digest=bytes.fromhex(capture.payload_digest.rpartition(":")[2]) if capture else None,
    )


def addresses(request: Request) -> Iterator[str]:
    """Yield the addresses that led to a request, and its own."""
    yield from (answer.url for answer in answers(request) if 300 <= answer.status < 400)
    yield request.url


def _answered(lease: Lease, request: Request, response: Response, fate: Fate) -> End:
    answer = fate.answer or answered(request, response, lease)
    if not _is_kept(lease, answer, fate):
        # Asked for whole the next time: that it is as it was would say that an article is there.
        answer = replace(answer, etag=None, last_modified=None)
    if fate.instead is not None:
        return Instead(lease, fate.instead, answer, failed=False)
    if fate.unread is not None:
        reason = encodable(f"it could not be read: {fate.unread}")
        return Receipt(lease=lease, state="failed", reason=reason, answer=answer)
    return receipt_of(lease, answer)


def _is_kept(lease: Lease, answer: Answered, fate: Fate) -> bool:
    """Return whether what a page says is kept, so that it need not be said again."""
    if answer.http_status == NOT_MODIFIED:
        return True
    if fate.unread is not None or fate.missing:
        return False
    was_article = lease.past is not None and lease.past.page.kind == "article"
    return fate.stored is not None or (fate.kind == "other" and not was_article)


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


def _seconds(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    # A validator longer than this is none that a server can have meant.
    return value.decode("latin-1")[:200] if value else None
