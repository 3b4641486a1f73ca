"""Moments and ages as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(words: str, *, now: datetime) -> datetime:
    """Return the moment that words name: a day or time, UTC unless it says otherwise, or an age before now.

    Raises ValueError.

    >>> moment("36h", now=datetime(2021, 7, 28, tzinfo=UTC)).isoformat()
    '2021-07-26T12:00:00+00:00'
    >>> moment("2021-07-26", now=datetime.now(UTC)).isoformat()
    '2021-07-26T00:00:00+00:00'
    """
    try:
        if re.fullmatch(r"\d+[mhdw]", words):
            return now - age(words)
    except OverflowError:
        raise ValueError(f"{words} ago there was no time") from None
    found = datetime.fromisoformat(words)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def age(words: str) -> timedelta:
    """Return how long an age is. Raises ValueError.

    >>> age("7d"), age("0h")
    (datetime.timedelta(days=7), datetime.timedelta(0))
    """
    match = re.fullmatch(r"(\d{1,6})([mhdw])", words)
    if match is None:
        raise ValueError(f"{words!r} is no age")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
