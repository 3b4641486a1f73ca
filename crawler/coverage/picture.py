"""A calendar as a picture of letters: a row a month, a block a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from crawler.coverage.report import Day

_BLOCKS = "▁▂▃▄▅▆▇█"
_NONE, _MISSING, _LITTLE = "·", "×", "!"
RULER = "1   5    10   15   20   25   30"
LEGEND = (
    f"{_BLOCKS[0]} to {_BLOCKS[-1]} few to many articles  {_NONE} none  {_MISSING} none where some are expected  "
    f"{_LITTLE} too few"
)


def rows(days: Sequence[Day], missing: Collection[str]) -> Iterator[tuple[str, Text, int]]:
    """Yield a row a month: its name, its picture from the 1st on, how many articles it has.

    What is `missing` has a sign of its own: colour only says it again.
    """
    counts = sorted(day.archived for day in days if day.archived)
    # The busiest days of twenty are as high as the rest: one day of many would flatten all others.
    top = counts[len(counts) * 19 // 20] if counts else 1
    # A day of which nothing is known and nothing expected is not listed.
    ends = {days[0].day, days[-1].day} if days else set()
    for month, group in groupby(days, key=lambda day: day.day[:7]):
        known = {int(day.day[8:]): day for day in group}
        year, number = map(int, month.split("-"))
        first, last = 1, monthrange(year, number)[1]
        if min(ends)[:7] == month:
            first = min(known)
        if max(ends)[:7] == month:
            last = max(known)
        picture = Text(" " * (first - 1))
        for place in range(first, last + 1):
            day = known.get(place)
            name, count = f"{month}-{place:02}", day.archived if day else 0
            picture.append(*sign(count, top, is_missing=name in missing))
        yield month, picture, sum(day.archived for day in known.values())


def sign(count: int, top: int, *, is_missing: bool) -> tuple[str, str]:
    """Return the sign of a day, and its style.

    >>> sign(5, 5, is_missing=False), sign(1, 16, is_missing=False), sign(0, 5, is_missing=True)
    (('█', 'green'), ('▁', 'green'), ('×', 'bold red'))
    """
    if is_missing:
        return (_LITTLE if count else _MISSING), "bold red"
    if not count:
        return _NONE, "dim"
    return _BLOCKS[min((count * len(_BLOCKS) - 1) // max(top, 1), len(_BLOCKS) - 1)], "green"
