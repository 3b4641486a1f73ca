"""What a holder of leases changes in a frontier: statements within a transaction that the caller opens and ends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from crawler.frontier.counted import FREE
from crawler.frontier.finding import ANSWERED, PAGE, Findings, page_values, values_of
from crawler.frontier.inquiry import newest_crawl
from crawler.frontier.interface import ALL, Answered, Found, Lease, Page, Plan, Receipt
from crawler.frontier.leases import number_of
from crawler.frontier.outlook import STATES, Crawl, Mode, State
from crawler.frontier.planning import take_due
from crawler.frontier.schema import DONE, FAILED, LEASED, REFUSED, WAITING

_CODES: Mapping[State, int] = {"done": DONE, "failed": FAILED, "refused": REFUSED}

_INSTEAD = f"""
UPDATE urls SET url = ?, host = ?, priority = ?, request = ?, failures = failures + ?, changed_at = ?, state = 0, {FREE}
WHERE no = ?
"""  # noqa: S608, a constant
_END = f"state = ?, reason = ?, led_to = ?, failures = failures + ?, changed_at = ?, {FREE}"
_ENDED = f"UPDATE urls SET {_END} WHERE no = ?"  # noqa: S608, a constant
_ENDED_WITH = f"UPDATE urls SET {_END}, {ANSWERED} WHERE no = ?"  # noqa: S608, a constant
_PAGE = f"UPDATE urls SET {PAGE} WHERE no = ?"  # noqa: S608, a constant


class Tables(Findings):
    """The changes that a holder of leases makes to crawls and addresses."""

    # Crawls. -------------------------------------------------------------------------------------------------------

    def begin(self, *, fresh: bool, mark: int, plan: Plan = ALL, now: int) -> Crawl:
        """Go on with the newest crawl where it has not ended, else begin one."""
        self.settled()
        newest, finished_at = newest_crawl(self.db) or (None, None)
        if newest is not None and finished_at is None and not fresh:
            return newest
        (ended,) = self.db.execute("SELECT count(finished_at) FROM crawls").fetchone()
        mode: Mode = plan.mode if ended else "full"
        cursor = self.db.execute("INSERT INTO crawls (began_at, mark, mode) VALUES (?, ?, ?)", (now, mark, mode))
        self.crawl, self.mode = int(cursor.lastrowid or 0), mode
        self.db.execute(f"UPDATE hosts SET {', '.join(f'{state} = 0' for state in STATES if state != 'dropped')}")  # noqa: S608
        if mode != "full":
            take_due(self, plan, now)
        return Crawl(number=self.crawl, began_at=now, mark=mark, resumed=False, facts={}, mode=mode)

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

    # Ends. ---------------------------------------------------------------------------------------------------------

    def hand_over(
        self, lease: Lease, found: Found, answer: Answered | None, *, failed: bool, now: int, page: Page | None = None
    ) -> bool:
        """Put what a request led to in its place; return False where that is another address that is known."""
        if found.key == lease.key:
            self._instead(lease, found, failed, now)
            return True
        if not (self.push([found], None, now)[0] or self.once_more(found, now)):
            return False
        self.acknowledge([Receipt(lease=lease, state="done", answer=answer, led_to=found.url, page=page)], now)
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
        bare, full, pages = [], [], []
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
                full.append((*end, *values_of(one.answer), number))
            if one.page is not None:
                pages.append((*page_values(one.page), number))
            if crawl == self.crawl:
                self.count(host, LEASED, -1)
                self.count(host, code, +1)
        self.db.executemany(_ENDED, bare)
        self.db.executemany(_ENDED_WITH, full)
        self.db.executemany(_PAGE, pages)
        return len(receipts) - len(bare) - len(full)
