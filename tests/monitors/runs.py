"""Runs of made-up sites, as short as a test can say them."""

from datetime import UTC, datetime, timedelta

from crawler.monitors import RunFacts
from crawler.monitors.facts import FIELDS

BEGIN = datetime(2026, 3, 2, 3, tzinfo=UTC)
"""A Monday."""


def run(day=0, *, read=10, new=None, **others):
    """Return a sound run of a site with all fields but view_count, unless it is said otherwise."""
    new = min(read, 5) if new is None else new
    began = BEGIN + timedelta(days=day)
    sound = {
        "run_id": f"{day:05}",
        "site": "a.cn",
        "began_at": began,
        "ended_at": began + timedelta(minutes=5),
        "mode": "due",
        "outcome": "ok",
        "is_complete": True,
        "articles": {"new": new, "same": read - new},
        "statuses": {"200": read + 12},
        "fields": {name: read for name in FIELDS if name != "view_count"},
        "body_chars": (300, 500 + day % 3, 800 + 7 * (day % 5), 1200, 3000) if read else (),
        "titles": read,
        "commonest_title": min(read, 1),
        "times": read,
        "commonest_time": min(read, 1),
        "ways": {"lists": 40, "feeds": 20, "chain": 2 * read},
        "newest_at": began - timedelta(hours=1) if new else None,
    }
    return RunFacts(**(sound | others))


def past(days=30, **others):
    """Return so many sound runs, one a night."""
    return [run(day, **others) for day in range(days)]


def lacking(name, read=10, left=0):
    """Return the fields of a run in which one is lost."""
    return {one: left if one == name else read for one in FIELDS if one != "view_count"}
