"""What a person changes in a frontier: what is to be fetched once more, and what not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from crawler.frontier.counted import FREE, Counted
from crawler.frontier.schema import DROPPED, LEASED, WAITING


def requeue(tables: Counted, keys: Iterable[bytes], anew: Callable[[str | None], str], now: int) -> int:
    """Let addresses wait again in the newest crawl, their requests made `anew`; return how many did not."""
    done = 0
    rows = tables.known(keys).values()
    for row in rows:
        if row.state in (WAITING, LEASED) and row.crawl == tables.crawl:
            continue
        _leave(tables, row.host, row.state, row.crawl)
        tables.db.execute(
            f"UPDATE urls SET crawl = ?, state = ?, failures = 0, reason = NULL, led_to = NULL, request = ?,"  # noqa: S608
            f" changed_at = ?, {FREE} WHERE no = ?",
            (tables.crawl, WAITING, anew(row.request), now, row.no),
        )
        tables.count(row.host, WAITING, +1)
        done += 1
    if rows:
        # A crawl that had ended goes on with them: it may have ended without what waits of another host.
        tables.db.execute("UPDATE crawls SET finished_at = NULL WHERE no = ?", (tables.crawl,))
    return done


def drop(tables: Counted, keys: Iterable[bytes], now: int) -> int:
    """Drop addresses until somebody requeues them; return how many were not dropped before."""
    done = 0
    for row in tables.known(keys).values():
        if row.state == DROPPED:
            continue
        _leave(tables, row.host, row.state, row.crawl)
        tables.db.execute(
            f"UPDATE urls SET state = ?, changed_at = ?, {FREE} WHERE no = ?",  # noqa: S608
            (DROPPED, now, row.no),
        )
        tables.count(row.host, DROPPED, +1)
        done += 1
    return done


def _leave(tables: Counted, host: int, state: int, crawl: int) -> None:
    # Counts are of the newest crawl; what was dropped stays so from crawl to crawl.
    if crawl == tables.crawl or state == DROPPED:
        tables.count(host, state, -1)
