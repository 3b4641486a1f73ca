"""Days in a row on which less was published than is usual for a site, or less shown by one of its ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate, groupby
from math import exp, log
from statistics import median

_WEEKS = 4
"""Weeks on either side of a day, by which is judged what is usual."""
_CHANCE = 0.05
"""How likely a calendar without any hole is to show one at all."""
_FEW = 0.25
"""Share of what is usual up to which a day belongs to a gap."""
_IDLE = 0.2
"""Share of a day's average below which a weekday is one of rest, and no gap begins or ends with it."""
_SPAN = 10_000
"""Days on either side of the middle article that are looked at: a date in another century is a slip of the pen."""
_SURE = 0.98
"""A way that has shown all so far may yet miss one article in fifty by chance."""


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row."""

    first: int
    """Ordinal; `last` is in it as well."""
    last: int

    def words(self) -> str:
        """Return them as a person writes them.

        >>> Run(739677, 739683).words(), Run(739677, 739677).words()
        ('2026-03-02 to 2026-03-08', '2026-03-02')
        """
        first, last = date.fromordinal(self.first), date.fromordinal(self.last)
        return f"{first}" if first == last else f"{first} to {last}"

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))


@dataclass(frozen=True, slots=True)
class Gap:
    """Days on which fewer articles were published than usual."""

    run: Run
    found: int
    expected: float


class Usual:
    """What is usual: of a weekday, by the weeks around it."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        """Take articles by day (ordinal)."""
        middle = _middle(counts)
        self.counts = {day: count for day, count in counts.items() if count and abs(day - middle) < _SPAN}
        self.first, self.last = (min(self.counts), max(self.counts)) if self.counts else (1, 0)

    @cached_property
    def shares(self) -> list[float]:
        """Of a week's articles, what falls on each weekday, Monday first; a day of many counts no more than thrice."""
        ordinary = 3 * median(self.counts.values())
        sums = [0.0] * 7
        for day, count in self.counts.items():
            sums[_weekday(day)] += min(count, ordinary)
        return [one / sum(sums) for one in sums]

    def week(self, run: Run) -> float:
        """Return how many articles a week brings around a run of days: the median of four weeks, on the poorer side."""
        before = [self._sum(run.first - 7 * n, run.first - 7 * (n - 1)) for n in range(1, _WEEKS + 1)]
        after = [self._sum(run.last + 1 + 7 * (n - 1), run.last + 1 + 7 * n) for n in range(1, _WEEKS + 1)]
        return min(median(before), median(after))

    def expected(self, run: Run) -> float:
        """Return how many articles are usual in a run of days."""
        return self.week(run) * sum(self.shares[_weekday(day)] for day in run)

    def days(self) -> dict[int, float]:
        """Return what is usual for each day from the first to the last: the median of eight weeks around it."""
        usual = {}
        for day in range(self.first, self.last + 1):
            weeks = [self._sum(day - 3 + 7 * n, day + 4 + 7 * n) for n in range(-_WEEKS, _WEEKS + 1) if n]
            usual[day] = median(weeks) * self.shares[_weekday(day)]
        return usual

    @cached_property
    def _sums(self) -> list[int]:
        """Articles before each day from the first on, and before the day behind the last."""
        return list(accumulate((self.counts.get(day, 0) for day in range(self.first, self.last + 1)), initial=0))

    def _sum(self, start: int, end: int) -> int:
        first, last = (min(max(day - self.first, 0), len(self._sums) - 1) for day in (start, end))
        return self._sums[last] - self._sums[first]


def gaps(counts: Mapping[int, int]) -> list[Gap]:
    """Return the days in a row on which so little was published that it can hardly be chance.

    >>> first = date(2026, 1, 5).toordinal()
    >>> counts = {day: 5 for day in range(first, first + 120) if not 56 <= day - first < 63}
    >>> [(gap.run.words(), gap.found, gap.expected) for gap in gaps(counts)]
    [('2026-03-02 to 2026-03-08', 0, 35.0)]
    """
    usual = Usual(counts)
    if not usual.counts:
        return []
    daily = usual.days()
    spread = _spread(usual, daily)
    low = (day for day in daily if not (n := usual.counts.get(day, 0)) or n <= _FEW * daily[day])
    found = []
    for run in _runs(low):
        trimmed = _trim(run, usual)
        if trimmed is None:
            continue
        expected, count = usual.expected(trimmed), sum(usual.counts.get(day, 0) for day in trimmed)
        if _chance(count, expected, spread) * len(daily) < _CHANCE:
            found.append(Gap(trimmed, count, round(expected, 1)))
    return found


