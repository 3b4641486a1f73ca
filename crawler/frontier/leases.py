"""Who fetches which address until when: statements within a transaction that the caller opens and ends."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from crawler.frontier.counted import FREE, Counted
from crawler.frontier.interface import Answered, Batch, Handling, Lease, Page, Past
from crawler.frontier.outlook import KINDS
from crawler.frontier.schema import LEASED, WAITING

_CHANCE = 31
"""Bits of a token that are by chance; those before them are its row's number, found sooner than the row's key."""

_LEASE = "key, token, url, (SELECT name FROM hosts WHERE no = host), priority, way, request, failures"
_NEAR = "(SELECT page.way IS NULL FROM urls page WHERE page.no = urls.found_on)"
_PAST = "visited_at, http_status, etag, last_modified, kind, published_at, open_end, missing, views, news_at, due_at"

_UNPROVEN = ", ".join(f"{name} = CASE WHEN after IS NULL THEN {name} END" for name in ("etag", "last_modified"))
"""What it says where its page was read and may not have been kept: it is asked for whole once more."""


def number_of(lease: Lease) -> int:
    """Return the number of the row that a lease is of."""
    return lease.token >> _CHANCE


class Leases(Counted):
    """The leases of a holder, known to others as `owner`, and what it does with those of others."""

    def __init__(self, db: sqlite3.Connection, *, lease_seconds: float) -> None:
        super().__init__(db)
        self.lease_seconds = lease_seconds
        self.owner = 0

    def own(self, name: str, now: float) -> None:
        """Become a holder of leases."""
        self.owner = int(
            self.db.execute("INSERT INTO owners (name, seen_at) VALUES (?, ?)", (name, now)).lastrowid or 0
        )
        # Of those who are gone only names that leases or eyes may still ask for are kept.
        self.db.execute("DELETE FROM owners WHERE no < ?", (self.owner - 100,))

    def lease(
        self, count: int, *, per_host: int, held: Mapping[str, int], closed: Collection[str], now: float
    ) -> Batch:
        """Take addresses, best first and fairly by host."""
        self._expire(now)
        self.settled()
        rows = self.db.execute("SELECT no, name, resume_at, waiting FROM hosts WHERE waiting > 0").fetchall()
        open_ = [row for row in rows if row[1] not in closed]
        ready = sorted((row for row in open_ if row[2] <= now), key=lambda row: held.get(row[1], 0))
        shares = _shares(count, [min(waiting, per_host - held.get(name, 0)) for _, name, _, waiting in ready])
        taken: list[Lease] = []
        more = set()
        for (host, name, _, waiting), share in zip(ready, shares, strict=True):
            taken += self._take(host, name, share, now + self.lease_seconds)
            if waiting > share:
                more.add(name)
        return Batch(leases=taken, more=frozenset(more), again_at=self._next_due(open_, now))

    def _take(self, host: int, name: str, count: int, until: float) -> list[Lease]:
        if not count:
            return []
        rows = self.db.execute(
            f"SELECT no, key, url, priority, way, request, failures, {_NEAR}, {_PAST} FROM urls"  # noqa: S608
            " WHERE state = 0 AND crawl = ? AND host = ? ORDER BY priority DESC, no LIMIT ?",
            (self.crawl, host, count),
        ).fetchall()
        chance, began = secrets.randbits(_CHANCE), int(until - self.lease_seconds)
        self.db.executemany(
            "UPDATE urls SET state = 1, token = ?, owner = ?, leased_until = ?, changed_at = ? WHERE no = ?",
            [(row[0] << _CHANCE | chance, self.owner, until, began, row[0]) for row in rows],
        )
        self.count(host, WAITING, -len(rows))
        self.count(host, LEASED, +len(rows))
        return [
            Lease(
                key=key,
                token=number << _CHANCE | chance,
                url=url,
                host=name,
                priority=priority,
                way=way,
                request=request,
                failures=failures,
                near=bool(near),
                past=_past(past),
            )
            for number, key, url, priority, way, request, failures, near, *past in rows
        ]

    def _expire(self, now: float) -> None:
        """Let what others held for too long wait again. One's own is not lost to oneself, however late one is."""
        self._release("leased_until < ? AND owner IS NOT ?", (now, self.owner), int(now))

    def _release(self, where: str, values: tuple[object, ...], now: int) -> int:
        rows = self.db.execute(
            f"UPDATE urls SET state = 0, changed_at = {now}, {_UNPROVEN}, {FREE} WHERE state = 1 AND {where}"  # noqa: S608
            " RETURNING host, crawl",
            values,
        ).fetchall()
        for host, crawl in rows:
            if crawl == self.crawl:
                self.count(host, LEASED, -1)
                self.count(host, WAITING, +1)
        return len(rows)

    def _next_due(self, hosts: list[tuple[int, str, int, int]], now: float) -> float | None:
        times = [float(row[2]) for row in hosts if row[2] > now]
        (others,) = self.db.execute(
            "SELECT min(leased_until) FROM urls WHERE state = 1 AND owner IS NOT ?", (self.owner,)
        ).fetchone()
        return min([*times, *([others] if others is not None else [])], default=None)

    def renew(self, leases: Sequence[Lease], now: float) -> int:
        """Keep leases for longer; return how many were lost."""
        until = now + self.lease_seconds
        cursor = self.db.executemany(
            "UPDATE urls SET leased_until = ? WHERE no = ? AND token = ?",
            [(until, number_of(lease), lease.token) for lease in leases],
        )
        return len(leases) - max(cursor.rowcount, 0)

    def still_held(self, leases: Sequence[Lease]) -> dict[int, tuple[int, int]]:
        """Return host and crawl of those leases that were not lost, by their token."""
        tokens = {lease.token for lease in leases}
        rows = self.some("token, host, crawl", "no", [number_of(lease) for lease in leases])
        return {token: (host, crawl) for token, host, crawl in rows if token in tokens}

    def abandoned(self, now: float) -> list[Handling | Lease]:
        """Return what all others have left, made one's own."""
        self.db.execute(
            "UPDATE urls SET owner = ?, leased_until = ? WHERE state = 1", (self.owner, now + self.lease_seconds)
        )
        rows = self.db.execute(
            f"SELECT {_LEASE}, proof, after, visited_at, http_status, etag, last_modified, digest"  # noqa: S608
            " FROM urls WHERE state = 1"
        ).fetchall()
        return [_left(row) for row in rows]

    def give_back(self, leases: Iterable[Lease], now: int) -> None:
        """Let what was not fetched wait again."""
        for lease in leases:
            self._release("no = ? AND token = ?", (number_of(lease), lease.token), now)

    def pause(self, host: str, until: int) -> None:
        """Lease no more of a host before a time."""
        self.db.execute("UPDATE hosts SET resume_at = max(resume_at, ?) WHERE no = ?", (until, self.host(host)))


