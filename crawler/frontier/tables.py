"""What a holder of leases changes in a frontier: statements within a transaction that the caller opens and ends."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from crawler.frontier.counted import FREE, Counted, Row
from crawler.frontier.interface import STATES, Answered, Batch, Crawl, Found, Handling, Lease, Receipt, State
from crawler.frontier.schema import DONE, DROPPED, FAILED, LEASED, REFUSED, WAITING

_CODES: Mapping[State, int] = {"done": DONE, "failed": FAILED, "refused": REFUSED}

_LEASE = "key, token, url, (SELECT name FROM hosts WHERE no = host), priority, way, request, failures"

_INSERT = """
INSERT INTO urls (key, url, host, crawl, state, priority, way, request, found_on, first_seen, changed_at)
VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
"""
_AGAIN = f"""
UPDATE urls SET url = ?, host = ?, crawl = ?, state = 0, priority = ?, request = ?, changed_at = ?, failures = 0,
    reason = NULL, led_to = NULL, {FREE}
WHERE no = ?
"""  # noqa: S608, a constant
_ANSWERED = """
visited_at = coalesce(:at, visited_at), http_status = coalesce(:status, http_status),
etag = iif(:at IS NULL, etag, :etag), last_modified = iif(:at IS NULL, last_modified, :modified),
digest = coalesce(:digest, digest)
"""
_INSTEAD = f"""
UPDATE urls SET url = ?, host = ?, priority = ?, request = ?, failures = failures + ?, changed_at = ?, state = 0, {FREE}
WHERE no = ?
"""  # noqa: S608, a constant
_END = f"""
UPDATE urls SET state = :state, reason = :reason, led_to = :led_to, changed_at = :now, failures = failures + :failed,
    {_ANSWERED}, {FREE}
