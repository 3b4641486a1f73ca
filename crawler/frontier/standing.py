"""How a site's crawl stands, seen from outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Any, Literal
from urllib.parse import urlsplit

from crawler.discovery.scope import Scope, bare_host
from crawler.frontier.interface import Frontier
from crawler.frontier.outlook import Overview
from crawler.frontier.sqlite import is_at_work, path_of
from crawler.frontier.words import moment, span

Stands = Literal["none", "at_work", "waits", "ended"]
"""No crawl has begun; one is at work; one was cut off or has left something; the newest has ended."""

_SILENT = 15.0
"""Seconds without a report after which a crawl that is there is said to be silent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostReport:
    """What a run says of a host that it asks."""

    active: int = 0
    """Requests that are under way."""
    queued: int = 0
    """Requests that it has taken for it."""
    delay: float = 0.0
    """Seconds between two requests, now."""
    paused_until: int = 0
    """Seconds since 1970; 0 where it is not paused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a run says of itself."""

    pages: int = 0
    """Answers that it got."""
    articles: int = 0
    since: float | None = None
    """When it began, seconds since 1970; None where it does not say."""
    hosts: Mapping[str, HostReport] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)
    """Hosts that it asks no more, and why."""

    @classmethod
    def of(cls, text: str | None) -> Report:
        """Return what a report says; of one that another version has written, what is understood."""
        try:
            words = json.loads(text or "{}")
            hosts = {name: HostReport(**_known(HostReport, host)) for name, host in words.pop("hosts", {}).items()}
            return cls(**_known(cls, words), hosts=hosts)
        except (ValueError, TypeError, AttributeError):
            return cls()


def _known(kind: type, words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: words[name] for name in kind.__dataclass_fields__ if name in words}  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One site's crawl at one moment."""

    site: str
    path: Path
    """Of the frontier's file."""
    overview: Overview
    at_work: bool
    """Whether a run is there now."""
    now: float

    @property
    def stands(self) -> Stands:
        """Return how it stands in a word."""
        if self.at_work:
            return "at_work"
        if self.overview.crawl is None:
            return "none"
        return "ended" if self.overview.finished_at is not None else "waits"

    @property
    def is_open(self) -> bool:
        """Whether there is a crawl that has not ended."""
        return self.overview.crawl is not None and self.overview.finished_at is None

    @property
    def size(self) -> int:
        """Bytes on disk, with what is not yet synced into the file."""
        parts = (self.path.with_name(self.path.name + ending) for ending in ("", "-wal", "-shm"))
        return sum(part.stat().st_size for part in parts if part.exists())

    @property
    def report(self) -> Report:
        """What the run that was there last has said."""
        return Report.of(self.overview.report)

    @property
    def scope(self) -> Scope | None:
        """What belongs to the site, None where no page of it was read yet."""
        facts = self.overview.crawl.facts if self.overview.crawl else {}
        return Scope.of(facts["scope"]) if "scope" in facts else None

    @property
    def silent_for(self) -> float | None:
        """Seconds for which a run that is there has said nothing, None where that is no news."""
        seen = self.overview.seen_at
        return self.now - seen if self.at_work and seen is not None and self.now - seen > _SILENT else None

    def sentence(self, command: str) -> str:
        """Return how it stands in a sentence; `command` goes on with it."""
        crawl, holder = self.overview.crawl, self.overview.holder
        if crawl is None:
            return "a run is about to begin a crawl" if self.at_work else f"no crawl has begun; {command} begins one"
        began = f"the crawl that began {moment(crawl.began_at)}"
        if self.at_work:
            silent = f", silent for {span(self.silent_for)}" if self.silent_for is not None else ""
            return f"{began} goes on ({holder}{silent})"
        if self.overview.finished_at is not None:
            return f"{began} ended {moment(self.overview.finished_at)}; {command} begins another"
        return f"{began} waits to be gone on with by: {command}"


async def look(frontier: Frontier, folder: Path, site: str) -> Standing:
    """Return how a site's crawl stands now. Raises FrontierError."""
    # Before the overview: a run that ends in between has ended in neither, or in both.
    at_work = is_at_work(folder, site)
    overview = await frontier.overview()
    return Standing(site=site, path=path_of(folder, site), overview=overview, at_work=at_work, now=time())


def crawl_command(site: str, scope: Scope | None, *, is_spider: bool, options: str = "") -> str:
    """Return the command that goes on with a site's crawl; `options` is what is to follow.

    >>> crawl_command("example.com", Scope("https", "www.example.com"), is_spider=False)
    'scrapy crawl news -a url=https://www.example.com/'
    >>> crawl_command("hzgreat100", None, is_spider=True, options="-s ARCHIVE=old")
    'scrapy crawl hzgreat100 -s ARCHIVE=old'
    """
    words = ["scrapy", "crawl", site]
    if not is_spider:
        # A start page may have led to another host; the name is of the one that was typed.
        ours = scope is not None and bare_host(urlsplit(f"//{scope.netloc}").hostname or "") == site
        home = f"{scope.scheme}://{scope.netloc}/" if scope is not None and ours else f"https://{site}/"
        words = ["scrapy", "crawl", "news", "-a", f"url={home}"]
    return " ".join([*words, *([options] if options else [])])
