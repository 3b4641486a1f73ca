"""The days of which addresses may be that nobody could read: by what is known, their words, or their neighbours."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.coverage.holdings import Holdings
    from crawler.coverage.ledger import Loose

_BESIDE = 3
"""Articles on either side whose days must rise, or fall, with the numbers in their addresses."""
_APART = 92
"""Most days between the two articles between which a number lies."""


_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_-]?)(\d\d)\2(\d\d)(?!\d)")


def dated(url: str) -> int:
    """Return the day (ordinal) that an address says in digits, 0 where it says none.

    >>> date.fromordinal(dated("https://a.cn/2026/03/02/31.html")), dated("https://a.cn/20261399/1.html")
    (datetime.date(2026, 3, 2), 0)
    """
    for year, _, month, day in _DATE.findall(url):
        try:
            return date(int(year), int(month), int(day)).toordinal()
        except ValueError:
            continue
    return 0


@dataclass(frozen=True, slots=True)
class _Row:
    """Articles of one shape by the number in their addresses."""

    numbers: array[int]
    days: array[int]

    def day(self, number: int) -> int:
        """Return the day of a number between those that are known, 0 where they do not tell.

        >>> row = _Row(array("q", [10, 11, 14, 20]), array("q", [100, 100, 103, 104]))
        >>> row.day(12), row.day(13), row.day(17), row.day(21)
        (101, 102, 103, 0)
        """
        place = bisect_left(self.numbers, number)
        if not 0 < place < len(self.numbers):
            return 0
        beside = self.days[max(place - _BESIDE, 0) : place + _BESIDE]
        rises = all(a <= b for a, b in pairwise(beside))
        falls = all(a >= b for a, b in pairwise(beside))
        before, after = self.days[place - 1], self.days[place]
        if not (rises or falls) or abs(after - before) > _APART:
            return 0
        low, high = self.numbers[place - 1], self.numbers[place]
        # What is missing as a whole lies on the days between; those on which others were published have theirs.
        between = abs(after - before) - 1
        if between < 1 or high - low < 2:
            return before
        steps = 1 + between * (2 * (number - low) - 1) // (2 * (high - low - 1))
        return before + (steps if after > before else -steps)


def days_of(holdings: Holdings, loose: Loose) -> tuple[array[int], Counter[str]]:
    """Return the day (ordinal, 0 where nothing tells) of each address without an article, and how many by what."""
    wanted = {shape for shape in loose.shape if shape >= 0}
    # One number for three, in which they are sorted: a shape, a number of up to 18 digits, a day.
    known = sorted(
        (holdings.shape[n] << 96) + (holdings.tail[n] << 32) + holdings.day[n]
        for n in range(len(holdings))
        if holdings.tail[n] >= 0 and holdings.day[n] and holdings.shape[n] in wanted
    )
    rows = {}
    for shape, some in groupby(known, key=lambda packed: packed >> 96):
        numbers, days = array("q"), array("q")
        for packed in some:
            numbers.append(packed >> 32 & (1 << 64) - 1)
            days.append(packed & (1 << 32) - 1)
        rows[shape] = _Row(numbers, days)
    found, how, beside = array("q"), Counter[str](), holdings.lost_days()
    for number in range(len(loose)):
        day, by = loose.published[number], "said"
        if day < 0:
            day, by = -day, "address"
        if not day and (row := rows.get(loose.shape[number])) is not None:
            day, by = row.day(loose.tail[number]), "number"
        if not day and (lost := loose.lost[number]) >= 0:
            day, by = beside[lost], "chain"
        how[by if day else "unknown"] += 1
        found.append(day)
    return found, how