WHERE key = :key AND token = :token AND state = 1 RETURNING host, crawl
"""  # noqa: S608, a constant


class Tables(Counted):
    """The changes that a holder of leases makes, known to others as `owner`."""

    def __init__(self, db: sqlite3.Connection, *, lease_seconds: float) -> None:
        super().__init__(db)
        self.lease_seconds = lease_seconds
        self.owner = 0

    # Crawls. -------------------------------------------------------------------------------------------------------

    def own(self, name: str, now: float) -> None:
        """Become a holder of leases."""
        self.owner = int(
            self.db.execute("INSERT INTO owners (name, seen_at) VALUES (?, ?)", (name, now)).lastrowid or 0
        )
        # Of those who are gone only names that leases or eyes may still ask for are kept.
        self.db.execute("DELETE FROM owners WHERE no < ?", (self.owner - 100,))

    def begin(self, *, fresh: bool, mark: int, now: int) -> Crawl:
        """Go on with the newest crawl where it has not ended, else begin one."""
        self.settled()
        row = self.db.execute(
            "SELECT no, began_at, mark, facts, finished_at FROM crawls ORDER BY no DESC LIMIT 1"
        ).fetchone()
        if row is not None and row[4] is None and not fresh:
            self.crawl = row[0]
            return Crawl(number=row[0], began_at=row[1], mark=row[2], resumed=True, facts=json.loads(row[3]))
        cursor = self.db.execute("INSERT INTO crawls (began_at, mark) VALUES (?, ?)", (now, mark))
        self.crawl = int(cursor.lastrowid or 0)
        self.db.execute(f"UPDATE hosts SET {', '.join(f'{state} = 0' for state in STATES if state != 'dropped')}")  # noqa: S608
        return Crawl(number=self.crawl, began_at=now, mark=mark, resumed=False, facts={})

    def remember(self, name: str, value: str) -> None:
        """Keep a fact of this crawl."""
        row = self.db.execute("SELECT facts FROM crawls WHERE no = ?", (self.crawl,)).fetchone()
        facts = {**json.loads(row[0] if row else "{}"), name: value}
        self.db.execute("UPDATE crawls SET facts = ? WHERE no = ?", (json.dumps(facts), self.crawl))

    def finish(self, host: str | None, now: int) -> bool:
        """End the crawl if nothing of the host, or of any, waits or is leased."""
        self.settled()
        (left,) = self.db.execute(
            "SELECT coalesce(sum(waiting + leased), 0) FROM hosts WHERE name = coalesce(?, name)", (host,)
        ).fetchone()
        if left:
            return False
        self.db.execute("UPDATE crawls SET finished_at = ? WHERE no = ?", (now, self.crawl))
        return True

    def report(self, text: str, now: float) -> None:
        """Say how this holder fares."""
        self.db.execute("UPDATE owners SET seen_at = ?, report = ? WHERE no = ?", (now, text, self.owner))

    # Finding. ------------------------------------------------------------------------------------------------------

    def push(self, found: Sequence[Found], by: Handling | None, now: int) -> list[bool]:
        """Add addresses; say of each whether it is new in this crawl."""
        known = self.known(one.key for one in found)
        parents = self.known({one.found_on for one in found if one.found_on is not None})
        new: list[bool] = []
        inserted, again = [], []
        for one in found:
            row = known.get(one.key)
            if row is None:
                host = self.host(one.host)
                parent = parents[one.found_on].no if one.found_on in parents else None
                inserted.append(
                    (one.key, one.url, host, self.crawl, one.priority, one.way, one.request, parent, now, now)
                )
                self.count(host, WAITING, +1)
            elif row.crawl < self.crawl and row.state != DROPPED:
                again.append((one, row))
            new.append(row is None or (row.crawl < self.crawl and row.state != DROPPED))
            # Named twice in one call, it is new once.
            known[one.key] = Row(0, one.key, self.crawl, WAITING, 0, None)
        self.db.executemany(_INSERT, inserted)
        for one, row in again:
            self._wait_again(one, row.no, now)
        if by is not None:
            self._handle(by)
        return new

    def _wait_again(self, one: Found, number: int, now: int) -> None:
        host = self.host(one.host)
        self.db.execute(_AGAIN, (one.url, host, self.crawl, one.priority, one.request, now, number))
        self.count(host, WAITING, +1)

    def _handle(self, by: Handling) -> None:
        self.db.execute(
            f"UPDATE urls SET proof = :proof, after = :after, {_ANSWERED} WHERE key = :key AND token = :token",  # noqa: S608
            {"proof": by.proof, "after": by.after, "key": by.lease.key, "token": by.lease.token, **_values(by.answer)},
        )

    # Leases. -------------------------------------------------------------------------------------------------------

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
            "SELECT no, key, url, priority, way, request, failures FROM urls WHERE state = 0 AND crawl = ? AND host = ?"
            " ORDER BY priority DESC, no LIMIT ?",
            (self.crawl, host, count),
        ).fetchall()
        token = secrets.randbits(62)
        self.db.executemany(
            "UPDATE urls SET state = 1, token = ?, owner = ?, leased_until = ?, changed_at = ? WHERE no = ?",
            [(token, self.owner, until, int(until - self.lease_seconds), row[0]) for row in rows],
        )
        self.count(host, WAITING, -len(rows))
        self.count(host, LEASED, +len(rows))
        return [
            Lease(
                key=key, token=token, url=url, host=name, priority=priority, way=way, request=request, failures=failures
            )
            for _, key, url, priority, way, request, failures in rows
        ]

    def _expire(self, now: float) -> None:
        """Let what others held for too long wait again. One's own is not lost to oneself, however late one is."""
        self._release("leased_until < ? AND owner IS NOT ?", (now, self.owner), int(now))

    def _release(self, where: str, values: tuple[object, ...], now: int) -> int:
        rows = self.db.execute(
            f"UPDATE urls SET state = 0, changed_at = {now}, {FREE} WHERE state = 1 AND {where} RETURNING host, crawl",  # noqa: S608
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
            "UPDATE urls SET leased_until = ? WHERE key = ? AND token = ? AND state = 1",
            [(until, lease.key, lease.token) for lease in leases],
        )
        return len(leases) - max(cursor.rowcount, 0)

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

    # Ends. ---------------------------------------------------------------------------------------------------------

    def hand_over(self, lease: Lease, found: Found, answer: Answered | None, *, failed: bool, now: int) -> bool:
        """Put what a request led to in its place; return False where that is another address that is known."""
        if found.key == lease.key:
            self._instead(lease, found, failed, now)
            return True
        if not self.push([found], None, now)[0]:
            return False
        self.acknowledge([Receipt(lease=lease, state="done", answer=answer, led_to=found.url)], now)
        return True

    def _instead(self, lease: Lease, found: Found, failed: bool, now: int) -> None:
        row = self.db.execute(
            "SELECT no, host, crawl FROM urls WHERE key = ? AND token = ? AND state = 1", (lease.key, lease.token)
        ).fetchone()
        if row is None:  # another has it
            return
        # One key may be on two hosts: with www. and without.
        number, before, crawl = row
        host = self.host(found.host)
        self.db.execute(_INSTEAD, (found.url, host, found.priority, found.request, failed, now, number))
        if crawl == self.crawl:
            self.count(before, LEASED, -1)
            self.count(host, WAITING, +1)

    def acknowledge(self, receipts: Iterable[Receipt], now: int) -> int:
        """Note what came of leases; return how many were lost."""
        lost = 0
        for one in receipts:
            code = _CODES[one.state]
            values = {
                "key": one.lease.key,
                "token": one.lease.token,
                "state": code,
                "reason": one.reason,
                "led_to": one.led_to,
                "now": now,
                "failed": code == FAILED,
                **_values(one.answer),
            }
            row = self.db.execute(_END, values).fetchone()
            if row is None:
                lost += 1
            elif row[1] == self.crawl:
                self.count(row[0], LEASED, -1)
                self.count(row[0], code, +1)
        return lost

    def give_back(self, leases: Iterable[Lease], now: int) -> None:
        """Let what was not fetched wait again."""
        for lease in leases:
            self._release("key = ? AND token = ?", (lease.key, lease.token), now)

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


def _values(answer: Answered | None) -> dict[str, Any]:
    if answer is None:
        return {"at": None, "status": None, "etag": None, "modified": None, "digest": None}
    return {
        "at": answer.at,
        "status": answer.http_status,
        "etag": answer.etag,
        "modified": answer.last_modified,
        "digest": answer.digest,
    }


def _lease(row: tuple[Any, ...]) -> Lease:
    key, token, url, host, priority, way, request, failures = row
    return Lease(
        key=key, token=token, url=url, host=host, priority=priority, way=way, request=request, failures=failures
    )


def _left(row: tuple[Any, ...]) -> Handling | Lease:
    key, token, url, host, priority, way, request, failures, proof, after, at, status, etag, modified, digest = row
    lease = Lease(
        key=key, token=token, url=url, host=host, priority=priority, way=way, request=request, failures=failures
    )
    if proof is None:
        return lease
    answer = Answered(at=at, http_status=status, etag=etag, last_modified=modified, digest=digest)
    return Handling(lease=lease, answer=answer, proof=proof, after=after)