def hidden(known: Mapping[int, int], shown: Mapping[int, int], *, newest: bool = False) -> list[Run]:
    """Return the days in a row of whose articles one way shows none, though it shows those before and after.

    `known` has the articles by day that any way knows, `shown` those that this way shows. With `newest` it is a way
    that is to show what is new: then the last days are looked at as well.

    >>> known = dict.fromkeys(range(100, 200), 5)
    >>> shown = {day: 5 for day in known if day >= 120 and not 140 <= day < 147}
    >>> hidden(known, shown)
    [Run(first=140, last=146)]
    """
    days = sorted(day for day, count in known.items() if count)
    if not days:
        return []
    found = []
    for is_shown, group in groupby(range(len(days)), key=lambda place: shown.get(days[place], 0) > 0):
        places = list(group)
        is_last = places[-1] == len(days) - 1
        if is_shown or places[0] == 0 or (is_last and not newest):
            continue
        run = Run(days[places[0]], days[places[-1]])
        span = 7 * _WEEKS
        share = _share(known, shown, range(run.first - span, run.first))
        if not is_last:
            share = min(share, _share(known, shown, range(run.last + 1, run.last + 1 + span)))
        count = sum(known[days[place]] for place in places)
        if (1 - min(share, _SURE)) ** count * len(days) < _CHANCE:
            found.append(run)
    return found


def _middle(counts: Mapping[int, int]) -> int:
    """Return the day of the article in the middle."""
    left = sum(counts.values()) // 2
    for day in sorted(counts):
        left -= counts[day]
        if left < 0:
            return day
    return 0


def _share(known: Mapping[int, int], shown: Mapping[int, int], days: range) -> float:
    total = sum(known.get(day, 0) for day in days)
    return sum(shown.get(day, 0) for day in days) / total if total else 0.0


def _weekday(day: int) -> int:
    return (day - 1) % 7  # the ordinal 1 is a Monday


def _runs(days: Iterator[int]) -> Iterator[Run]:
    for _, group in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        some = [day for _, day in group]
        yield Run(some[0], some[-1])


def _trim(run: Run, usual: Usual) -> Run | None:
    """Return a run without the days of rest at its ends."""
    work = [day for day in run if usual.shares[_weekday(day)] >= _IDLE / 7]
    return Run(work[0], work[-1]) if work else None


def _spread(usual: Usual, daily: Mapping[int, float]) -> float:
    """Return how much more the weeks differ than chance alone would make them: 1 or more, by the median week."""
    strayed = []
    for first in range(usual.first, usual.last - 5, 7):
        week = range(first, first + 7)
        expected = sum(daily[day] for day in week)
        if expected > 0:
            strayed.append((sum(usual.counts.get(day, 0) for day in week) - expected) ** 2 / expected)
    # The median of chi-squared with one degree of freedom is 0.455.
    return max(median(strayed) / 0.455, 1.0) if strayed else 1.0


def _chance(count: int, expected: float, spread: float) -> float:
    """Return how likely so few articles are where so many are usual, of counts whose variance is `spread` times that.

    Negative binomial; Poisson where the spread is 1.

    >>> round(_chance(0, 3.0, 1.0), 4), round(_chance(0, 3.0, 2.0), 4), _chance(4, 3.0, 1.0)
    (0.0498, 0.125, 1.0)
    """
    if count * 2 >= expected:
        return 1.0  # no gap, whatever the chance
    over = spread - 1
    term = exp(-expected if over < 0.01 else -expected / over * log(spread))
    total = term
    for n in range(count):
        term *= expected / (n + 1) if over < 0.01 else (n + expected / over) / (n + 1) * over / spread
        total += term
    return min(total, 1.0)