def _shares(count: int, rooms: Sequence[int]) -> list[int]:
    """Return how many of `count` each may have: all alike where there is room, the first of them sooner.

    >>> _shares(8, [10, 2, 10]), _shares(2, [10, -1, 10, 10])
    ([3, 2, 3], [1, 0, 1, 0])
    """
    shares = [0] * len(rooms)
    while count > 0 and (open_ := [number for number, room in enumerate(rooms) if shares[number] < room]):
        each = max(1, min(count // len(open_), *(rooms[number] - shares[number] for number in open_)))
        for number in open_[:count]:
            shares[number] += each
            count -= each
    return shares


def _past(row: Sequence[Any]) -> Past | None:
    visited_at, http_status, etag, last_modified, kind, published_at, open_end, missing, views, news_at, due_at = row
    if visited_at is None:
        return None
    page = Page(
        kind=None if kind is None else KINDS[kind],
        published_at=published_at,
        open_end=bool(open_end),
        missing=bool(missing),
        views=views,
        news_at=news_at,
        due_at=due_at,
    )
    answer = Answered(at=visited_at, http_status=http_status, etag=etag, last_modified=last_modified)
    return Past(answer=answer, page=page)


def _left(row: tuple[Any, ...]) -> Handling | Lease:
    key, token, url, host, priority, way, request, failures, proof, after, at, status, etag, modified, digest = row
    lease = Lease(
        key=key, token=token, url=url, host=host, priority=priority, way=way, request=request, failures=failures
    )
    if proof is None:
        return lease
    answer = Answered(at=at, http_status=status, etag=etag, last_modified=modified, digest=digest)
    return Handling(lease=lease, answer=answer, proof=proof, after=after)
