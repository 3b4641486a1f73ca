"""Which pages of earlier crawls one that does not visit all begins with: what may name news, and what is due."""

from __future__ import annotations

from crawler.frontier.counted import FREE, Counted
from crawler.frontier.interface import Plan
from crawler.frontier.requests import renewed
from crawler.frontier.schema import ARTICLE, OTHER, WAITING

_HUBS = 20
"""Lists that are visited again in one crawl, at least …"""
_SHARE = 20
"""… and at most one of so many addresses that are known."""
_OPEN = 10
"""Ends of chains that are: those published last, since news comes behind them."""

_MOST = 100_000
"""Of any kind that one crawl takes, those that are due longest: the rest is for the next."""

_SOON, _NEXT, _LATER = 40, 35, 5
"""Priorities: lists before all that they lead to, the ends of chains, articles behind all that is new."""

_LEFT = "state = 0"
_NEVER_READ = "kind IS NULL AND due_at <= :now"
_LISTS = f"kind = {OTHER} AND due_at <= :now"
_ENDS = f"open_end = 1 AND kind = {ARTICLE} AND coalesce(published_at, first_seen) >= :since"
_ARTICLES = f"kind = {ARTICLE} AND due_at <= :now AND coalesce(published_at, first_seen) >= :since"


def take_due(tables: Counted, plan: Plan, now: int) -> None:
    """Let those wait in a crawl that has just begun; what earlier ones have left waits as well."""
    (known,) = tables.db.execute("SELECT coalesce(max(no), 0) FROM urls").fetchone()
    _take(tables, plan, now, _LEFT, "no", None, None)
    budget = plan.budget
    for where, order, most, priority in (
        (_LISTS, "due_at", max(_HUBS, known // _SHARE), _SOON),
        (_ENDS, "published_at DESC", _OPEN, _NEXT),
        (_NEVER_READ, "due_at", None, None),
        *([(_ARTICLES, "due_at", None, _LATER)] if plan.mode == "due" else []),
    ):
        most = min(one for one in (most, budget, _MOST) if one is not None)
        taken = _take(tables, plan, now, where, order, most, priority)
        budget = None if budget is None else budget - taken


def _take(tables: Counted, plan: Plan, now: int, where: str, order: str, most: int | None, priority: int | None) -> int:
    """Let addresses wait; return how many."""
    rows = tables.db.execute(
        "SELECT no, host, request, priority FROM urls WHERE crawl < :crawl AND state IN (0, 2, 3, 4)"  # noqa: S608
        f" AND {where} ORDER BY {order} LIMIT :most",
        {
            "now": now,
            "since": plan.since or -(1 << 60),
            "crawl": tables.crawl,
            "most": -1 if most is None else most,
        },
    ).fetchall()
    tables.db.executemany(
        "UPDATE urls SET crawl = ?, state = ?, priority = ?, request = ?, changed_at = ?, failures = 0,"  # noqa: S608
        f" reason = NULL, led_to = NULL, {FREE} WHERE no = ?",
        [
            (tables.crawl, WAITING, own if priority is None else priority, renewed(request), now, no)
            for no, _, request, own in rows
        ],
    )
    for _, host, _, _ in rows:
        tables.count(host, WAITING, +1)
    return len(rows)
