"""Requests that are leased: those that are ready to be sent, by host, and those that are under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.frontier.interface import Lease


class Ready:
    """Gives out requests host by host, so that a slow one does not take the places of others."""

    def __init__(self, per_host: int) -> None:
        """`per_host` is how many of one host are under way at most."""
        self._per_host = per_host
        self._waiting: dict[str, list[tuple[int, int, Lease, Request]]] = {}
        """Heaps by host: what is more urgent and was leased later overtakes what is less."""
        self._order = count()
        self._under_way: dict[Request, Lease] = {}
        self._fetching: set[Request] = set()
        self._sending: Counter[str] = Counter()
        self.held: Counter[str] = Counter()
        """Requests by host that are ready or being sent; those whose answers are being read do not count."""

    def add(self, lease: Lease, request: Request) -> None:
        """Take a request whose turn has come."""
        heappush(self._waiting.setdefault(lease.host, []), (-lease.priority, next(self._order), lease, request))
        self.held[lease.host] += 1

    def take(self) -> Request | None:
        """Return the next request of the host that has fewest under way; None where all have as many as they may."""
        host = min(self._waiting, key=lambda host: self._sending[host], default=None)
        if host is None or self._sending[host] >= self._per_host:
            return None
        *_, lease, request = heappop(self._waiting[host])
        if not self._waiting[host]:
            del self._waiting[host]
        self._under_way[request] = lease
        self._fetching.add(request)
        self._sending[host] += 1
        return request

    def best(self, host: str) -> int | None:
        """Return the priority of the next request of a host; None where there is none."""
        waiting = self._waiting.get(host)
        return -waiting[0][0] if waiting else None

    def of(self, host: str) -> int:
        """Return how many of a host could be given out."""
        return len(self._waiting.get(host, ()))

    def lease_of(self, request: Request | None) -> Lease | None:
        """Return the lease of a request that is under way."""
        return None if request is None else self._under_way.get(request)

    def sent(self, request: Request) -> None:
        """Let the next of its host be sent: what came of this one is known."""
        if request in self._fetching:
            self._fetching.discard(request)
            _less(self._sending, self._under_way[request].host)
            _less(self.held, self._under_way[request].host)

    def end(self, request: Request) -> Lease | None:
        """Forget a request that is through; return its lease, None where it had none."""
        self.sent(request)
        return self._under_way.pop(request, None)

    def drain(self) -> list[Lease]:
        """Forget what has not been given out; return the leases."""
        leases = [lease for waiting in self._waiting.values() for *_, lease, _ in waiting]
        self._waiting.clear()
        for lease in leases:
            _less(self.held, lease.host)
        return leases

    def leases(self) -> Iterator[Lease]:
        """Yield all that are held."""
        for waiting in self._waiting.values():
            yield from (lease for *_, lease, _ in waiting)
        yield from self._under_way.values()

    def __len__(self) -> int:
        """Return how many could be given out."""
        return sum(map(len, self._waiting.values()))


def _less(counter: Counter[str], host: str) -> None:
    counter[host] -= 1
    if not counter[host]:
        del counter[host]
