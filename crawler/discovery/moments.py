"""The moments that sitemaps and feeds state, as seconds since 1970, UTC."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import datetime
from email.utils import mktime_tz, parsedate_tz
from functools import lru_cache

from pipelines.dates import parse_moment

_LONGEST = 100
"""Characters of a time."""
_FIRST = 2 * 86_400
"""Whatever is earlier is a field that nobody filled in: 1970-01-01, 0001-01-01."""
_LAST = 253_402_300_800
"""The year 10000."""

# W3C Datetime (https://www.w3.org/TR/NOTE-datetime), RFC 3339, and what is written for them.
_W3C = re.compile(
    r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[Tt ] *(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?"
    r" ?(?:[Zz]|(?:UTC|GMT)|([+-])(\d\d):?(\d\d)?)?)?)?)?",
    re.ASCII,
)


@lru_cache(maxsize=4_096)
def moment(words: str) -> int | None:
    """Return the moment that `words` state, None for nonsense. A day is its 00:00; without a zone, UTC's.

    >>> moment("2024-05-06T08:30:00+08:00"), moment("2024"), moment("Mon, 06 May 2024 00:30 GMT"), moment("soon")
    (1714955400, 1704067200, 1714955400, None)
    """
    words = words.strip()
    if not words or len(words) > _LONGEST:
        return None
    try:
        at = _stated(words)
    except (ValueError, OverflowError, TypeError, IndexError):  # what email.utils says to nonsense
        return None
    return at if at is not None and _FIRST < at < _LAST else None


def _stated(words: str) -> int | None:
    found = _W3C.fullmatch(words)
    if found is not None:
        year, month, day, hour, minute, second = (
            int(part or least) for part, least in zip(found.groups()[:6], _LEAST, strict=True)
        )
        # A leap second is the one before it.
        at = timegm(datetime(year, month, day, hour, minute, min(second, 59)).timetuple())
        ahead = int(found[8] or 0) * 3600 + int(found[9] or 0) * 60
        return at + ahead if found[7] == "-" else at - ahead
    fields = parsedate_tz(words)
    if fields is not None:
        datetime(*fields[:6])  # raises where there is no such day
        return int(mktime_tz(fields)) if fields[9] is not None else timegm((*fields[:6], 0, 0, 0))
    stated = parse_moment(words)
    return int(stated.at.timestamp()) if stated is not None else None


_LEAST = (1, 1, 1, 0, 0, 0)
