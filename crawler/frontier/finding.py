"""What is found: addresses that wait for their turn, and the ways by which they are known, within a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from crawler.frontier.counted import FREE
from crawler.frontier.interface import Answered, Found, Handling, Page, Pushed
from crawler.frontier.leases import Leases, number_of
from crawler.frontier.outlook import KINDS
from crawler.frontier.schema import DROPPED, FAILED, LEASED, REFUSED, WAITING, WAY_CODES

ANSWERED = "visited_at = ?, http_status = ?, etag = ?, last_modified = ?, digest = coalesce(?, digest)"
"""What a row says of an answer; `values_of` gives the values."""
PAGE = "kind = ?, published_at = ?, open_end = ?, missing = ?, views = ?, news_at = ?, due_at = ?"
"""What it says of a page; `page_values` gives the values."""

_INSERT = """
INSERT INTO urls (no, key, url, host, crawl, state, priority, way, request, found_on, first_seen, changed_at)
VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
"""
_AGAIN = f"""
UPDATE urls SET url = ?, host = ?, crawl = ?, state = 0, priority = ?, request = ?, changed_at = ?, failures = 0,
    reason = NULL, led_to = NULL, {FREE}
WHERE no = ?
"""  # noqa: S608, a constant
_AS_ASKED = "UPDATE urls SET request = ?, priority = max(priority, ?) WHERE no = ? AND state = 0"
_KNOWN_BY = """
INSERT INTO ways (url, way, first_at, last_at, crawl) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (url, way) DO UPDATE SET last_at = excluded.last_at, crawl = excluded.crawl WHERE crawl < excluded.crawl
"""
_HANDLED = f"UPDATE urls SET proof = ?, after = ?, {ANSWERED}, {PAGE} WHERE no = ? AND token = ?"  # noqa: S608, a constant


class _Before(NamedTuple):
    """What decides whether an address of an earlier crawl is to be visited again."""

    state: int
    visited_at: int | None


class Findings(Leases):
    """The addresses that a crawl has found."""

    def push(self, found: Sequence[Found], by: Handling | None, now: int) -> list[Pushed]:
        """Add addresses; say of each what was done with it."""
        known = {row[0]: row[1:] for row in self.by_key("no, crawl", [one.key for one in found])}
        before = self._before(number for number, crawl in known.values() if crawl < self.crawl)
        news = {one.found_on for one in found if one.key not in known and one.way is not None}
        # Named twice in one call, it is new once.
        here: set[bytes] = set()
        pushed, first = [], []
        for one in found:
            number, crawl = known.get(one.key, (None, 0))
            if one.key in here:
                pushed.append(Pushed.KNOWN)
            elif number is None:
                first.append(one)
                pushed.append(Pushed.NEW)
            elif crawl < self.crawl and self._is_wanted(one, before[number], one.found_on in news):
                self._wait_again(one, number, now)
                pushed.append(Pushed.AGAIN)
            else:
                pushed.append(Pushed.KNOWN)
                if one.way is None and self.mode != "full":
                    # A start page that is due waits already, as what it was found as.
                    self.db.execute(_AS_ASKED, (one.request, one.priority, number))
                continue
            here.add(one.key)
        numbers = self._insert(first, now)
        numbers.update((key, number) for key, (number, _) in known.items())
        ways = [(numbers[one.key], WAY_CODES[one.way], now, now, self.crawl) for one in found if one.way is not None]
        self.db.executemany(_KNOWN_BY, ways)
        if by is not None:
            values = (*values_of(by.answer), *page_values(by.page))
            self.db.execute(_HANDLED, (by.proof, by.after, *values, number_of(by.lease), by.lease.token))
        return pushed

    def _before(self, numbers: Iterable[int]) -> dict[int, _Before]:
        return {number: _Before(*rest) for number, *rest in self.some("no, state, visited_at", "no", numbers)}

    def _is_wanted(self, one: Found, before: _Before, has_news: bool) -> bool:
        """Return whether what an earlier crawl had is to be visited by this one."""
        if before.state == DROPPED:
            return False
        if self.mode == "full" or before.state in (WAITING, LEASED):
            return True
        if one.modified_at is not None:
            return one.modified_at > (before.visited_at or 0)
        # A start page, or what is no page, is asked for by who knows why.
        return one.way is None or (one.with_news and has_news)

    def _insert(self, found: Sequence[Found], now: int) -> dict[bytes, int]:
        """Add addresses that were never seen; return their numbers by key."""
        if not found:
            return {}
        pages = dict(self.by_key("no", {one.found_on for one in found if one.found_on is not None}))
        (newest,) = self.db.execute("SELECT coalesce(max(no), 0) FROM urls").fetchone()
        rows = []
        for number, one in zip(count(newest + 1), found, strict=False):
            host = self.host(one.host)
            self.count(host, WAITING, +1)
            parent = pages.get(one.found_on)
            rows.append(
                (number, one.key, one.url, host, self.crawl, one.priority, one.way, one.request, parent, now, now)
            )
        self.db.executemany(_INSERT, rows)
        return {row[1]: row[0] for row in rows}

    def _wait_again(self, one: Found, number: int, now: int) -> None:
        host = self.host(one.host)
        self.db.execute(_AGAIN, (one.url, host, self.crawl, one.priority, one.request, now, number))
        self.count(host, WAITING, +1)

    def once_more(self, found: Found, now: int) -> bool:
        """Let what this crawl had wait once more, where that is asked for; return whether it does.

        So does what an earlier crawl could not read: nobody knows what is there.
        """
        row = self.known([found.key])[found.key]
        unread = row.crawl < self.crawl and row.state in (FAILED, REFUSED)
        if not (found.again or unread) or row.state in (LEASED, DROPPED):
            return False
        if row.crawl == self.crawl:
            self.count(row.host, row.state, -1)
        self._wait_again(found, row.no, now)
        return True


def values_of(answer: Answered) -> tuple[int, int, str | None, str | None, bytes | None]:
    """Return what a row says of an answer."""
    return answer.at, answer.http_status, answer.etag, answer.last_modified, answer.digest


def page_values(page: Page) -> tuple[int | None, int | None, bool, bool, int | None, int | None, int | None]:
    """Return what a row says of a page."""
    kind = None if page.kind is None else KINDS.index(page.kind)
    return kind, page.published_at, page.open_end, page.missing, page.views, page.news_at, page.due_at
