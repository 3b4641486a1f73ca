"""What a holder of leases changes in a frontier: statements within a transaction that the caller opens and ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from crawler.frontier.counted import FREE
from crawler.frontier.inquiry import newest_crawl
from crawler.frontier.interface import Answered, Found, Handling, Lease, Receipt
from crawler.frontier.leases import Leases, number_of
from crawler.frontier.outlook import STATES, Crawl, State
from crawler.frontier.schema import DONE, DROPPED, FAILED, LEASED, REFUSED, WAITING

_CODES: Mapping[State, int] = {"done": DONE, "failed": FAILED, "refused": REFUSED}

_INSERT = """
INSERT INTO urls (key, url, host, crawl, state, priority, way, request, found_on, first_seen, changed_at)
VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
"""
_AGAIN = f"""
UPDATE urls SET url = ?, host = ?, crawl = ?, state = 0, priority = ?, request = ?, changed_at = ?, failures = 0,
    reason = NULL, led_to = NULL, {FREE}
WHERE no = ?
"""  # noqa: S608, a constant
_INSTEAD = f"""
UPDATE urls SET url = ?, host = ?, priority = ?, request = ?, failures = failures + ?, changed_at = ?, state = 0, {FREE}
WHERE no = ?
"""  # noqa: S608, a constant
_ANSWERED = "visited_at = ?, http_status = ?, etag = ?, last_modified = ?, digest = coalesce(?, digest)"
_HANDLED = f"UPDATE urls SET proof = ?, after = ?, {_ANSWERED} WHERE no = ? AND token = ?"  # noqa: S608, a constant
_END = f"state = ?, reason = ?, led_to = ?, failures = failures + ?, changed_at = ?, {FREE}"
_ENDED = f"UPDATE urls SET {_END} WHERE no = ?"  # noqa: S608, a constant
_ENDED_WITH = f"UPDATE urls SET {_END}, {_ANSWERED} WHERE no = ?"  # noqa: S608, a constant


class Tables(Leases):
    """The changes that a holder of leases makes to crawls and addresses."""

    # Crawls. -------------------------------------------------------------------------------------------------------

    def begin(self, *, fresh: bool, mark: int, now: int) -> Crawl:
        """Go on with the newest crawl where it has not ended, else begin one."""
        self.settled()
        newest, finished_at = newest_crawl(self.db) or (None, None)
        if newest is not None and finished_at is None and not fresh:
            return newest
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
        known = {row[0]: row[1:] for row in self.by_key("no, crawl", [one.key for one in found])}
        dropped = self._dropped(number for number, crawl in known.values() if crawl < self.crawl)
        new: list[bool] = []
        first, again = [], []
        for one in found:
            number, crawl = known.get(one.key, (None, 0))
            if number is None:
                first.append(one)
            elif crawl < self.crawl and number not in dropped:
                again.append((one, number))
            else:
                new.append(False)
                continue
            new.append(True)
            # Named twice in one call, it is new once.
            known[one.key] = (0, self.crawl)
        self._insert(first, now)
        for one, number in again:
            self._wait_again(one, number, now)
        if by is not None:
            proof = (by.proof, by.after, *_values(by.answer), number_of(by.lease), by.lease.token)
            self.db.execute(_HANDLED, proof)
        return new

    def _dropped(self, numbers: Iterable[int]) -> set[int]:
        return {number for number, state in self.some("no, state", "no", numbers) if state == DROPPED}

    def _insert(self, found: Sequence[Found], now: int) -> None:
        pages = dict(self.by_key("no", {one.found_on for one in found if one.found_on is not None}))
        rows = []
        for one in found:
            host = self.host(one.host)
            self.count(host, WAITING, +1)
            parent = pages.get(one.found_on)
            rows.append((one.key, one.url, host, self.crawl, one.priority, one.way, one.request, parent, now, now))
        self.db.executemany(_INSERT, rows)

    def _wait_again(self, one: Found, number: int, now: int) -> None:
        host = self.host(one.host)
        self.db.execute(_AGAIN, (one.url, host, self.crawl, one.priority, one.request, now, number))
        self.count(host, WAITING, +1)

    def _once_more(self, found: Found, now: int) -> bool:
        row = self.known([found.key])[found.key]
        if not found.again or row.state in (LEASED, DROPPED):
            return False
        self.count(row.host, row.state, -1)
        self._wait_again(found, row.no, now)
        return True

    # Ends. ---------------------------------------------------------------------------------------------------------

    def hand_over(self, lease: Lease, found: Found, answer: Answered | None, *, failed: bool, now: int) -> bool:
        """Put what a request led to in its place; return False where that is another address that is known."""
        if found.key == lease.key:
            self._instead(lease, found, failed, now)
            return True
        if not (self.push([found], None, now)[0] or self._once_more(found, now)):
            return False
        self.acknowledge([Receipt(lease=lease, state="done", answer=answer, led_to=found.url)], now)
        return True

    def _instead(self, lease: Lease, found: Found, failed: bool, now: int) -> None:
        for before, crawl in self.still_held([lease]).values():
            # One key may be on two hosts: with www. and without.
            host = self.host(found.host)
            values = (found.url, host, found.priority, found.request, failed, now, number_of(lease))
            self.db.execute(_INSTEAD, values)
            if crawl == self.crawl:
                self.count(before, LEASED, -1)
                self.count(host, WAITING, +1)

    def acknowledge(self, receipts: Sequence[Receipt], now: int) -> int:
        """Note what came of leases; return how many were lost."""
        held = self.still_held([one.lease for one in receipts])
        bare, full = [], []
        for one in receipts:
            # Acknowledged twice in one call, it is lost the second time.
            row = held.pop(one.lease.token, None)
            if row is None:
                continue
            host, crawl = row
            code = _CODES[one.state]
            end = (code, one.reason, one.led_to, code == FAILED, now)
            number = number_of(one.lease)
            if one.answer is None:
                bare.append((*end, number))
            else:
                full.append((*end, *_values(one.answer), number))
            if crawl == self.crawl:
                self.count(host, LEASED, -1)
                self.count(host, code, +1)
        self.db.executemany(_ENDED, bare)
        self.db.executemany(_ENDED_WITH, full)
        return len(receipts) - len(bare) - len(full)


def _values(answer: Answered) -> tuple[int, int, str | None, str | None, bytes | None]:
    return answer.at, answer.http_status, answer.etag, answer.last_modified, answer.digest
