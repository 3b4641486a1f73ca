"""What is not stored of an article because it follows: its revision's number, its status, when it was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.reader import Archive, scan
from archive.records import Article, Outcome

Status = Literal["live", "gone", "moved"]
_STATUS: dict[str, Status] = {
    "new": "live",
    "same": "live",
    "revised": "live",
    "not_modified": "live",
    "quarantined": "live",
    "gone": "gone",
    "soft_404": "gone",
    "moved": "moved",
}
"""What an outcome says of the article; blocked and unreachable speak of the server alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """An article as it stands: its newest revision, and what the visits say of it."""

    article: Article
    revision: int
    """Number of the revision, from 1."""
    status: Status
    """Of the newest observation that says anything of the article."""
    first_seen_at: datetime
    """UTC."""
    last_seen_at: datetime
    """Of the newest visit that found the article there, UTC."""


def states(archive: Archive, *, site: str | None = None, since: datetime | None = None) -> Iterator[State]:
    """Yield each article as it stands; arguments, order and errors as in `Archive.articles`."""
    histories = _histories(archive)
    for article in archive.articles(site=site, since=since):
        history = histories[article.id]
        yield State(
            article=article,
            revision=history.revisions,
            status=history.status,
            first_seen_at=history.first_seen_at,
            last_seen_at=history.last_seen_at,
        )


@dataclass(kw_only=True, slots=True)
class _History:
    first_seen_at: datetime
    last_seen_at: datetime
    said_at: datetime
    revisions: int = 0
    status: Status = "live"

    def see(self, at: datetime, status: Status) -> None:
        self.first_seen_at = min(self.first_seen_at, at)
        if status == "live":
            self.last_seen_at = max(self.last_seen_at, at)
        if at >= self.said_at:
            self.said_at, self.status = at, status


@dataclass(frozen=True, kw_only=True, slots=True)
class _Revision:
    id: str
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sighting:
    id: str
    observed_at: datetime
    outcome: Outcome


def _histories(archive: Archive) -> dict[str, _History]:
    histories: dict[str, _History] = {}
    for revision in scan(archive.root, "articles", _Revision):
        at = revision.fetched_at
        history = histories.setdefault(revision.id, _History(first_seen_at=at, last_seen_at=at, said_at=at))
        history.revisions += 1
        history.see(at, "live")
    for sighting in scan(archive.root, "observations", _Sighting):
        status, seen = _STATUS.get(sighting.outcome), histories.get(sighting.id)
        if status and seen:
            seen.see(sighting.observed_at, status)
    return histories
