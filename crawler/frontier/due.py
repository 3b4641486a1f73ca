"""When a page is to be visited again, by what it is and by what its visits have shown.

Articles that were published or edited lately are edited and read most, and pages that have rested rest on (Cho and
Garcia-Molina 2003): the time until the next visit grows with the time since anything happened, and has a floor, so that
none is forgotten. Lists are visited by how often they bring anything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.parts import places
from crawler.frontier.interface import Page

if TYPE_CHECKING:
    from crawler.frontier.interface import Lease
    from crawler.frontier.outlook import Kind

HOUR, DAY = 3600, 86_400

SELDOM = 60 * DAY
"""No article is left alone for longer."""
_REST = 0.5
"""Of the time since anything happened to an article, the part that passes before it is visited again."""
_UNKNOWN_AGE = 14 * DAY
"""Since when an article rests, at its first visit, that does not say when it was published."""
_LIVELY = 0.1
"""Growth of its views in a day from which an article is visited twice as often."""

_NEAR, _LIST, _FURTHER = DAY, 7 * DAY, 30 * DAY
"""First intervals: lists that a start page names, other lists, and further pages of lists, where old articles stand."""
_LIST_SELDOM = 30 * DAY
_BROUGHT, _BROUGHT_NOTHING = 0.5, 1.6
"""By how much a list's interval changes with a visit."""

_FAILED = DAY
_AWAY = 30 * DAY
"""Until an address is asked again that leads elsewhere, is no page, or is not to be requested."""
_CLOSED = 7 * DAY
_NIGHTLY = 0.9
"""Of an interval, so that what is due in a day is due when the next night's run begins a little sooner."""


def read_page(
    lease: Lease,
    *,
    kind: Kind | None,
    now: int,
    news: bool,
    published_at: int | None = None,
    open_end: bool = False,
    views: int | None = None,
) -> Page:
    """Return what is to be known of a page that was read, or that the server says is as it was (`kind` is None then).

    `news` is whether its article was never read before or is worded anew, or whether it named an address that is new.
    """
    past = lease.past
    before = past.page if past is not None else Page()
    if kind is None:
        kind, published_at, open_end, views = before.kind, before.published_at, before.open_end, before.views
    published_at = published_at if published_at is not None else before.published_at
    if kind == "article":
        first = before.kind != "article"
        news_at = (min(published_at, now) if published_at else now - _UNKNOWN_AGE) if first else before.news_at or now
        news_at = now if news and not first else news_at
        interval = _article_interval(now - news_at, lease, views, now)
        if first and interval > 2 * DAY:
            # Those that a first crawl brings would all be due at once for ever.
            interval *= 0.1 + 0.9 * _chance(lease.key)
    else:
        news_at = now if news else before.news_at or now
        interval = _list_interval(lease, news=news)
    return Page(
        kind=kind,
        published_at=published_at,
        open_end=open_end,
        views=views if views is not None else before.views,
        news_at=news_at,
        due_at=_due(now, interval, lease.key),
    )


def missing_page(lease: Lease, now: int) -> Page:
    """Return what is to be known of an address at which there is nothing: an article may be back by the next run."""
    page = replace(_unread(lease), missing=True)
    if page.kind == "article" and not _unread(lease).missing:
        return replace(page, due_at=now)
    return replace(page, due_at=_due(now, _longer(lease, _AWAY), lease.key))


def failed_page(lease: Lease, now: int) -> Page:
    """Return what is to be known of an address from which no answer came, or none that can be read."""
    return replace(_unread(lease), due_at=_due(now, _longer(lease, _FAILED), lease.key))


def led_away_page(lease: Lease, now: int) -> Page:
    """Return what is to be known of an address that leads to another one."""
    return replace(_unread(lease), due_at=_due(now, _AWAY, lease.key))


def refused_page(lease: Lease, now: int, *, closed: bool) -> Page:
    """Return what is to be known of an address that was not requested; `closed`: its like brought nothing."""
    return replace(_unread(lease), due_at=_due(now, _longer(lease, _CLOSED if closed else _AWAY), lease.key))


def _article_interval(rest: int, lease: Lease, views: int | None, now: int) -> float:
    interval = min(max(rest * _REST, HOUR), SELDOM)
    past = lease.past
    if past is not None and past.page.views and views is not None and now > past.answer.at:
        growth = (views - past.page.views) / past.page.views
        if growth * DAY / (now - past.answer.at) >= _LIVELY:
            interval /= 2
    return interval


def _list_interval(lease: Lease, *, news: bool) -> float:
    past = lease.past
    if past is None or past.page.due_at is None:
        is_further = any(place.number > 1 for place in places(lease.url))
        return _FURTHER if is_further else _NEAR if lease.near else _LIST * (0.3 + 0.7 * _chance(lease.key))
    before = (past.page.due_at - past.answer.at) / _NIGHTLY
    return min(max(before * (_BROUGHT if news else _BROUGHT_NOTHING), HOUR), _LIST_SELDOM)


def _longer(lease: Lease, least: float) -> float:
    """Return twice the last interval, within bounds: what fails again and again is asked ever more seldom."""
    past = lease.past
    failed = past is not None and (past.answer.http_status >= 400 or past.page.missing)
    if past is None or past.page.due_at is None or not failed:
        return least
    return min(max(2 * (past.page.due_at - past.answer.at) / _NIGHTLY, least), SELDOM)


def _unread(lease: Lease) -> Page:
    return lease.past.page if lease.past is not None else Page()


def _due(now: int, interval: float, key: bytes) -> int:
    # A little apart, so that what was found together does not stay together; the same in every run.
    return int(now + interval * (_NIGHTLY - 0.1 * _chance(key[::-1])))


def _chance(key: bytes) -> float:
    """Return a number from 0 to 1 that a key has for ever."""
    return int.from_bytes(key[:4], "big") / 0xFFFF_FFFF
