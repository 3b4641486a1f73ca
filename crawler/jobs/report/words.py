"""How the report says outcomes, numbers and times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from crawler.monitors.alarms import Kind
from crawler.monitors.facts import Outcome


class Saying(NamedTuple):
    """An outcome, as a person reads it."""

    word: str
    mark: str
    """A sign that says it without colour."""
    tone: str
    """good, warn, bad or calm: its colour."""
    sentence: str


OUTCOMES: Mapping[Outcome, Saying] = {
    "crashed": Saying("crashed", "✕", "bad", "The run broke off"),
    "unreachable": Saying("unreachable", "✕", "bad", "The site could not be reached"),
    "blocked": Saying("blocked", "✕", "bad", "The site turned the crawl away"),
    "degraded": Saying("degraded", "!", "warn", "The run ended, and something is wrong"),
    "nothing": Saying("nothing found", "○", "warn", "Nothing was found where something was due"),
    "stopped": Saying("stopped", "■", "warn", "The run was stopped before its end"),
    "locked": Saying("locked", "–", "calm", "Another run is at work on the site"),
    "skipped": Saying("skipped", "–", "calm", "Left to another run, which is at work on the site"),
    "ok": Saying("ok", "✓", "good", "All is well"),
}
"""From the worst to the best."""

ALARMS: Mapping[Kind, str] = {
    "field": "Articles lack a field",
    "body": "Texts have another length",
    "quarantine": "Many pages are unfit",
    "silence": "Nothing new for too long",
    "errors": "Many requests fail",
    "layout": "The layout matches no more",
    "way": "A way of finding articles went dry",
    "dates": "All articles state one time",
    "titles": "All articles have one title",
}

EXIT_CODES = {
    0: "ok",
    1: "crashed",
    2: "wrong use",
    3: "degraded",
    4: "unreachable or blocked",
    5: "nothing where something was due",
    75: "locked by another run",
    130: "stopped; the same command goes on",
    143: "stopped; the same command goes on",
}

WAYS = {
    "chain": "prev and next",
    "lists": "list pages",
    "links": "links",
    "sitemaps": "sitemaps",
    "feeds": "feeds",
}

LATENCIES = ("least", "a quarter within", "half within", "three quarters within", "95 % within", "most")
LENGTHS = ("shortest", "a quarter up to", "half up to", "three quarters up to", "longest")


def status(code: str) -> str:
    """Return a status with its name.

    >>> status("404"), status("799"), status("none")
    ('404 Not Found', '799', 'no answer')
    """
    try:
        return f"{code} {HTTPStatus(int(code)).phrase}"
    except ValueError:
        return "no answer" if code == "none" else code


def many(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> many(1, "site"), many(1200, "article")
    ('1 site', '1,200 articles')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def share(part: int, whole: int) -> int:
    """Return a share in percent: 0 and 100 are said only of none and all.

    >>> share(0, 9), share(1, 999), share(998, 999), share(9, 9)
    (0, 1, 99, 100)
    """
    if part <= 0 or whole <= 0:
        return 0
    return 100 if part >= whole else min(max(round(100 * part / whole), 1), 99)


def short(number: float) -> str:
    """Return a number as an axis has it.

    >>> short(0), short(950), short(1500), short(20000), short(3000000)
    ('0', '950', '1.5k', '20k', '3M')
    """
    for size, letter in ((1_000_000, "M"), (1000, "k")):
        if abs(number) >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


def span(length: timedelta) -> str:
    """Return how long something took, in its two largest units.

    >>> span(timedelta(seconds=45)), span(timedelta(minutes=61, seconds=5)), span(timedelta(hours=30))
    ('45 s', '1 h 1 min', '1 d 6 h')
    """
    seconds = max(int(length.total_seconds()), 0)
    for large, small, names in ((86400, 3600, "d h"), (3600, 60, "h min"), (60, 1, "min s")):
        if seconds >= large:
            first, second = names.split()
            rest = seconds % large // small
            return f"{seconds // large} {first}" + (f" {rest} {second}" if rest else "")
    return f"{seconds} s"


def wait(seconds: float) -> str:
    """Return how long an answer took.

    >>> wait(0.0421), wait(0.35), wait(12.34)
    ('42 ms', '350 ms', '12.3 s')
    """
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.3g} s"


def size(count: int) -> str:
    """Return an amount of bytes.

    >>> size(512), size(1536), size(48_000_000)
    ('512 B', '1.5 kB', '48 MB')
    """
    for factor, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")):
        if count >= factor:
            return f"{count / factor:.{0 if count >= 10 * factor else 1}f} {name}"
    return f"{count} B"


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def day(moment: date) -> str:
    """Return a day as an axis has it.

    >>> day(date(2026, 9, 1))
    '1 Sep'
    """
    return f"{moment.day} {_MONTHS[moment.month - 1]}"


def minute(moment: datetime) -> str:
    """Return a moment as a person reads it; it is UTC, which the page says.

    >>> minute(datetime(2026, 9, 1, 2, 5))
    '1 Sep 2026, 02:05'
    """
    return f"{day(moment)} {moment.year}, {moment:%H:%M}"
