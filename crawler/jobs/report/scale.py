"""Where an axis ends, and where it has its ticks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from .words import day

_YEARLY = 300
"""Days, from which on an axis names months with their year."""
_FAR = 4
"""How many times the rest's height a bar must have to be cut: a first crawl brings thousands, a night a dozen."""


def ceiling(values: Sequence[int]) -> int:
    """Return how high an axis must reach: to the highest value, unless that one would flatten all others.

    >>> ceiling([3, 14, 9]), ceiling([5120, 12, 9, 14, 11, 13, 10, 8, 12, 9, 11])
    (14, 14)
    """
    known = sorted(value for value in values if value > 0)
    if not known:
        return 1
    usual = known[len(known) * 9 // 10 - 1] if len(known) >= _FAR else known[-1]
    if known[-1] <= _FAR * usual:
        return known[-1]
    return max(value for value in known if value <= _FAR * usual)


def ticks(high: int, low: int = 0) -> list[int]:
    """Return round numbers, evenly apart, from `low` or below, which is at most 0, over 0 to `high` or above.

    >>> ticks(1), ticks(14), ticks(230), ticks(2600, -300)
    ([0, 1], [0, 5, 10, 15], [0, 100, 200, 300], [-1000, 0, 1000, 2000, 3000])
    """
    reach = max(high, -low, 1)
    size = 10 ** math.floor(math.log10(reach))
    steps = (factor * size // 10 for factor in (1, 2, 5, 10, 20, 50) if factor * size % 10 == 0)
    step = next(step for step in steps if reach <= 4 * step)
    return [step * number for number in range(low // step, -(-high // step) + 1)]


def dates(first: date, length: int, days: int, most: int) -> list[tuple[float, str]]:
    """Return where on the axis up to `most` days are named, in percent of its width, and their names.

    >>> dates(date(2026, 8, 20), 45, 1, 5)
    [(27.8, '1 Sep'), (94.4, '1 Oct')]
    >>> dates(date(2026, 9, 1), 3, 1, 5)
    [(16.7, '1 Sep'), (50.0, '2 Sep'), (83.3, '3 Sep')]
    """
    reach = length * days
    every = [first + timedelta(days=number) for number in range(reach)]
    named = [moment for moment in every if _is_tick(moment, reach)]
    form = day
    if reach > _YEARLY:
        form, most = _month, most - 1
    named = named[:: -(-len(named) // most)] if named else [first]
    return [(_percent((moment - first).days // days, length), form(moment)) for moment in named]


def _is_tick(moment: date, reach: int) -> bool:
    if reach <= 14:
        return True
    if reach <= 42:
        return moment.weekday() == 0
    if reach <= _YEARLY:
        return moment.day == 1
    return moment.day == 1 and moment.month in (1, 4, 7, 10)


def _month(moment: date) -> str:
    return f"{day(moment).split()[1]} {moment.year}"


def _percent(place: int, length: int) -> float:
    return round(100 * (place + 0.5) / length, 1)


def decades(least: float, most: float) -> Iterator[int]:
    """Yield the powers of ten from at or below `least` to at or above `most`, two at least.

    >>> list(decades(0.02, 3.5)), list(decades(1, 1))
    ([-2, -1, 0, 1], [0, 1])
    """
    low = math.floor(math.log10(least))
    yield from range(low, max(math.ceil(math.log10(most)), low + 1) + 1)
