"""What a frontier in SQLite tells those who ask: of one address, of many, of all."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from crawler.frontier.outlook import KINDS, STATES, Crawl, HostState, Knowing, Overview, State, UrlState
from crawler.frontier.schema import ARTICLE, DROPPED, WAY_CODES

_STATE = """
SELECT u.key, u.url, h.name, u.state, u.crawl, u.priority, u.way, p.url, u.first_seen, u.changed_at, u.failures,
    u.reason, u.led_to, u.visited_at, u.http_status, u.etag, u.last_modified, u.digest, u.leased_until, o.name,
    h.resume_at, u.no, u.host, u.kind, u.published_at, u.news_at, u.due_at
FROM urls u JOIN hosts h ON h.no = u.host LEFT JOIN urls p ON p.no = u.found_on LEFT JOIN owners o ON o.no = u.owner
"""
_WAYS = {code: way for way, code in WAY_CODES.items()}
_NAMED = f"""
SELECT w.way, count(*) FROM ways w JOIN urls u ON u.no = w.url
WHERE w.crawl = (SELECT max(no) FROM crawls) AND w.last_at >= ? AND u.kind = {ARTICLE} GROUP BY w.way
"""  # noqa: S608, a constant
_AHEAD = """
SELECT count(*) FROM urls
WHERE state = 0 AND crawl = ? AND host = ? AND (priority > ? OR (priority = ? AND no < ?))
"""


def state_of(db: sqlite3.Connection, key: bytes, now: float) -> UrlState | None:
    """Return what is known of an address, with its place in the queue."""
    row = db.execute(f"{_STATE} WHERE u.key = ?", (key,)).fetchone()
    if row is None:
        return None
    ways = _ways(db, [row[21]])
    ahead = None
    if STATES[row[3]] == "waiting":
        crawl, priority, number, host = row[4], row[5], row[21], row[22]
        (ahead,) = db.execute(_AHEAD, (crawl, host, priority, priority, number)).fetchone()
    return _state(row, now, ahead, ways[row[21]])


def ledger(db: sqlite3.Connection, behind: int, limit: int, now: float) -> list[UrlState]:
    """Return addresses with a number behind this one, in the order in which they were first seen, with their ways."""
    rows = db.execute(f"{_STATE} WHERE u.no > ? ORDER BY u.no LIMIT ?", (behind, limit)).fetchall()
    ways = _ways(db, [row[21] for row in rows])
    return [_state(row, now, None, ways[row[21]]) for row in rows]


def _ways(db: sqlite3.Connection, numbers: list[int]) -> defaultdict[int, list[Knowing]]:
    found: defaultdict[int, list[Knowing]] = defaultdict(list)
    if numbers:
        for number, way, first_at, last_at, crawl in db.execute(
            "SELECT url, way, first_at, last_at, crawl FROM ways WHERE url BETWEEN ? AND ?", (numbers[0], numbers[-1])
        ):
            found[number].append(Knowing(way=_WAYS[way], first_at=first_at, last_at=last_at, crawl=crawl))
    return found


def named(db: sqlite3.Connection, since: int) -> dict[str, int]:
    """Return how many addresses of articles each way has named in the newest crawl since a time."""
    rows = db.execute(_NAMED, (since,))
    return {_WAYS[way]: count for way, count in rows}


def listed(
    db: sqlite3.Connection,
    state: State | None,
    pattern: str | None,
    limit: int,
    now: float,
    *,
    crawl: int | None = None,
    latest: bool = False,
) -> list[UrlState]:
    """Return addresses in a state, or all, in the order in which they were first seen, or changed last.

    Of one `crawl` alone where it is given; what was dropped stays so from crawl to crawl.
    """
    rows = db.execute(
        f"{_STATE} WHERE (:state IS NULL OR u.state = :state) AND (:pattern IS NULL OR u.url GLOB :pattern)"
        f" AND (:crawl IS NULL OR u.crawl = :crawl OR u.state = {DROPPED})"
        f" ORDER BY {'u.changed_at DESC, u.no DESC' if latest else 'u.no'} LIMIT :limit",
        {
            "state": state and STATES.index(state),
            # A shell's [!abc] is SQLite's [^abc].
            "pattern": pattern and pattern.replace("[!", "[^"),
            "crawl": crawl,
            "limit": limit,
        },
    ).fetchall()
    return [_state(row, now, None) for row in rows]


def newest_crawl(db: sqlite3.Connection) -> tuple[Crawl, int | None] | None:
    """Return the newest crawl, as one that is gone on with, and when it ended; None before the first."""
    row = db.execute(
        "SELECT no, began_at, mark, facts, mode, finished_at FROM crawls ORDER BY no DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    number, began_at, mark, facts, mode, finished_at = row
    crawl = Crawl(number=number, began_at=began_at, mark=mark, resumed=True, facts=json.loads(facts), mode=mode)
    return crawl, finished_at


def overview(db: sqlite3.Connection) -> Overview:
    """Return how the newest crawl stands."""
    crawl, finished_at = newest_crawl(db) or (None, None)
    hosts = [
        HostState(name=name, resume_at=resume_at, counts=dict(zip(STATES, counts, strict=True)))
        for name, resume_at, *counts in db.execute(
            f"SELECT name, resume_at, {', '.join(STATES)} FROM hosts ORDER BY {' + '.join(STATES)} DESC"  # noqa: S608
        )
        if any(counts)
    ]
    owner = db.execute("SELECT name, seen_at, report FROM owners ORDER BY no DESC LIMIT 1").fetchone()
    (known,) = db.execute("SELECT coalesce(max(no), 0) FROM urls").fetchone()
    (full,) = db.execute("SELECT max(no) FROM crawls WHERE mode = 'full' AND finished_at IS NOT NULL").fetchone()
    (size,) = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    return Overview(
        crawl=crawl,
        finished_at=finished_at,
        full=full,
        hosts=hosts,
        # Rows are never deleted, so the last number is their count.
        known=known,
        size=size,
        holder=owner and owner[0],
        seen_at=owner and owner[1],
        report=owner and owner[2],
    )


def _state(row: tuple[Any, ...], now: float, ahead: int | None, ways: Sequence[Knowing] = ()) -> UrlState:
    (
        key, url, host, code, crawl, priority, way, found_on, first_seen, changed_at, failures, reason, led_to,
        visited_at, http_status, etag, last_modified, digest, leased_until, holder, resume_at,
        number, _, kind, published_at, news_at, due_at,
    ) = row  # fmt: skip
    state = STATES[code]
    return UrlState(
        number=number,
        key=key,
        url=url,
        host=host,
        state=state,
        crawl=crawl,
        priority=priority,
        way=way,
        found_on=found_on,
        first_seen=first_seen,
        changed_at=changed_at,
        failures=failures,
        reason=reason,
        led_to=led_to,
        visited_at=visited_at,
        http_status=http_status,
        etag=etag,
        last_modified=last_modified,
        digest=digest,
        leased_until=None if leased_until is None else int(leased_until),
        holder=holder,
        due=due_at if state != "waiting" else resume_at if resume_at > now else None,
        ahead=ahead,
        kind=None if kind is None else KINDS[kind],
        published_at=published_at,
        news_at=news_at,
        ways=tuple(ways),
    )
