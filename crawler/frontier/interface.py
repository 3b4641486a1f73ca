"""What a frontier answers, whichever store is behind it.

Each call takes and returns plain values, is one step that happens whole or not at all, and may take as long as a
network does: nobody waits for one but by `await`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from crawler.frontier.outlook import Crawl, Kind, Mode, Overview, State, UrlState


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An address to be fetched."""

    key: bytes
    """16 bytes that are the same for all addresses of one page."""
    url: str
    host: str
    """Whose turn it waits for: the download slot."""
    priority: int = 0
    """Higher is sooner; within one, first come, first served."""
    way: str | None = None
    """How it was found: chain, lists, links, sitemaps, feeds; None for a start page and for what is no page."""
    request: str | None = None
    """What the request has beyond its address, as JSON."""
    found_on: bytes | None = None
    """Key of the page that named it."""
    again: bool = False
    """Whether it is to be fetched though this crawl had it: the page behind one that was visited once more."""
    modified_at: int | None = None
    """When it was changed, as a sitemap or feed says it: seconds since 1970, UTC."""
    with_news: bool = False
    """Whether it is the further page of a list, to be visited again where that list names anything new."""


class Pushed(IntEnum):
    """What was done with an address; true where it waits for its turn now."""

    KNOWN = 0
    """This crawl has it, or is not to visit it."""
    NEW = 1
    """It was never seen before."""
    AGAIN = 2
    """An earlier crawl had it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What a page was found to be, and when it is to be visited again; times are seconds since 1970, UTC."""

    kind: Kind | None = None
    """None where it was never read."""
    published_at: int | None = None
    """As the article says it."""
    open_end: bool = False
    """Whether the article names none before or none behind it."""
    missing: bool = False
    """Whether the last visit has missed it."""
    views: int | None = None
    news_at: int | None = None
    """When it last was seen to say or to name anything new."""
    due_at: int | None = None
    """When a crawl that does not visit all is to visit it; None where only a link to it can bring that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What the server said."""

    at: int
    """Seconds since 1970, UTC."""
    http_status: int
    etag: str | None = None
    last_modified: str | None = None
    digest: bytes | None = None
    """SHA-256 of the payload, where it was captured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What the last visit of an address has left."""

    answer: Answered
    page: Page


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """An address that its holder alone fetches, until the lease expires."""

    key: bytes
    token: int
    """Of this lease: once it has expired and another has it, whatever the first holder says is passed over."""
    url: str
    host: str
    priority: int = 0
    way: str | None = None
    request: str | None = None
    failures: int = 0
    """Attempts in this crawl from which no answer came, or one that says to try again."""
    near: bool = False
    """Whether a start page names it."""
    past: Past | None = None
    """None where no earlier crawl had an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handling:
    """A page that was read, and whose links are known with this: what is left to do is to keep what it says."""

    lease: Lease
    answer: Answered
    proof: str | None
    """What the archive holds once that is done: `visit:<visit id>`, `capture:<record id>`, `` (empty) where nothing is
    to be kept; None where more than that is to be done."""
    after: int
    """Number of the archive's newest commit before it: what proves it is in none up to this."""
    page: Page = Page()


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What came of a lease."""

    lease: Lease
    state: State
    """done, failed or refused."""
    reason: str | None = None
    """Why, in a few words: of what failed or was refused, and of what is done but is no page of the site."""
    answer: Answered | None = None
    led_to: str | None = None
    """The address to which it redirects."""
    page: Page | None = None
    """None where what is known of it stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a crawl is to visit of what is known already."""

    mode: Mode = "full"
    """full: all that is reachable; new: what may name articles that are new; due: also what is due."""
    budget: int | None = None
    """Most pages that are visited again because they are due; None for all of them."""
    since: int | None = None
    """Of articles those that were published since, seconds since 1970; None for all."""


ALL = Plan()
"""A crawl of all that is reachable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What may be fetched now."""

    leases: Sequence[Lease]
    more: frozenset[str]
    """Hosts of which there are more now."""
    again_at: float | None
    """When there may be more of others, seconds since 1970; None where only what is pushed can bring that."""


class Frontier(Protocol):
    """Addresses of one site. Every call raises FrontierError where the store fails."""

    async def abandoned(self) -> list[Handling | Lease]:
        """Return what holders that are dead have left: leases, and what was read under them, made the caller's own."""

    async def begin(self, *, fresh: bool, mark: int, plan: Plan = ALL) -> Crawl:
        """Go on with the crawl that has not ended, else, or if it is to be `fresh`, begin one as planned.

        As long as none has come to its end, a crawl is full.
        """

    async def remember(self, name: str, value: str) -> None:
        """Keep a fact for later runs of this crawl."""

    async def push(self, found: Sequence[Found], *, by: Handling | None = None) -> list[Pushed]:
        """Add addresses, and note the ways by which they were found; `by` is noted in the same step."""

    async def lease(self, count: int, *, per_host: int, held: Mapping[str, int], closed: Collection[str]) -> Batch:
        """Take up to `count` addresses, best first and fairly by host.

        Of none more than `per_host` with those that the caller holds, and of the `closed` none.
        """

    async def renew(self, leases: Sequence[Lease]) -> int:
        """Keep leases for longer; return how many were lost meanwhile."""

    async def hand_over(
        self, lease: Lease, found: Found, answer: Answered | None, *, failed: bool, page: Page | None = None
    ) -> bool:
        """Put what a request led to in its place: a retry, where `failed`, or a redirect, of which `page` is noted.

        Returns False, and does nothing, where what it leads to is another address that is known in this crawl.
        """

    async def acknowledge(self, receipts: Sequence[Receipt]) -> int:
        """Note what came of leases; return how many were lost meanwhile."""

    async def give_back(self, leases: Sequence[Lease]) -> None:
        """Let others, or a later run, fetch what was not fetched."""

    async def pause(self, host: str, until: int) -> None:
        """Lease no more of a host before a time; a longer pause that is under way stays."""

    async def finish(self, host: str | None) -> bool:
        """End the crawl if nothing of `host`, None for any, is left to fetch; return whether it has ended."""

    async def report(self, text: str) -> None:
        """Say how its holder fares, for those who look from outside."""

    async def state(self, key: bytes) -> UrlState | None:
        """Return what is known of an address."""

    async def listed(
        self,
        state: State | None,
        *,
        pattern: str | None = None,
        crawl: int | None = None,
        latest: bool = False,
        limit: int,
    ) -> list[UrlState]:
        """Return addresses in a state, or all, that match a shell pattern, oldest first or those that changed `latest`.

        Of one `crawl` alone where it is given, and what was dropped at any time.
        """

    async def ledger(self, *, behind: int, limit: int) -> list[UrlState]:
        """Return addresses in the order in which they were first seen, those with a number behind this one."""

    async def named(self, since: int) -> Mapping[str, int]:
        """Return how many addresses of articles each way has named in this crawl since a time, in seconds since 1970.

        Of ways that have named none nothing is told.
        """

    async def overview(self) -> Overview:
        """Return how the crawl stands."""

    async def requeue(self, keys: Sequence[bytes]) -> int:
        """Let addresses be fetched again, whatever became of them; return how many were not waiting already.

        A crawl that has ended goes on with them.
        """

    async def drop(self, keys: Sequence[bytes]) -> int:
        """Fetch addresses neither now nor in later crawls, until they are requeued; return how many."""

    async def close(self) -> None:
        """Let go of the store; leases that are held stay until they expire."""
