"""What happens on a made-up site, and in which nightly run an archive learns of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import archive
from benchmarks.running import crawl
from benchmarks.sites import Made
from seeds.serve import Request, SiteServer

Kind = Literal["new", "edit", "deletion"]
GONE = ("gone", "soft_404")


@dataclass(eq=False)
class Event:
    """Something that happened to an article."""

    kind: Kind
    path: str
    at: datetime
    words: str = ""
    """Of an edit: the paragraph that it added."""
    seen_at: datetime | None = None
    """When the run began that learnt of it."""
    sure_at: datetime | None = None
    """Of a deletion: when the run began that saw it for the second time, from which on it is stated."""
    void: bool = False
    """Whether it was over before any run could see it, as an edit of what was then deleted."""

    def hours(self, *, sure: bool = False) -> float | None:
        """Return the hours until it was archived; None where it was not."""
        at = self.sure_at if sure else self.seen_at
        return None if at is None else (at - self.at).total_seconds() / 3600


@dataclass(frozen=True)
class Night:
    """One run."""

    at: datetime
    requests: tuple[Request, ...]
    seconds: float
    code: int
    words: str

    @property
    def size(self) -> int:
        """Bytes of the bodies that were answered."""
        return sum(one.size for one in self.requests)

    @property
    def statuses(self) -> dict[int, int]:
        return dict(Counter(one.status for one in self.requests).most_common())

    def rank(self, path: str) -> int | None:
        """Return with which request a path was asked for, from 1; None where it was not."""
        return next((n for n, one in enumerate(self.requests, start=1) if one.path == path), None)


@dataclass
class Watch:
    """An archive beside the truth: what has happened and what it knows of that."""

    root: Path
    events: list[Event] = field(default_factory=list)
    false_revisions: list[str] = field(default_factory=list)
    """Addresses of articles that got a wording though nobody had edited them."""
    false_ends: list[str] = field(default_factory=list)
    """Addresses of articles that were said to be gone, and are not."""
    _cursor: str | None = None
    _known: dict[str, set[str]] = field(default_factory=dict)
    """Path -> edits that its newest stored wording has."""
    _by_path: dict[str, list[Event]] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        self.events.append(event)
        self._by_path.setdefault(event.path, []).append(event)

    def of(self, path: str) -> list[Event]:
        """Return what has happened to one article."""
        return self._by_path.get(path, [])

    def note(self, at: datetime) -> None:
        """Take up what the run that began at `at` has stored."""
        for change in archive.open(self.root).changes(self._cursor):
            self._cursor = change.cursor
            record = change.record
            if isinstance(record, archive.Article):
                self._revision(record, at)
            elif isinstance(record, archive.Observation) and record.outcome in GONE:
                self._end(record, at)

    def _revision(self, record: archive.Article, at: datetime) -> None:
        path = path_of(record.url)
        events, body = self._by_path.get(path, []), record.body or ""
        has = {event.words for event in events if event.kind == "edit" and event.words in body}
        if path in self._known and has == self._known[path]:
            self.false_revisions.append(record.url)
        self._known[path] = has
        for event in events:
            if event.seen_at is None and (event.kind == "new" or (event.kind == "edit" and event.words in has)):
                event.seen_at = at

    def _end(self, record: archive.Observation, at: datetime) -> None:
        ends = [event for event in self._by_path.get(path_of(record.url), ()) if event.kind == "deletion"]
        if not ends:
            self.false_ends.append(record.url)
        for event in ends:
            if event.seen_at is None:
                event.seen_at = at
            elif event.sure_at is None and at > event.seen_at:
                event.sure_at = at

    def open(self) -> list[Event]:
        """Return what has happened and is not known yet; of deletions, what is not stated yet."""
        return [
            event
            for event in self.events
            if not event.void and (event.seen_at is None or (event.kind == "deletion" and event.sure_at is None))
        ]


def night(
    made: Made,
    server: SiteServer,
    root: Path,
    *,
    arguments: Mapping[str, object] | None = None,
    settings: Mapping[str, object] | None = None,
) -> Night:
    """Crawl a site once, at the time that it has now."""
    before = len(server.requests)
    ran = crawl(
        made.url,
        root,
        arguments=arguments,
        settings={"CONNECT_TO": server.connect_to, **(settings or {})},
        at=made.now,
    )
    return Night(made.now, tuple(server.requests[before:]), ran.seconds, ran.code, ran.words)


def path_of(url: str) -> str:
    return unquote(urlsplit(url).path)


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that so large a share of the values does not exceed; not a number where there is none.

    >>> percentile([4, 1, 3, 2], 0.5), percentile(range(1, 101), 0.95)
    (2, 95)
    """
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)] if ordered else float("nan")
