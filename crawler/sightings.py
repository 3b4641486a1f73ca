"""What a visit adds to an article's words, and what is to be said of a request from which no article came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from archive import article_key, new_ulid
from crawler.downloader.capture import Answer, answers
from crawler.downloader.requests import OffSite, reason_of
from crawler.downloader.robots import ForbiddenByRobots
from crawler.items import ArticleItem, Redirect, Sighting
from pipelines.urls import canonical_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.records import Outcome

GONE = (404, 410)
"""Statuses that say that there is nothing."""
_BLOCKED = (401, 403, 429, 451)


def visited(item: ArticleItem, response: Response, site: str) -> ArticleItem:
    """Return the item with what its visit adds."""
    assert response.request is not None
    seen = answers(response.request)
    item.site, item.http_status = site, response.status
    item.again = bool(response.meta.get("again"))
    item.redirects = _redirects(response.request)
    if seen:
        item.visit_id, item.fetched_at = seen[-1].visit_id, seen[-1].fetched_at
        # An error that came before, and went away when it was tried again, is none of the article's.
        item.captures = [one.capture for one in seen if one.status < 400 and one.capture is not None]
    else:
        # From a cache of Scrapy's, say: nobody knows when the server said so.
        now = datetime.now(UTC)
        item.visit_id, item.fetched_at = new_ulid(now), now.isoformat(timespec="seconds")
    return item


def unmodified(response: Response, site: str) -> Sighting:
    """Return that a page is as it was, as its server says."""
    assert response.request is not None
    return _sighting(response.request, site, "not_modified", answers(response.request)[-1:], None)


def missing(response: Response, site: str) -> Sighting:
    """Return that a page, whatever its status, says that what was asked for is not there."""
    assert response.request is not None
    return _sighting(response.request, site, "soft_404", answers(response.request)[-1:], None)


def of_failure(failure: Failure, site: str) -> Iterator[Sighting]:
    """Yield what a failed request says of what was there; nothing where this crawl itself did not want it."""
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy's addition
    error = failure.value
    if isinstance(error, HttpError):
        seen = answers(request)[-1:]
        yield _sighting(request, site, _outcome(error.response.status), seen, reason_of(error))
    elif isinstance(error, OffSite | ForbiddenByRobots):
        yield from led_away(request, site, to=request.url)
    elif not isinstance(error, IgnoreRequest | DownloadCancelledError):
        # Nothing came of the last attempt; answers of earlier ones are none of its own.
        yield _sighting(request, site, "unreachable", (), reason_of(error))


def led_away(request: Request, site: str, *, to: str | None, outcome: Outcome = "moved") -> Iterator[Sighting]:
    """Yield, for each redirect that led to a request, that its address leads elsewhere; `to` is None for nowhere."""
    here = article_key(canonical_url(request.url))
    for redirect in _redirects(request):
        if article_key(canonical_url(redirect.url)) == here:  # from http to https, say
            continue
        yield Sighting(
            url=redirect.url,
            site=site,
            visit_id=redirect.visit_id,
            fetched_at=redirect.fetched_at,
            http_status=redirect.http_status,
            outcome=outcome,
            moved_to=to,
            captures=list(redirect.captures),
        )


def _sighting(request: Request, site: str, outcome: Outcome, seen: tuple[Answer, ...], failure: str | None) -> Sighting:
    now = datetime.now(UTC)
    last = seen[-1] if seen else None
    return Sighting(
        url=request.url,
        site=site,
        visit_id=last.visit_id if last else new_ulid(now),
        fetched_at=last.fetched_at if last else now.isoformat(timespec="seconds"),
        http_status=last.status if last else None,
        outcome=outcome,
        failure=failure,
        redirects=_redirects(request),
        captures=[one.capture for one in answers(request) if one.capture is not None] if last else [],
    )


def _outcome(status: int) -> Outcome:
    if status in GONE:
        return "gone"
    return "blocked" if status in _BLOCKED else "unreachable"


def _redirects(request: Request) -> list[Redirect]:
    return [
        Redirect(
            url=one.url,
            http_status=one.status,
            visit_id=one.visit_id,
            fetched_at=one.fetched_at,
            captures=(one.capture,) if one.capture else (),
        )
        for one in answers(request)
        if 300 <= one.status < 400
    ]
