"""One fetched page: when, as what, by which way, and which raw captures it left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from itemadapter import ItemAdapter

from archive import Capture, Right, new_ulid
from pipelines.text import encodable
from pipelines.urls import site_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """An address on the way to a page, which answered by naming the next."""

    url: str
    http_status: int
    visit_id: str
    fetched_at: datetime
    """When it answered, UTC."""
    captures: tuple[Capture, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One fetched page."""

    visit_id: str
    site: str
    fetched_at: datetime
    """When the server answered, UTC."""
    recorded_at: datetime
    """When its lines are written, UTC. They say the second; the ulid keeps the milliseconds, which order revisions."""
    http_status: int | None = None
    """None when it is not known, as for saved pages."""
    captures: tuple[Capture, ...] = ()
    hops: tuple[Hop, ...] = ()
    """The redirects that led here, in order."""
    rights: tuple[Right, ...] | None = None
    """What was said of the page's uses; None where nobody looked."""


def visit_of(item: Any, *, now: datetime) -> Visit:
    """Return the visit that an item tells of; what a saved page leaves open comes from its address and `now`."""
    words = ItemAdapter(item)
    recorded_at = now.astimezone(UTC)
    return Visit(
        visit_id=words.get("visit_id") or new_ulid(now),
        site=words.get("site") or site_of(words["url"]),
        fetched_at=visited_at(item) or recorded_at.replace(microsecond=0),
        recorded_at=recorded_at,
        http_status=words.get("http_status"),
        captures=tuple(words.get("captures") or ()),
        hops=tuple(_hops(words.get("redirects") or ())),
        rights=_rights(words.get("rights")),
    )


def visited_at(item: Any) -> datetime | None:
    """Return when the server answered, UTC, whole seconds; None when the item does not say."""
    stated = ItemAdapter(item).get("fetched_at")
    if stated is None:
        return None
    moment = msgspec.convert(stated, datetime)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _rights(found: Iterable[Right] | None) -> tuple[Right, ...] | None:
    # A line is UTF-8: what a page words in halves of characters is not to stop it.
    if found is None:
        return None
    return tuple(
        Right(by=right.by, says=encodable(right.says), url=right.url and encodable(right.url)) for right in found
    )


def _hops(redirects: Iterable[Any]) -> Iterator[Hop]:
    for words in map(ItemAdapter, redirects):
        at = visited_at(words.item)
        assert at is not None
        yield Hop(
            url=words["url"],
            http_status=words["http_status"],
            visit_id=words["visit_id"],
            fetched_at=at,
            captures=tuple(words.get("captures") or ()),
        )
