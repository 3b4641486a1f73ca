"""What a frontier tells those who ask: of an address, of a host, of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["waiting", "leased", "done", "failed", "refused", "dropped"]
"""Waiting for its turn; being fetched; fetched and on disk; could not be had; not to be requested; dropped by hand."""

STATES: tuple[State, ...] = ("waiting", "leased", "done", "failed", "refused", "dropped")
REQUEUED = STATES[2:]
"""Those whose addresses may be requeued all together."""

Mode = Literal["full", "new", "due"]
"""What a crawl visits: all that is reachable; what may name articles that are new; also what is due."""
MODES: tuple[Mode, ...] = ("full", "new", "due")

Kind = Literal["article", "other"]
KINDS: tuple[Kind, ...] = ("other", "article")


@dataclass(frozen=True, kw_only=True, slots=True)
class Crawl:
    """One walk over the site, in one run or several."""

    number: int
    began_at: int
    """Seconds since 1970, UTC."""
    mark: int
    """Number of the archive's newest commit when it began."""
    resumed: bool
    """Whether an earlier run began it."""
    facts: Mapping[str, str]
    """What was to be remembered for later runs of it."""
    mode: Mode = "full"


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowing:
    """A way by which an address was found; times are seconds since 1970, UTC."""

    way: str
    first_at: int
    last_at: int
    crawl: int
    """Number of the last crawl in which it named the address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UrlState:
    """What is known of an address."""

    number: int
    """The order in which addresses were first seen."""
    key: bytes
    url: str
    host: str
    state: State
    crawl: int
    """Number of the crawl that last had it."""
    priority: int
    way: str | None
    found_on: str | None
    """Address of the page that first named it."""
    first_seen: int
    """Times are seconds since 1970, UTC."""
    changed_at: int
    """When its state last changed."""
    failures: int
    reason: str | None
    led_to: str | None
    visited_at: int | None
    http_status: int | None
    etag: str | None
    last_modified: str | None
    digest: bytes | None
    leased_until: int | None
    holder: str | None
    """Who has the lease."""
    due: int | None
    """When its host may be asked again, of what is waiting for that; else when it is to be visited again."""
    ahead: int | None
    """How many of its host wait before it."""
    kind: Kind | None
    """None where it was never read."""
    published_at: int | None
    """As the article says it."""
    news_at: int | None
    """When it last was seen to say or to name anything new."""
    ways: tuple[Knowing, ...] = ()
    """By which it was found; in the ledger and of a single address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostState:
    """What is known of a host in this crawl: how many addresses are in which state."""

    name: str
    resume_at: int
    """It asks to be left alone until then; seconds since 1970."""
    counts: Mapping[State, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """What a look from outside sees."""

    crawl: Crawl | None
    finished_at: int | None
    """When the crawl ended; None while it goes on or waits to be resumed."""
    full: int | None
    """Number of the newest crawl that has visited all; None before the first has ended."""
    hosts: Sequence[HostState]
    """Those with the most addresses first."""
    known: int
    """Addresses of all crawls."""
    size: int
    """Bytes on disk."""
    holder: str | None
    """Who worked on it last."""
    seen_at: float | None
    """When that one last said how it fares."""
    report: str | None
    """What it said, as JSON."""

    @property
    def total(self) -> Mapping[State, int]:
        """How many addresses of all hosts are in each state."""
        return {state: sum(host.counts[state] for host in self.hosts) for state in STATES}
