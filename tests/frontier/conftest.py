"""Frontiers on disk with a clock that stands still until a test moves it, asked without a word of asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from hashlib import sha1

import pytest

from crawler.frontier.interface import Answered, Found, Receipt
from crawler.frontier.sqlite import SqliteFrontier

SITE = "https://news.example.com"
NOON = 1_700_000_000


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


class Asked:
    """A frontier each of whose calls is awaited."""

    def __init__(self, frontier: SqliteFrontier, runner: asyncio.Runner) -> None:
        self.frontier, self.runner = frontier, runner

    def __getattr__(self, name):
        return lambda *values, **words: self.runner.run(self._awaited(name, values, words))

    async def _awaited(self, name, values, words):
        return await getattr(self.frontier, name)(*values, **words)

    def lease(self, count=100, *, per_host=1000, held=None, closed=()):
        return self.runner.run(self.frontier.lease(count, per_host=per_host, held=held or {}, closed=closed))

    def leased(self, count=100, **words):
        """Lease, and return the leases."""
        return list(self.lease(count, **words).leases)

    def urls(self, count=100, **words):
        """Lease, and return the addresses."""
        return [lease.url for lease in self.leased(count, **words)]

    def end(self, *leases, state="done", **words):
        """Acknowledge leases that all ended alike; return how many were lost."""
        return self.acknowledge([Receipt(lease=lease, state=state, **words) for lease in leases])

    def counts(self, host="news.example.com"):
        """Return how many of a host are in which state, without those in which none is."""
        found = [one.counts for one in self.overview().hosts if one.name == host]
        return {state: count for counts in found for state, count in counts.items() if count}

    def state_of(self, name):
        return self.state(key_of(name)).state

    def together(self, *calls):
        """Make calls (name, values, words) at once; return what each gave or raised."""

        async def gathered():
            # One after the other into the queue, before the thread has answered the first.
            return await asyncio.gather(*(self._awaited(*call) for call in calls), return_exceptions=True)

        return self.runner.run(gathered())


def key_of(name: str) -> bytes:
    return sha1(name.encode(), usedforsecurity=False).digest()[:16]


def found(name: str, host: str = "news.example.com", **words) -> Found:
    """Return an address by a name that is its path."""
    return Found(key=key_of(name), url=f"https://{host}/{name}", host=host, **words)


def answered(status: int = 200, **words) -> Answered:
    return Answered(at=NOON, http_status=status, **words)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_frontier(tmp_path, clock) -> Iterator:
    """A factory of frontiers of one site; what is open at the end is closed."""
    opened = []
    with asyncio.Runner() as runner:

        def open_(*, exclusive=True, folder=tmp_path, **words):
            asked = Asked(SqliteFrontier(folder, SITE, exclusive=exclusive, clock=clock, **words), runner)
            opened.append(asked)
            return asked

        yield open_
        for asked in opened:
            asked.close()


@pytest.fixture
def frontier(open_frontier):
    """A frontier in its first crawl."""
    asked = open_frontier()
    asked.begin(fresh=False, mark=7)
    return asked


@pytest.fixture
def other(open_frontier, frontier):
    """A second holder of leases: whoever comes after one that died is the next owner, and so is this."""
    asked = open_frontier(exclusive=False)
    with asked.frontier._transaction():
        asked.frontier._tables.own("elsewhere/1", NOON)
    return asked
